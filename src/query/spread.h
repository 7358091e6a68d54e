/* SPDX-License-Identifier: MIT */
/*
 * A task over many items, cut into pieces that a few threads go through. The calling thread is one of them.
 *
 *     spread(threads, count, piece, work, user, job);     // work(user, worker, from, to) for each piece
 *
 * Pieces are taken in order, by whoever is free: workers 0 ... threads - 1 each get theirs in rising order. False: the job
 * was cancelled; some pieces were not begun then. Progress is not told here: whoever works knows what it is worth.
 */
#ifndef QUERY_SPREAD_H
#define QUERY_SPREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "query/job.h"

#define SPREAD_MOST 64u /* threads */

bool spread(unsigned threads, uint64_t count, uint64_t piece,
            void (*work)(void *user, unsigned worker, uint64_t from, uint64_t to), void *user,
            struct query_job *job);

/* How many workers there are to be for so many threads. */
static inline unsigned spread_workers(unsigned threads)
{
    return threads < 1 ? 1 : threads > SPREAD_MOST ? SPREAD_MOST : threads;
}

#endif
