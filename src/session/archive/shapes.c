/* SPDX-License-Identifier: MIT */
#include "session/archive/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define BUCKETS 16384u
#define MOST    32768u /* shapes: the packet that comes next may add as many again */

struct shape_entry {
    struct shape_entry *next;
    uint64_t hash;
    uint16_t id;
    size_t length;
    uint8_t octets[];
};

struct shapes {
    struct shape_entry *bucket[BUCKETS];
    uint32_t count;
};

struct shapes *shapes_new(void)
{
    return alloc_new(sizeof(struct shapes));
}

static void forget(struct shapes *shapes)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        while (shapes->bucket[i]) {
            struct shape_entry *entry = shapes->bucket[i];
            shapes->bucket[i] = entry->next;
            free(entry);
        }
    }
    shapes->count = 0;
}

void shapes_free(struct shapes *shapes)
{
    if (!shapes)
        return;
    forget(shapes);
    free(shapes);
}

void shapes_begin(struct shapes *shapes)
{
    if (shapes->count >= MOST)
        forget(shapes);
}

/* FNV-1a: shapes are short, and there are few of them. */
static uint64_t hash_of(const uint8_t *octets, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ octets[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

uint16_t shapes_id(struct shapes *shapes, const uint8_t *octets, size_t length, bool *is_new)
{
    uint64_t hash = hash_of(octets, length);
    struct shape_entry **bucket = &shapes->bucket[hash % BUCKETS];
    *is_new = false;
    for (const struct shape_entry *entry = *bucket; entry; entry = entry->next)
        if (entry->hash == hash && entry->length == length && memcmp(entry->octets, octets, length) == 0)
            return entry->id;
    if (shapes->count > UINT16_MAX - SHAPES_FIRST_ID)
        return 0;
    *is_new = true;
    struct shape_entry *entry = alloc_new(sizeof *entry + length);
    *entry = (struct shape_entry) { .next = *bucket, .hash = hash, .length = length };
    memcpy(entry->octets, octets, length);
    entry->id = (uint16_t)(SHAPES_FIRST_ID + shapes->count++);
    *bucket = entry;
    return entry->id;
}
