/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

noreturn void alloc_failed(size_t size)
{
    fprintf(stderr, "nfscope: out of memory (%zu octets more)\n", size);
    exit(1);
}

static void *checked(void *memory, size_t size)
{
    if (!memory)
        alloc_failed(size);
    return memory;
}

void *alloc_new(size_t size)
{
    return checked(calloc(1, size ? size : 1), size);
}

void *alloc_array(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1), count * size);
}

void *alloc_resize(void *memory, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return checked(NULL, SIZE_MAX);
    size_t total = count * size;
    return checked(realloc(memory, total ? total : 1), total);
}

void *alloc_large(size_t size)
{
    if (size < HUGE_PAGE)
        return checked(malloc(size), size);
    void *memory = checked(aligned_alloc(HUGE_PAGE, (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE), size);
    madvise(memory, size, MADV_HUGEPAGE);
    return memory;
}

char *alloc_text(const char *text)
{
    return checked(strdup(text), strlen(text) + 1);
}

void *alloc_grow(void *memory, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return memory;
    *capacity = *capacity ? *capacity * 2 : 16;
    return alloc_resize(memory, *capacity, size);
}
