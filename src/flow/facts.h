/* SPDX-License-Identifier: MIT */
/*
 * What is known of an exporter's health beside its sequence numbers, gathered while its messages pass. All of it leads
 * to packets (ledger_packet_number). Memory does not grow with the input. Owner: whoever has the struct, zeroed at first;
 * facts_release() when done.
 */
#ifndef FLOW_FACTS_H
#define FLOW_FACTS_H

#include <stdint.h>

#include "flow/audit.h"
#include "flow/clock.h"
#include "flow/spread.h"
#include "nfdec/decoder.h"

#define FACTS_SETS 16 /* kinds of undecoded sets told apart; more are counted together */

/* Undecoded sets of one id, for one reason. */
struct facts_undecoded {
    uint64_t sets, octets;
    uint64_t first_packet, last_packet;
    uint16_t id;
    uint16_t code; /* enum nfdec_code */
    uint8_t reason;
};

/* Records with a kind of wrong times. */
struct facts_times {
    uint64_t records;
    uint64_t packet; /* the first */
    int64_t worst;   /* by how much, ns, of the first */
    uint16_t set;
};

/* What nearly every message changes comes first, up to the classes of `pauses`, of which it changes one. */
struct facts {
    struct clock_facts clock;
    uint64_t timed; /* records whose delay from the end of the flow to its export is known */
    int64_t least_delay, most_delay;
    uint64_t least_delay_packet, most_delay_packet;
    double delay;                           /* the sum */
    uint16_t header_sampling;               /* v5: the last interval in a header ... */
    uint64_t header_packet, header_changes; /* ... and where it was first, and how often it changed */
    uint64_t sampling_least, sampling_most, sampling_packet; /* named by records; 0: none */
    int64_t last_time;                                       /* capture time of the last message */
    struct spread pauses;                                    /* between its messages */
    uint64_t pause_packet;                                   /* the one that ended the longest */
    struct spread refresh;   /* of templates, from one announcement to the next */
    uint64_t refresh_packet; /* the one that ended the longest */

    struct facts_undecoded *undecoded; /* FACTS_SETS; NULL: there are none */
    uint32_t undecoded_count;
    uint64_t undecoded_more;         /* sets of other kinds */
    uint64_t errors, error_packet;   /* damage of other kinds, and the first of it */
    uint64_t late_sets, late_packet; /* decoded when their template came, the first of them */
    int64_t waited;                  /* the longest, ns */
    uint64_t borrowed_sets, borrowed_packet;

    struct facts_times times[AUDIT_KINDS];
};

void facts_release(struct facts *facts);
/* A message comes soon: what it changes is fetched into the cache. */
void facts_expect(const struct facts *facts);
void facts_message(struct facts *facts, struct clock_last *last, const struct nfdec_message *m);

/* A template is announced again. */
void facts_refresh(struct facts *facts, const struct nfdec_message *m, int64_t interval);
void facts_undecoded_set(struct facts *facts, const struct nfdec_diagnostic *d, unsigned reason);

/* A set was decoded late, while the message that arrived at `now` was read; or with the template of another port. */
void facts_late_set(struct facts *facts, const struct nfdec_set *set, int64_t now);
void facts_audit(struct facts *facts, const struct nfdec_set *set, const struct audit *audit);

/* How far pauses must go beyond what is usual to be silence, ns; 0: too little is known. */
int64_t facts_silence(const struct facts *facts);

const char *audit_kind_name(enum audit_kind kind); /* "after-export": a stable word */

#endif
