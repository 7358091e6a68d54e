/* SPDX-License-Identifier: MIT */
/*
 * Memory that only grows and goes all at once: pieces are cut from large blocks, which ask the system for huge
 * pages (the first block is small, for small inputs). Pieces never move. Zeroed memory is an empty arena.
 * Owner: whoever has the struct; arena_release() when done. Out of memory ends the program (alloc.h).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena {
    struct arena_block *blocks; /* newest first */
    uint8_t *next;
    size_t left;
    size_t octets; /* of all blocks */
    size_t used;   /* octets taken of them */
};

void *arena_take(struct arena *arena, size_t size); /* zeroed, aligned to 64 octets */
void arena_release(struct arena *arena);

#endif
