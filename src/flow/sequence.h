/* SPDX-License-Identifier: MIT */
/* Sequence numbers of one exporter session: lost, late, doubled and restarted told apart. */
#ifndef FLOW_SEQUENCE_H
#define FLOW_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/diagnostic.h"

/* What messages hold that sequence numbers may count. */
enum sequence_unit {
    SEQUENCE_UNIT_PACKETS, /* 1 */
    SEQUENCE_UNIT_FLOWS,   /* data records */
    SEQUENCE_UNIT_RECORDS, /* data and options records */
    SEQUENCE_UNIT_ALL,     /* these and templates */
    SEQUENCE_UNIT_SETS,
    SEQUENCE_UNIT_BIFLOWS, /* as FLOWS; two of them may be one flow */
    SEQUENCE_UNIT_NOTHING, /* 0 */
    SEQUENCE_UNIT_COUNT
};

/*
 * Sequence numbers in the unit that the exporter is seen to count: by the standards flows (v5, v7), packets (v9),
 * data records (IPFIX).
 */
struct sequence_counts {
    uint64_t expected;                                  /* received and lost */
    uint64_t received;                                  /* units that came, doubles not counted */
    uint64_t lost;                                      /* missing after late ones came in */
    uint64_t reordered;                                 /* messages that came behind a later one */
    uint64_t duplicated;                                /* messages that came twice */
    uint64_t restarts;                                  /* numbers began anew */
    uint64_t first_gap_packet;                          /* ledger_packet_number; 0: no gap */
    uint64_t reboots;                                   /* of restarts: the uptime began anew, too */
    uint64_t first_late_packet, first_duplicate_packet; /* 0: none */
    uint64_t first_restart_packet, first_reboot_packet;
    uint64_t counting_packet; /* where it was seen that another unit is counted; 0: the standard one */
    uint64_t
        together_packet; /* where it was seen that one counter goes over several domains; 0: it does not */
    uint8_t counting;    /* enum nfdec_counting */
};

#define SEQUENCE_GAPS   8 /* open gaps remembered, in which late messages are recognised */
#define SEQUENCE_RECENT 8 /* latest messages, in which doubles are recognised */

struct sequence_gap {
    uint32_t from, length;
    uint32_t session; /* whose message came behind it */
};

/* How far back the first number is remembered: half of where numbers are taken for those ahead. */
#define SEQUENCE_REACH (1u << 30)

/* What tells one message from another beside its number. */
struct sequence_message {
    int64_t export_time;            /* header clock, ns */
    uint32_t number, uptime, stamp; /* uptime 0: the version has none; doubles have the same stamp */
    uint32_t units;                 /* it holds */
    uint32_t session;               /* who sent it, where several count together */
    bool unknown;                   /* a set of it is not decoded: there are more */
};

struct sequence_recent {
    uint32_t number, stamp;
};

struct sequence {
    bool seen;
    bool adrift;    /* units of the last message are not known: the next number is taken as it comes */
    uint32_t first; /* lowest number since the counting began */
    uint32_t next;  /* number that the next message should have */
    uint32_t uptime;
    int64_t export_time;
    struct sequence_gap gaps[SEQUENCE_GAPS];
    struct sequence_recent recent[SEQUENCE_RECENT];
    uint8_t gap_at, recent_at, recent_count;
};

enum sequence_event {
    SEQUENCE_IN_ORDER,
    SEQUENCE_GAP,  /* `units` are missing before this message */
    SEQUENCE_LATE, /* it comes behind a later one */
    SEQUENCE_DUPLICATE,
    SEQUENCE_RESTART, /* the numbers begin anew */
    SEQUENCE_REBOOT,  /* so does the uptime */
};

/* Whether one of the latest messages had this number and stamp. */
bool sequence_is_recent(const struct sequence *s, uint32_t number, uint32_t stamp);

/* What a message is to those before it. *units: how many are missing before it. */
enum sequence_event sequence_begin(struct sequence *s, const struct sequence_message *m, uint32_t *units);

/* As both together, for a message that has the number it should and went forward in time; false: ask them. */
static inline bool sequence_goes_on(struct sequence *s, const struct sequence_message *m)
{
    if (m->number != s->next || !s->seen || s->adrift || m->unknown || m->uptime < s->uptime ||
        m->number - s->first >= SEQUENCE_REACH)
        return false;
    s->recent[s->recent_at++ % SEQUENCE_RECENT] = (struct sequence_recent) { m->number, m->stamp };
    s->recent_count = (uint8_t)(s->recent_count + (s->recent_count < SEQUENCE_RECENT));
    s->uptime = m->uptime;
    s->export_time = m->export_time;
    s->next = m->number + m->units;
    return true;
}

/*
 * Goes on behind that message; `event` is what sequence_begin() said. Returns how many units of a gap it filled; *behind
 * is whose message came behind that gap.
 */
uint32_t sequence_end(struct sequence *s, enum sequence_event event, const struct sequence_message *m,
                      uint32_t *behind);

#endif
