/* SPDX-License-Identifier: MIT */
#include "decode/memory.h"

#include <stdint.h>
#include <string.h>

void *memory_new(struct memory *mem, size_t size)
{
    void *memory = mem->allocate(mem->user, size);
    if (!memory) {
        mem->failed = true;
        return NULL;
    }
    return memset(memory, 0, size);
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
