/* SPDX-License-Identifier: MIT */
/*
 * The clocks of an exporter: that of the header against the capture's, and against its own uptime.
 * Zeroed memory is a clock without messages. Packets are ledger_packet_number.
 */
#ifndef FLOW_CLOCK_H
#define FLOW_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/decoder.h"

/* Of an exporter, all its ports. */
struct clock_facts {
    uint64_t messages;
    int64_t least, most; /* header clock minus capture clock, ns */
    uint64_t least_packet, most_packet;
    uint64_t steps; /* the header clock jumped against the uptime or, in IPFIX, against the capture */
    int64_t step;   /* the first one, ns */
    uint64_t step_packet;
    uint64_t wraps; /* of the uptime, every 49.7 days */
    uint64_t wrap_packet;
    int64_t origin;                      /* capture time of the first message; sums are from here, s */
    double sum_t, sum_s, sum_tt, sum_ts; /* for the line of skew over time */
};

/* Of one session: what a step is measured against. */
struct clock_last {
    bool seen;
    uint32_t uptime;
    int64_t before;       /* IPFIX: the base before a jump that the next message has to confirm ... */
    uint64_t jump_packet; /* ... and where it was; 0: none */
    int64_t base;         /* when its system started by the header; IPFIX: header clock minus capture clock */
};

void clock_take(struct clock_facts *facts, struct clock_last *last, const struct nfdec_message *m);

/* How fast its clock runs against the capture's: ns a second; 0 where too little time has passed to tell. */
int64_t clock_drift(const struct clock_facts *facts, int64_t duration);

/* Distance of two times; as far as it goes where they are further apart than numbers reach. */
int64_t clock_distance(int64_t to, int64_t from);

#endif
