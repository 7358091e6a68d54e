/* SPDX-License-Identifier: MIT */
/*
 * Sets that came before their template: copies, in order of arrival and by template slot, bounded in octets.
 * Once there is a template (or no more hope) they move to the ready list, from which the decoder gives them out.
 */
#ifndef DECODE_WAITING_H
#define DECODE_WAITING_H

#include <stddef.h>
#include <stdint.h>

#include "decode/exporters.h"
#include "decode/memory.h"
#include "nfdec/decoder.h"

struct waiting {
    struct waiting *older, *newer; /* of all that wait */
    struct waiting *next;          /* of those for the same slot; of the ready list */
    struct exporter *exporter;
    struct nfdec_message message;
    struct nfdec_set set; /* template: NULL while waiting; of a ready one: what to decode it with */
    uint8_t octets[];     /* NUMBER_FRONT zeros, then the set's */
};

struct waiting_room {
    struct memory *mem;
    struct waiting *oldest, *newest;
    struct waiting *due; /* oldest whose time to borrow has not been looked at */
    struct waiting *ready_first, *ready_last;
    size_t octets, limit;
};

void waiting_init(struct waiting_room *room, struct memory *mem, size_t limit);
void waiting_release(struct waiting_room *room);

/* Copies a set to wait for a slot; false: no memory. */
bool waiting_add(struct waiting_room *room, struct exporter *exporter, struct slot *slot,
                 const struct nfdec_set *set);

/* All sets of a slot become ready, to be decoded with the slot's template. */
void waiting_wake(struct waiting_room *room, struct slot *slot);

/* The oldest set of its slot becomes ready with a template, or is given up with NULL. Slots may move. */
void waiting_settle(struct waiting_room *room, struct waiting *w, const struct nfdec_template *t);

/* The next ready set, now the caller's (memory_free); NULL: none. */
struct waiting *waiting_take(struct waiting_room *room);

#endif
