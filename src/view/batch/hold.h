/* SPDX-License-Identifier: MIT */
/*
 * Output held back until a set that waits for its template can be written in its place: a queue of pieces of
 * text. An open piece is a place kept for a set; text that comes behind it queues up. What stands before the
 * first open piece goes out at once.
 *
 *     struct strbuf *text = hold_text(hold, packet);         // here goes what is written now
 *     strbuf_text(hold_open(hold, packet, set, seen), ...);  // a set that waits; text in case it waits in vain
 *     text = hold_find(hold, packet, set);                   // its template came
 *     strbuf_clear(text); ...write it...
 *     hold_close(hold, packet, set);
 *
 * Numbers of records count over the sets of a packet and are not known behind a set that waits: hold_waits()
 * tells so, and HOLD_NUMBER is then written in the place of each record's number, in order.
 *
 * Memory is bounded: beyond the limit the oldest open piece is given up; hold_find() does not find it then.
 * Owner: whoever calls hold_new(); texts are valid until the next call that takes the queue.
 */
#ifndef VIEW_BATCH_HOLD_H
#define VIEW_BATCH_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

#define HOLD_LIMIT  ((size_t)16 << 20) /* octets of text and bookkeeping */
#define HOLD_NUMBER '\001'             /* never in clean text nor in JSON */
#define HOLD_SKIP   '\002' /* the same, for a record that is not shown: it counts, and leaves nothing */

struct hold;

/* `out` takes what may be written; borrowed. limit 0: HOLD_LIMIT. */
struct hold *hold_new(struct strbuf *out, size_t limit);
void hold_free(struct hold *hold);

/* Where text of a packet goes now: `out` itself where nothing is held back. */
struct strbuf *hold_text(struct hold *hold, uint64_t packet);

/* Whether a piece of this packet is, or may still be, open: its record numbers are not known. */
bool hold_waits(const struct hold *hold, uint64_t packet);

/* Keeps a place for a set; `seen` records of its packet were written before. */
struct strbuf *hold_open(struct hold *hold, uint64_t packet, uint32_t key, uint64_t seen);

/* A piece that is no obstacle, but can be found and added to as long as it is held back. */
struct strbuf *hold_mark(struct hold *hold, uint64_t packet, uint32_t key);

/* The piece of hold_open() or hold_mark(); NULL where it went out or was given up. */
struct strbuf *hold_find(struct hold *hold, uint64_t packet, uint32_t key);

void hold_close(struct hold *hold, uint64_t packet, uint32_t key);

/* Takes back all text of a packet from this piece on, also such as waits; nothing where it went out already. */
void hold_drop(struct hold *hold, uint64_t packet, uint32_t key);

/* To be called now and then: gives up what exceeds the limit. */
void hold_bound(struct hold *hold);

/*
 * Live output is not to wait for ever: called now and then with the time, this gives up places that were kept since
 * before `now - most` ns.
 */
void hold_tick(struct hold *hold, int64_t now, int64_t most);

/* The end: everything goes out. */
void hold_flush(struct hold *hold);

#endif
