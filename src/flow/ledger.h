/* SPDX-License-Identifier: MIT */
/*
 * The ledger: what was received, message by message and set by set, and what it says of each exporter's health.
 * It knows for every row of the flow store which set, packet and template it came from.
 *
 * Entries stand in capture order. A set that came before its template is entered where it came and completed
 * when it is decoded, so reading sets in order gives all flows in their own place.
 */
#ifndef FLOW_LEDGER_H
#define FLOW_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/ledger_exporter.h"
#include "nfdec/decoder.h"

#define LEDGER_FACTS  16384u
#define LEDGER_NONE   UINT32_MAX
#define LEDGER_NO_ROW UINT64_MAX /* flows that were summed and not kept */

/* Numbers of packets as the decoder gets them: the input in the upper bits, the frame in its file below. */
static inline uint64_t ledger_packet_number(uint16_t input, uint64_t frame)
{
    return (uint64_t)input << 40 | (frame & 0xFFFFFFFFFFu);
}
static inline uint64_t ledger_frame(uint64_t packet_number)
{
    return packet_number & 0xFFFFFFFFFFu;
}
static inline uint16_t ledger_input(uint64_t packet_number)
{
    return (uint16_t)(packet_number >> 40);
}

struct ledger_message {
    uint64_t packet;     /* ledger_packet_number */
    int64_t time;        /* capture, ns */
    int64_t export_time; /* header clock, ns */
    uint32_t session;    /* nfdec_session.index */
    uint32_t sequence, uptime;
    uint32_t offset, length;
    uint32_t first_set; /* in ledger_set() */
    uint16_t set_count;
    uint16_t version, count;
    uint16_t dport;    /* UDP port it was sent to */
    uint16_t sampling; /* v5: mode << 14 | interval */
    uint8_t engine_type, engine_id;
    bool duplicate; /* came before: its units do not count again */
};

/* There are many of them: a twentieth of the memory is theirs. */
struct ledger_set {
    uint64_t first_row; /* in the flow store; LEDGER_NO_ROW: it holds none */
    uint32_t records;   /* records or templates */
    uint32_t message;
    uint32_t template; /* nfdec_template.index; LEDGER_NONE */
    uint32_t offset;   /* in the datagram */
    uint32_t length;   /* set header included */
    uint16_t id;
    uint8_t kind;      /* enum nfdec_set_kind */
    uint8_t state : 2; /* enum nfdec_set_state */
    bool late : 1, borrowed : 1;
    bool no_time_base : 1; /* rows have no start and end: nfdec_set.no_time_base */
};

/* Rows of a set in the flow store: all its records, or none. */
static inline uint32_t ledger_set_row_count(const struct ledger_set *set)
{
    return set->first_row == LEDGER_NO_ROW ? 0 : set->records;
}

struct ledger;

struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);

/* From the first message on: keeps numbers, but of messages and sets only the last and of diagnostics the first. */
void ledger_keep_brief(struct ledger *ledger);

/* Feeding, in the order of the decoder's items. */
void ledger_message_begin(struct ledger *ledger, const struct nfdec_message *message, uint16_t dport);
uint32_t ledger_set_add(struct ledger *ledger,
                        const struct nfdec_set *set); /* late ones complete their entry */
/* All records of a set as flows: their sums, and their place in the store or LEDGER_NO_ROW; or the sums alone. */
void ledger_set_rows(struct ledger *ledger, uint32_t set, uint64_t first_row, uint64_t bytes,
                     uint64_t packets);
void ledger_set_sums(struct ledger *ledger, const struct nfdec_set *set, uint64_t bytes, uint64_t packets);
void ledger_message_end(struct ledger *ledger, const struct nfdec_message *message);
void ledger_diagnose(struct ledger *ledger, const struct nfdec_diagnostic *diagnostic);

/*
 * A message of a session, which is in the cache already, comes a few messages later: what is known of it is fetched, and
 * then what that leads to. Changes nothing.
 */
void ledger_expect(const struct ledger *ledger, const struct nfdec_session *session);
void ledger_expect_facts(const struct ledger *ledger, const struct nfdec_session *session);

/* To add to while sets are read; NULL: there are none. */
struct facts *ledger_facts(struct ledger *ledger, const struct nfdec_session *session);

/* Whether something is told of a template for the first time; `what` is 0 ... 7. */
bool ledger_first_time(struct ledger *ledger, const struct nfdec_template *template, unsigned what);

/*
 * Lets go of the messages before `first`, with their sets and diagnostics; those that stay, one at least, are numbered anew.
 * Rows of their sets are moved: move(user, first row, count) says where the first is now, in the order in which they
 * were. Sets that waited and are gone complete nothing when they come.
 */
void ledger_forget(struct ledger *ledger, uint32_t first,
                   uint64_t (*move)(void *user, uint64_t first_row, uint32_t count), void *user);
size_t ledger_used(const struct ledger *ledger); /* octets of messages, sets and diagnostics */

/* Reading. */
uint32_t ledger_message_count(const struct ledger *ledger);
const struct ledger_message *ledger_message(const struct ledger *ledger, uint32_t index);
uint32_t ledger_set_count(const struct ledger *ledger);
const struct ledger_set *ledger_set(const struct ledger *ledger, uint32_t index);
uint32_t ledger_set_of_row(const struct ledger *ledger, uint64_t row); /* LEDGER_NONE: no such row */
uint32_t ledger_exporter_count(const struct ledger *ledger);
const struct ledger_exporter *ledger_exporter(const struct ledger *ledger, uint32_t family);
const char *ledger_undecoded_name(enum ledger_undecoded reason); /* "no-template" */

/*
 * Diagnostics in order of packets; beyond a million, and another one about times of rows, they are counted but not kept.
 */
size_t ledger_diagnostic_count(const struct ledger *ledger); /* kept */
const struct nfdec_diagnostic *ledger_diagnostic(const struct ledger *ledger, size_t index);
uint64_t ledger_diagnostic_total(const struct ledger *ledger, enum nfdec_code code); /* all of a code */
void ledger_sort(struct ledger *ledger); /* once, after the last one: diagnostics into packet order */

#endif
