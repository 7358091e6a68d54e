/* SPDX-License-Identifier: MIT */
/*
 * Work that several threads share and whose results are wanted in order. The calling thread is one of the crew: while
 * it waits for a result it works itself.
 *
 *     struct crew *crew = crew_new(workers, capacity, work, user);
 *     for (;;) {
 *         while (!crew_full(crew) && (item = ...the next one...))
 *             crew_give(crew, item);
 *         if (!(item = crew_take(crew)))
 *             break;
 *         ...item is done; it may be given again...
 *     }
 *     crew_free(crew);
 *
 * Items are the caller's. At most `capacity` are under way, which bounds the memory they need.
 */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include <stdbool.h>
#include <stddef.h>

struct crew;

/*
 * A crew of `workers` >= 1, fewer where there are no threads to be had; work(user, worker, item) is called with
 * workers 0 (the calling thread), 1 ... each by one thread at a time.
 */
struct crew *crew_new(unsigned workers, size_t capacity,
                      void (*work)(void *user, unsigned worker, void *item), void *user);

bool crew_full(const struct crew *crew);
void crew_give(struct crew *crew, void *item); /* the crew must not be full */
void *crew_take(struct crew *crew); /* the one given first, when it is done; NULL: none is under way */

/* Ends the threads. Items not taken are left, done or not. NULL is fine. */
void crew_free(struct crew *crew);

#endif
