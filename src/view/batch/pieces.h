/* SPDX-License-Identifier: MIT */
/*
 * All flows of a run, in pieces of some thousand that a crew of threads goes through; what they write is put out in
 * order, with as much memory as a few pieces take.
 */
#ifndef VIEW_BATCH_PIECES_H
#define VIEW_BATCH_PIECES_H

#include <stdint.h>

#include "base/strbuf.h"
#include "view/batch/origin.h"
#include "view/batch/run.h"

/* Rows of one set. */
struct piece_rows {
    struct origin origin;
    uint32_t set;          /* its number in the ledger */
    uint32_t first, count; /* rows of it */
};

/* How many workers there are to be: threads that work at once. */
unsigned pieces_workers(const struct batch *b);

/*
 * Calls take(worker, out, rows) for all flows, with one of `count` workers, each of which is used by one thread at a
 * time: in order within a piece, pieces in any order. What was added to `out` is written. Ends early where nobody takes
 * the output any more.
 */
void pieces_run(struct batch *b, void *const workers[], unsigned count,
                void (*take)(void *worker, struct strbuf *out, const struct piece_rows *rows));

/*
 * The same for some flows only, by row and in this order: each is a call of its own with one row.
 */
void pieces_run_rows(struct batch *b, void *const workers[], unsigned count, const uint32_t *rows,
                     uint64_t row_count,
                     void (*take)(void *worker, struct strbuf *out, const struct piece_rows *rows));

#endif
