/* SPDX-License-Identifier: MIT */
/*
 * Octets that are to be had again and stand in no file: a temporary file without a name, in $TMPDIR or /tmp, which is
 * gone when the program is. It is made with the first octets, and bounded.
 *
 *     uint64_t at = spool_end(spool);
 *     if (spool_add(spool, octets, n))
 *         ...spool_read(spool, at, to, n)...
 *
 * What was added never changes. Other threads may read while nothing is added.
 */
#ifndef SESSION_SPOOL_H
#define SESSION_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPOOL_BEGIN 16 /* where the first octets stand: 0 is no place */

struct spool;

struct spool *spool_new(uint64_t limit); /* octets */
void spool_free(struct spool *spool);

uint64_t spool_end(const struct spool *spool); /* where the next octets will stand */

/* False: there is no more room. From then on nothing is added any more, and what may be there of these octets is void. */
bool spool_add(struct spool *spool, const void *octets, size_t length);

/* What stands before `at` is not to be had any more, and does not count. Not while others read. */
void spool_forget(struct spool *spool, uint64_t at);

bool spool_full(const struct spool *spool);
int spool_error(const struct spool *spool); /* once full: errno of writing; 0: it was the limit */

/* How many of the octets from `at` on were to be had. */
size_t spool_read(const struct spool *spool, uint64_t at, uint8_t *to, size_t room);

#endif
