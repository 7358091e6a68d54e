/* SPDX-License-Identifier: MIT */
#include "query/stats_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define FIRST 1024u /* entries; a power of two */

static void make_entries(struct stats_table *table)
{
    size_t line = sizeof *table->entry;
    table->memory = alloc_array(table->capacity + 1, line);
    table->entry = (struct stats_entry *)(((uintptr_t)table->memory + line - 1) & ~(uintptr_t)(line - 1));
}

void stats_table_init(struct stats_table *table, size_t most, uint64_t seed)
{
    *table = (struct stats_table) { .capacity = FIRST, .most = most, .seed = seed };
    make_entries(table);
}

void stats_table_release(struct stats_table *table)
{
    free(table->memory);
    *table = (struct stats_table) { 0 };
}

void stats_table_clear(struct stats_table *table)
{
    memset(table->entry, 0, table->capacity * sizeof *table->entry);
    table->count = 0;
}

static void grow(struct stats_table *table)
{
    struct stats_table larger = *table;
    larger.capacity *= 4;
    make_entries(&larger);
    for (size_t i = 0; i < table->capacity; i++) {
        const struct stats_entry *entry = &table->entry[i];
        if (entry->key.tag != 0)
            *stats_table_find(&larger, &entry->key, stats_hash(&entry->key, table->seed)) = *entry;
    }
    free(table->memory);
    *table = larger;
}

struct stats_entry *stats_table_new(struct stats_table *table, const struct stats_key *key, uint64_t hash)
{
    if (table->count == table->most)
        return NULL;
    if (++table->count > table->capacity / 2)
        grow(table);
    struct stats_entry *entry = stats_table_find(table, key, hash);
    entry->key = *key;
    return entry;
}
