/* SPDX-License-Identifier: MIT */
/*
 * What one exporter session's sequence numbers count, found out by evidence, and what is missing in that unit.
 *
 * Each version has a unit of its own (v5 and v7 flows, v9 packets, IPFIX data records), and there are exporters that
 * count something else. Each step from one message to the next speaks for those ways of counting that would have
 * foretold it; a step of one proves less than a longer one, and none nothing. As long as a way is in force that foretells, nothing happens. A step that it does not foretell, and
 * another one does that has weighed as much, opens a doubt: messages are kept until one of the two is ahead, and
 * are then judged by the better one. A step that nobody foretells is a gap, a double, lateness or a restart, at once.
 *
 * Owner: whoever has the struct; counting_release() when done. Zeroed memory is a session without messages.
 */
#ifndef FLOW_COUNTING_H
#define FLOW_COUNTING_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/sequence.h"

struct counting_message {
    uint64_t packet;                     /* ledger_packet_number */
    int64_t export_time;                 /* ns */
    uint32_t number, uptime;             /* uptime 0: the version has none */
    uint32_t stamp;                      /* the rest of the header, mixed: doubles have the same */
    uint16_t units[SEQUENCE_UNIT_COUNT]; /* what the message holds */
    uint32_t offset;                     /* of its header */
    uint32_t session;                    /* nfdec_session.index */
    bool unknown;                        /* a set was not decoded: how many records it holds is not known */
};

struct counting_doubt; /* messages kept */

/* What nearly every message needs comes first, up to `right`. */
struct counting {
    struct sequence tracker;
    struct counting_message last;
    uint64_t total[SEQUENCE_UNIT_COUNT]; /* of all messages that came once */
    uint32_t steps;
    uint32_t step;                /* the last one that was weighed ... */
    uint32_t same;                /* ... and how many like it came since, not weighed yet */
    uint16_t foretold;            /* bits: the ways that it was right by */
    uint8_t way;                  /* in force: enum nfdec_counting */
    bool even;                    /* it led from a message to one that holds as much */
    bool contradicted;            /* a step was too short for it */
    bool settled;                 /* only ways that differ in what is counted of one message come near it */
    struct counting_doubt *doubt; /* NULL: none */
    uint32_t right[NFDEC_COUNTING_COUNT]; /* steps foretold */
    uint32_t score[NFDEC_COUNTING_COUNT]; /* what they weigh */
};

/* What came of one session, and what its exporter's numbers are added to. */
struct counting_part {
    struct sequence_counts *counts;
    uint64_t *total; /* SEQUENCE_UNIT_COUNT */
};

/* What is found, in the order of the messages; `message` is valid during the call. One for all sessions. */
struct counting_report {
    void (*event)(void *user, const struct counting_message *message, enum sequence_event event,
                  uint32_t units, uint32_t before); /* before: expected number; of a reboot the uptime */
    void (*unit)(void *user, const struct counting_message *message, enum nfdec_counting counting);
    void (*together)(void *user, const struct counting_message *message); /* domains.h: one counter for all */
    /* A counting of several sessions (domains.h): of each of them. They are recounted by unit(). NULL: of one. */
    struct counting_part (*part)(void *user, uint32_t session);
    void *user;
    struct sequence_counts *counts; /* of the exporter whose session it is: added to */
    uint32_t doubts;                /* running: open ones of all sessions that report here */
};

/* Goes on behind a message by a way of counting, without evidence for it as yet; zeroed before. */
void counting_go_on(struct counting *c, enum nfdec_counting way, const struct counting_message *last);

/* Takes a message that is over. True: it came twice, as far as can be told now. */
bool counting_take(struct counting *c, uint16_t version, const struct counting_message *message,
                   struct counting_report *report);

/* Another way of counting is seen to be in force, at that packet: what came is told in its units. */
void counting_recount(struct counting *c, uint16_t version, enum nfdec_counting way, uint64_t packet,
                      struct sequence_counts *counts);

/* Whether a way of counting leads from one message to the next; whether it was the number of the message before. */
bool counting_foretells(unsigned way, const struct counting_message *from, const struct counting_message *to);

/* Records of a message that had come before are known now. */
void counting_add(struct counting *c, uint32_t flows, uint32_t options, struct counting_report *report);

/* No more messages: a doubt is decided by what there is. */
void counting_finish(struct counting *c, uint16_t version, struct counting_report *report);
void counting_release(struct counting *c);

#endif
