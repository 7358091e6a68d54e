/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <stdlib.h>

#include "base/alloc.h"

static size_t place_of(const struct map *map, uint64_t a, uint32_t b)
{
    uint64_t h = (a ^ (uint64_t)b << 40) * 0x9E3779B97F4A7C15u;
    return (size_t)(h ^ h >> 31) & (map->capacity - 1);
}

void map_release(struct map *map)
{
    free(map->entry);
    *map = (struct map) { .entry = NULL };
}

static void insert(struct map *map, struct map_entry entry)
{
    size_t i = place_of(map, entry.a, entry.b);
    while (map->entry[i].value && (map->entry[i].a != entry.a || map->entry[i].b != entry.b))
        i = (i + 1) & (map->capacity - 1);
    map->count += !map->entry[i].value;
    map->entry[i] = entry;
}

static void make_room(struct map *map)
{
    if (map->count * 2 < map->capacity)
        return;
    struct map old = *map;
    map->capacity = old.capacity ? old.capacity * 2 : 64;
    map->entry = alloc_array(map->capacity, sizeof *map->entry);
    map->count = 0;
    for (size_t i = 0; i < old.capacity; i++)
        if (old.entry[i].value)
            insert(map, old.entry[i]);
    free(old.entry);
}

void map_put(struct map *map, uint64_t a, uint32_t b, uint32_t value)
{
    make_room(map);
    insert(map, (struct map_entry) { .a = a, .b = b, .value = value + 1 });
}

/* Closes the hole at i so that no later entry of the same run is cut off from its place. */
static void remove_at(struct map *map, size_t hole)
{
    size_t mask = map->capacity - 1;
    for (size_t i = (hole + 1) & mask; map->entry[i].value; i = (i + 1) & mask) {
        size_t home = place_of(map, map->entry[i].a, map->entry[i].b);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            map->entry[hole] = map->entry[i];
            hole = i;
        }
    }
    map->entry[hole].value = 0;
    map->count--;
}

/* Where a key is; capacity: nowhere. */
static size_t find(const struct map *map, uint64_t a, uint32_t b)
{
    if (!map->count)
        return map->capacity;
    for (size_t i = place_of(map, a, b); map->entry[i].value; i = (i + 1) & (map->capacity - 1))
        if (map->entry[i].a == a && map->entry[i].b == b)
            return i;
    return map->capacity;
}

bool map_find(const struct map *map, uint64_t a, uint32_t b, uint32_t *value)
{
    size_t at = find(map, a, b);
    if (at == map->capacity)
        return false;
    *value = map->entry[at].value - 1;
    return true;
}

bool map_take(struct map *map, uint64_t a, uint32_t b, uint32_t *value)
{
    size_t at = find(map, a, b);
    if (at == map->capacity)
        return false;
    *value = map->entry[at].value - 1;
    remove_at(map, at);
    return true;
}
