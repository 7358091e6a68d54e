/* SPDX-License-Identifier: MIT */
/*
 * Sums by key, in a hash table of bounded size. Private to src/query/stats*.c.
 *
 *     struct stats_table table;
 *     stats_table_init(&table, most, seed);
 *     if (!stats_table_add(&table, &key, &sums))      // false: there are as many keys as there may be
 *     stats_table_release(&table);
 *
 * The seed is secret to a run, so that nobody can choose keys that collide.
 */
#ifndef QUERY_STATS_TABLE_H
#define QUERY_STATS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What groups are told apart by: numbers, and of what kind they are; tag 0 is no key. */
struct stats_key {
    uint64_t high, low;
    uint32_t tag;
};

/* Counters that some of the flows were exported with: what none was is not known, and not 0. */
enum stats_has { STATS_HAS_BYTES = 1, STATS_HAS_PACKETS = 2, STATS_HAS_ALL = 3 };

struct stats_sums {
    uint64_t bytes, packets, flows, connections;
    uint64_t has; /* enum stats_has */
};

struct stats_entry {
    struct stats_key key;
    struct stats_sums sums;
};

_Static_assert(sizeof(struct stats_entry) == 64, "an entry is one line of the cache");

struct stats_table {
    struct stats_entry *entry; /* open addressing; tag 0: free */
    void *memory;              /* where they are, on a line of the cache */
    size_t count, capacity, most;
    uint64_t seed;
};

void stats_table_init(struct stats_table *table, size_t most, uint64_t seed);
void stats_table_release(struct stats_table *table);
void stats_table_clear(struct stats_table *table);

static inline uint64_t stats_hash(const struct stats_key *key, uint64_t seed)
{
    __extension__ typedef unsigned __int128 wide;
    wide mixed = (wide)(key->high ^ seed) * UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = (uint64_t)mixed ^ (uint64_t)(mixed >> 64) ^ key->low ^ (uint64_t)key->tag << 32;
    mixed = (wide)(hash ^ seed >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return (uint64_t)mixed ^ (uint64_t)(mixed >> 64);
}

/* The entry of a key, or the free one where it belongs. */
static inline struct stats_entry *stats_table_find(const struct stats_table *table,
                                                   const struct stats_key *key, uint64_t hash)
{
    size_t mask = table->capacity - 1, at = hash & mask;
    for (struct stats_entry *entry; (entry = &table->entry[at])->key.tag != 0; at = (at + 1) & mask)
        if (entry->key.low == key->low && entry->key.high == key->high && entry->key.tag == key->tag)
            return entry;
    return &table->entry[at];
}

/* A new key. NULL: there are as many as there may be. */
struct stats_entry *stats_table_new(struct stats_table *table, const struct stats_key *key, uint64_t hash);

static inline void stats_table_fetch(const struct stats_table *table, uint64_t hash)
{
    __builtin_prefetch(&table->entry[hash & (table->capacity - 1)], 1);
}

static inline void stats_sums_add(struct stats_sums *to, const struct stats_sums *sums)
{
    to->bytes += sums->bytes;
    to->packets += sums->packets;
    to->flows += sums->flows;
    to->connections += sums->connections;
    to->has |= sums->has;
}

/* False: there are as many keys as there may be. */
static inline bool stats_table_add(struct stats_table *table, const struct stats_key *key, uint64_t hash,
                                   const struct stats_sums *sums)
{
    struct stats_entry *entry = stats_table_find(table, key, hash);
    if (entry->key.tag == 0 && !(entry = stats_table_new(table, key, hash)))
        return false;
    stats_sums_add(&entry->sums, sums);
    return true;
}

#endif
