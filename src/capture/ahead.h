/* SPDX-License-Identifier: MIT */
/*
 * Reads ahead on a thread of its own: inflating a file and what is done with its octets go on side by side. Only
 * for input that ends by itself; nothing waits for more than a piece.
 */
#ifndef CAPTURE_AHEAD_H
#define CAPTURE_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#define PIECE_SIZE  ((size_t)256 << 10)
#define PIECE_FRONT ((size_t)16 << 10)

/* Octets in a row, from PIECE_FRONT on; the room before them is for those of the last piece that are still needed. */
struct piece {
    size_t length; /* 0: the end */
    uint8_t octets[PIECE_FRONT + PIECE_SIZE];
};

struct ahead;

/* Calls pull(user, to, room), which gives 0 at the end, from a thread; NULL: there is no thread to be had. */
struct ahead *ahead_new(size_t (*pull)(void *user, uint8_t *to, size_t room), void *user);

/*
 * The next piece, the caller's until ahead_give; no more than two at a time. Behind the last comes an empty one, and
 * nothing more: what pull() has noted about the end may be read from then on.
 */
struct piece *ahead_take(struct ahead *ahead);
void ahead_give(struct ahead *ahead, struct piece *piece);

void ahead_free(struct ahead *ahead); /* at any time, and with all pieces; NULL is fine */

#endif
