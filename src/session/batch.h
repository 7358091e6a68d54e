/* SPDX-License-Identifier: MIT */
/*
 * Data sets on their way to the rows of one block: what was taken is decoded at once, or later and on another thread,
 * from a copy of its octets. What came of each set is kept until somebody enters it.
 *
 *     batch_begin(batch, columns, first_row);            // as many rows as are there already stay
 *     done += batch_add(batch, set, entry, done, copy);  // as many records as there is room for
 *     batch_decode(batch);                               // those that are not yet, into the columns
 *     for (i = 0; i < batch->count; i++)
 *         ...batch->flows[i]...
 */
#ifndef SESSION_BATCH_H
#define SESSION_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/audit.h"
#include "nfdec/columns.h"
#include "pair/pair.h"

/* Records of a set that are rows of one block. */
struct batch_flows {
    struct nfdec_set set; /* a copy; its octets are there until batch_decode() */
    size_t octets;        /* where they are in the batch's copy; BATCH_ELSEWHERE */
    uint32_t entry;       /* in the ledger */
    uint32_t first, count;
    uint32_t row; /* of the first, in the block */
    struct audit audit;
};

#define BATCH_ELSEWHERE SIZE_MAX

struct batch {
    struct nfdec_columns *columns; /* borrowed */
    struct candidates *candidates; /* of its rows, for those who pair them; NULL: nobody did so far */
    uint64_t first_row;            /* of the block, in the store */
    uint32_t rows;                 /* of the block, those included that are not decoded yet */
    uint32_t count, decoded;       /* of flows */
    uint32_t entered;              /* whoever enters them counts here */
    uint32_t messages;
    struct batch_flows *flows; /* room for one a row */
    struct nfdec_message *message;
    uint8_t *octets;
    size_t length, capacity;
};

struct batch *batch_new(void);
void batch_free(struct batch *batch);
void batch_begin(struct batch *batch, struct nfdec_columns *columns, uint64_t first_row);

/* Takes records `first` ... of a set, returns how many. Without `copy` they have to be decoded before the set goes. */
uint32_t batch_add(struct batch *batch, const struct nfdec_set *set, uint32_t entry, uint32_t first,
                   bool copy);

/* What was decoded and entered is forgotten; its rows stay. */
static inline void batch_forget(struct batch *batch)
{
    batch->count = batch->decoded = batch->entered = batch->messages = 0;
}

/* Whether there is room for a copy of the set's octets. */
bool batch_fits(const struct batch *batch, const struct nfdec_set *set);
void batch_decode(struct batch *batch);

#endif
