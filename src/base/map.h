/* SPDX-License-Identifier: MIT */
/*
 * A hash map from a pair of numbers to a number. Owner: whoever has the struct; map_release() when done.
 * Zeroed memory is an empty map. Program only: out of memory ends it.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry {
    uint64_t a;
    uint32_t b;
    uint32_t value; /* + 1; 0: free */
};

struct map {
    struct map_entry *entry;
    size_t capacity, count;
};

void map_release(struct map *map);
void map_put(struct map *map, uint64_t a, uint32_t b, uint32_t value); /* value < UINT32_MAX */

bool map_find(const struct map *map, uint64_t a, uint32_t b, uint32_t *value); /* false: not there */

/* Finds and removes; false: not there. */
bool map_take(struct map *map, uint64_t a, uint32_t b, uint32_t *value);

#endif
