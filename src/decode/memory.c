/* SPDX-License-Identifier: MIT */
#include "decode/memory.h"

#include <stdint.h>
#include <string.h>

#define BLOCK_FIRST ((size_t)4 << 10)
#define BLOCK_MOST  ((size_t)4 << 20)
#define ALIGNMENT   16u

static void *allocate(struct memory *mem, size_t size)
{
    void *memory = mem->allocate(mem->user, size);
    mem->failed |= !memory;
    return memory;
}

void *memory_new(struct memory *mem, size_t size)
{
    void *memory = allocate(mem, size);
    return memory ? memset(memory, 0, size) : NULL;
}

void memory_free(struct memory *mem, void *memory)
{
    if (memory)
        mem->release(mem->user, memory);
}

void *memory_move(struct memory *mem, void *old, size_t used, size_t size)
{
    void *memory = memory_new(mem, size);
    if (memory && old) {
        memcpy(memory, old, used);
        memory_free(mem, old);
    }
    return memory;
}

void *memory_grow(struct memory *mem, void *array, size_t count, size_t *capacity, size_t size)
{
    size_t more = *capacity ? *capacity * 2 : 8;
    if (array && count < *capacity)
        return array;
    if (more > SIZE_MAX / size) {
        mem->failed = true;
        return NULL;
    }
    void *moved = memory_move(mem, array, count * size, more * size);
    if (moved)
        *capacity = more;
    return moved;
}

struct pool_block {
    _Alignas(ALIGNMENT) struct pool_block *older;
};

/* Blocks are powers of two, which whoever gives the memory may put on large pages. */
static bool add_block(struct pool *pool, struct memory *mem, size_t need)
{
    size_t size = pool->size < BLOCK_FIRST  ? BLOCK_FIRST
                  : pool->size < BLOCK_MOST ? pool->size * 2
                                            : BLOCK_MOST;
    while (size < need)
        size *= 2;
    struct pool_block *block = allocate(mem, size);
    if (!block)
        return false;
    block->older = pool->blocks;
    *pool = (struct pool) { .blocks = block, .size = size, .used = sizeof *block };
    return true;
}

static size_t round_up(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *pool_take(struct pool *pool, struct memory *mem, size_t size)
{
    size = round_up(size);
    if (size > pool->size - pool->used && !add_block(pool, mem, sizeof *pool->blocks + size))
        return NULL;
    void *piece = (uint8_t *)pool->blocks + pool->used;
    pool->used += size;
    return piece;
}

void pool_trim(struct pool *pool, void *piece, size_t size)
{
    pool->used = (size_t)((uint8_t *)piece - (uint8_t *)pool->blocks) + round_up(size);
}

void pool_release(struct pool *pool, struct memory *mem)
{
    while (pool->blocks) {
        struct pool_block *block = pool->blocks;
        pool->blocks = block->older;
        memory_free(mem, block);
    }
    *pool = (struct pool) { .blocks = NULL };
}
