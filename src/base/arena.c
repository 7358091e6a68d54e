/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/alloc.h"

#define FIRST_BLOCK ((size_t)64 << 10)
#define BLOCK       ((size_t)8 << 20)
#define HUGE_PAGE   ((size_t)2 << 20)
#define ALIGNMENT   64u

struct arena_block { /* stands apart, so that pieces of powers of two fill a block */
    struct arena_block *older;
    size_t size; /* of the mapping */
    void *mapping;
};

static size_t round_up(size_t value, size_t to)
{
    return (value + to - 1) / to * to;
}

/* A new block, on huge pages where it is large enough to begin on one. */
static void add_block(struct arena *arena, size_t need)
{
    size_t size = arena->blocks ? BLOCK : FIRST_BLOCK;
    if (need > size)
        size = round_up(need, need >= HUGE_PAGE ? HUGE_PAGE : FIRST_BLOCK);
    size_t mapped = size >= HUGE_PAGE ? size + HUGE_PAGE : size;
    uint8_t *mapping = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
        alloc_failed(mapped);
    uint8_t *begin = mapping;
    if (size >= HUGE_PAGE) {
        begin += (HUGE_PAGE - (uintptr_t)mapping % HUGE_PAGE) % HUGE_PAGE;
        madvise(begin, size, MADV_HUGEPAGE);
    }
    struct arena_block *block = alloc_new(sizeof *block);
    *block = (struct arena_block) { .older = arena->blocks, .size = mapped, .mapping = mapping };
    arena->blocks = block;
    arena->next = begin;
    arena->left = size;
    arena->octets += size;
}

void *arena_take(struct arena *arena, size_t size)
{
    size = round_up(size ? size : 1, ALIGNMENT);
    if (size > arena->left)
        add_block(arena, size);
    void *piece = arena->next;
    arena->next += size;
    arena->left -= size;
    arena->used += size;
    return piece;
}

void arena_release(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->older;
        munmap(block->mapping, block->size);
        free(block);
    }
    *arena = (struct arena) { .blocks = NULL };
}
