/* SPDX-License-Identifier: MIT */
/*
 * Reads ahead on a thread of its own: inflating a file and what is done with its octets go on side by side. Only
 * for input that ends by itself; nothing waits for more than a buffer.
 */
#ifndef CAPTURE_AHEAD_H
#define CAPTURE_AHEAD_H

#include <stddef.h>
#include <stdint.h>

struct ahead;

/* Calls pull(user, to, room), which gives 0 at the end, from a thread; NULL: there is no thread to be had. */
struct ahead *ahead_new(size_t (*pull)(void *user, uint8_t *to, size_t room), void *user);

/* The next octets, some at least; 0 at the end. What pull() has noted about it may be read from then on. */
size_t ahead_read(struct ahead *ahead, uint8_t *to, size_t room);

void ahead_free(struct ahead *ahead); /* at any time; NULL is fine */

#endif
