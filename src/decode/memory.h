/* SPDX-License-Identifier: MIT */
/* Memory of a decoder: the caller's functions, and a note that they failed. Nothing in src/decode calls malloc. */
#ifndef DECODE_MEMORY_H
#define DECODE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct memory {
    void *(*allocate)(void *user, size_t size);
    void (*release)(void *user, void *memory);
    void *user;
    bool failed; /* sticky until nfdec_out_of_memory() asks */
};

void *memory_new(struct memory *mem, size_t size); /* zeroed; NULL sets failed */
void memory_free(struct memory *mem, void *memory);

/* A block of `size` octets instead of `old`, of which `used` octets are kept. NULL: `old` is still valid. */
void *memory_move(struct memory *mem, void *old, size_t used, size_t size);

/* An array with room for one more element of `size` octets; NULL: no memory, `array` is as it was. */
void *memory_grow(struct memory *mem, void *array, size_t count, size_t *capacity, size_t size);

/*
 * Pieces that stay until all go, cut from blocks that become larger the more there are. Zeroed memory is an empty pool.
 * Owner: whoever has the struct; pool_release() when done.
 */
struct pool {
    struct pool_block *blocks; /* newest first */
    size_t size;               /* of the newest */
    size_t used;               /* octets of it */
};

void *pool_take(struct pool *pool, struct memory *mem, size_t size); /* NULL: no memory */
void pool_trim(struct pool *pool, void *piece,
               size_t size); /* of the newest piece, what is behind so many octets */
void pool_release(struct pool *pool, struct memory *mem);

#endif
