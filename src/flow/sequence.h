/* SPDX-License-Identifier: MIT */
/* Sequence numbers of one exporter session: lost, late, doubled and restarted told apart. */
#ifndef FLOW_SEQUENCE_H
#define FLOW_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#define SEQUENCE_GAPS   8 /* open gaps remembered, in which late messages are recognised */
#define SEQUENCE_RECENT 8 /* latest messages, in which doubles are recognised */

struct sequence_gap {
    uint32_t from, length;
};

struct sequence {
    bool seen;
    bool adrift;   /* units of the last message are not known: the next number is taken as it comes */
    uint32_t next; /* number that the next message should have */
    uint32_t uptime;
    struct sequence_gap gaps[SEQUENCE_GAPS];
    uint32_t recent[SEQUENCE_RECENT];
    uint8_t gap_at, recent_at;
};

enum sequence_event {
    SEQUENCE_IN_ORDER,
    SEQUENCE_GAP,  /* `units` are missing before this message */
    SEQUENCE_LATE, /* it comes behind a later one */
    SEQUENCE_DUPLICATE,
    SEQUENCE_RESTART,
};

/* Takes a message's number and, for versions that have one, uptime (else 0). *units: how many are missing. */
enum sequence_event sequence_begin(struct sequence *s, uint32_t number, uint32_t uptime, uint32_t *units);

/*
 * The same message is over, and held so many units; unknown where a set of it is not decoded. `event` is what
 * sequence_begin() said. Returns how many units of a gap it filled.
 */
uint32_t sequence_end(struct sequence *s, enum sequence_event event, uint32_t number, uint32_t uptime,
                      uint32_t units, bool unknown);

#endif
