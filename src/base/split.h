/* SPDX-License-Identifier: MIT */
/*
 * A task over many items, cut into pieces that a few threads go through. The calling thread is one of them.
 *
 *     split(threads, count, piece, work, user, NULL);     // work(user, worker, from, to) for each piece
 *
 * Pieces are taken in order, by whoever is free: workers 0 ... threads - 1 each get theirs in rising order. False: it
 * was cancelled; some pieces were not begun then.
 */
#ifndef BASE_SPLIT_H
#define BASE_SPLIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define SPLIT_MOST 64u /* threads */

bool split(unsigned threads, uint64_t count, uint64_t piece,
           void (*work)(void *user, unsigned worker, uint64_t from, uint64_t to), void *user,
           const atomic_bool *cancel); /* looked at before each piece; may be NULL */

/* How many workers there are for so many threads. */
static inline unsigned split_workers(unsigned threads)
{
    return threads < 1 ? 1 : threads > SPLIT_MOST ? SPLIT_MOST : threads;
}

#endif
