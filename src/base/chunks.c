/* SPDX-License-Identifier: MIT */
#include "base/chunks.h"

#include <stdlib.h>

#include "base/alloc.h"

void chunks_release(struct chunks *chunks)
{
    arena_release(&chunks->arena);
    free(chunks->chunk);
    *chunks = (struct chunks) { .size = chunks->size, .shift = chunks->shift };
}

void chunks_grow(struct chunks *chunks, size_t count)
{
    while (chunks->chunk_count << chunks->shift < count) {
        chunks->chunk =
            alloc_grow(chunks->chunk, chunks->chunk_count, &chunks->chunk_capacity, sizeof *chunks->chunk);
        chunks->chunk[chunks->chunk_count++] = arena_take(&chunks->arena, chunks->size << chunks->shift);
    }
}

size_t chunks_memory(const struct chunks *chunks)
{
    return chunks->arena.octets + chunks->chunk_capacity * sizeof *chunks->chunk;
}

size_t chunks_used(const struct chunks *chunks)
{
    return chunks->arena.used + chunks->chunk_capacity * sizeof *chunks->chunk;
}
