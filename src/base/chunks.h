/* SPDX-License-Identifier: MIT */
/*
 * An array that grows without moving what it holds: elements stand in chunks of a power of two. Zeroed memory with
 * `size` (octets of an element) and `shift` (elements of a chunk: 1 << shift) set is an empty one.
 */
#ifndef BASE_CHUNKS_H
#define BASE_CHUNKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct chunks {
    uint8_t **chunk;
    size_t chunk_count, chunk_capacity;
    size_t count; /* elements */
    size_t size;
    unsigned shift;
    struct arena arena;
};

void chunks_release(struct chunks *chunks);
void chunks_grow(struct chunks *chunks, size_t count); /* makes room for `count` elements in all, zeroed */

/* Octets held, unused room included. */
size_t chunks_memory(const struct chunks *chunks);

/* The same without room that no chunk has taken yet. */
size_t chunks_used(const struct chunks *chunks);

static inline void *chunks_at(const struct chunks *chunks, size_t index)
{
    return chunks->chunk[index >> chunks->shift] +
           (index & (((size_t)1 << chunks->shift) - 1)) * chunks->size;
}

/* One more element, zeroed. */
static inline void *chunks_add(struct chunks *chunks)
{
    if (chunks->count >> chunks->shift == chunks->chunk_count)
        chunks_grow(chunks, chunks->count + 1);
    return chunks_at(chunks, chunks->count++);
}

#endif
