/* SPDX-License-Identifier: MIT */
/* What is needed soon and is in no cache, to be fetched while there is something else to do. */
#ifndef BASE_PREFETCH_H
#define BASE_PREFETCH_H

#include <stddef.h>
#include <stdint.h>

#define PREFETCH_LINE 64u

/* Any address will do; octets that are about to be written to. */
static inline void prefetch(const void *at, size_t size)
{
    const uint8_t *line = at;
    for (size_t i = 0; i < size; i += PREFETCH_LINE)
        __builtin_prefetch(line + i, 1);
    __builtin_prefetch(line + size - 1, 1);
}

#endif
