/* SPDX-License-Identifier: MIT */
#include "query/stats.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "query/spread.h"
#include "query/stats_mark.h"
#include "query/stats_rows.h"

#define BLOCKS_A_PIECE      16u
#define CONNECTIONS_A_PIECE 4096u

static bool by_connection(const struct stats_request *request)
{
    return request->kind == STATS_PORTS || request->kind == STATS_APPLICATIONS;
}

static bool by_record(const struct stats_request *request)
{
    return request->kind == STATS_EXPORTERS || request->kind == STATS_INTERFACES;
}

/* Negative: a goes before b. */
static int compare(const struct stats_entry *a, const struct stats_entry *b, enum stats_unit unit)
{
    uint64_t x = stats_amount(&a->sums, unit), y = stats_amount(&b->sums, unit);
    if (x != y)
        return x > y ? -1 : 1;
    if (a->key.tag != b->key.tag)
        return a->key.tag < b->key.tag ? -1 : 1;
    if (a->key.high != b->key.high)
        return a->key.high < b->key.high ? -1 : 1;
    return (a->key.low > b->key.low) - (a->key.low < b->key.low);
}

static int compare_entries(const void *a, const void *b, void *unit)
{
    return compare(a, b, *(const enum stats_unit *)unit);
}

/* ---- the largest groups: a heap whose root is the smallest of them ---- */

struct best {
    struct stats_entry *entry;
    size_t count, capacity, most;
    enum stats_unit unit;
};

static void sink(struct best *best, size_t at)
{
    struct stats_entry moved = best->entry[at];
    for (size_t child; (child = 2 * at + 1) < best->count; at = child) {
        if (child + 1 < best->count && compare(&best->entry[child], &best->entry[child + 1], best->unit) < 0)
            child++;
        if (compare(&moved, &best->entry[child], best->unit) >= 0)
            break;
        best->entry[at] = best->entry[child];
    }
    best->entry[at] = moved;
}

static void rise(struct best *best, size_t at)
{
    struct stats_entry moved = best->entry[at];
    while (at > 0 && compare(&best->entry[(at - 1) / 2], &moved, best->unit) < 0) {
        best->entry[at] = best->entry[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    best->entry[at] = moved;
}

static void offer(struct best *best, const struct stats_entry *entry)
{
    if (best->most == 0 || best->count < best->most) {
        best->entry = alloc_grow(best->entry, best->count, &best->capacity, sizeof *best->entry);
        best->entry[best->count] = *entry;
        if (best->most)
            rise(best, best->count);
        best->count++;
    } else if (compare(entry, &best->entry[0], best->unit) < 0) {
        best->entry[0] = *entry;
        sink(best, 0);
    }
}

/* ---- passes over all flows ---- */

/* The fields that tell groups apart, one for each end. */
static unsigned fields_of(const struct stats_request *request, enum field_symbol fields[2])
{
    switch (request->kind) {
    case STATS_TALKERS:
        fields[0] = request->by == STATS_AS ? FIELD_SRC_AS : FIELD_SRC;
        fields[1] = request->by == STATS_AS ? FIELD_DST_AS : FIELD_DST;
        return 2;
    case STATS_INTERFACES:
        fields[0] = FIELD_INPUT;
        fields[1] = FIELD_OUTPUT;
        return 2;
    case STATS_PROTOCOLS:
        fields[0] = FIELD_PROTO;
        return 1;
    default:
        return 0;
    }
}

static void make_workers(struct stats_pass *pass, unsigned workers, uint64_t seed)
{
    const struct stats_request *request = pass->request;
    size_t most = request->groups_most ? request->groups_most : STATS_GROUPS;
    pass->workers = alloc_array(workers, sizeof *pass->workers);
    for (unsigned i = 0; i < workers; i++) {
        stats_table_init(&pass->workers[i].table, most, seed);
        for (unsigned end = 0; end < pass->ends && request->kind != STATS_EXPORTERS; end++)
            pass->workers[i].reader[end] = order_reader_new(&pass->keys[end]);
    }
}

static void free_workers(struct stats_pass *pass, unsigned workers)
{
    for (unsigned i = 0; i < workers; i++) {
        stats_table_release(&pass->workers[i].table);
        for (unsigned end = 0; end < 2; end++)
            free(pass->workers[i].reader[end]);
    }
    free(pass->workers);
}

static bool go_through(struct stats_pass *pass, unsigned threads)
{
    const struct query_data *data = pass->request->data;
    if (by_connection(pass->request))
        return spread(threads, pairs_count(data->pairs), CONNECTIONS_A_PIECE, stats_take_connections, pass,
                      pass->job);
    uint64_t blocks = (flow_store_rows(data->store) + ORDER_BLOCK - 1) / ORDER_BLOCK;
    return spread(threads, blocks, BLOCKS_A_PIECE, stats_take_blocks, pass, pass->job);
}

/* All tables into the first one. */
static void merge(struct stats_pass *pass, unsigned workers)
{
    struct stats_table *all = &pass->workers[0].table;
    for (unsigned i = 1; i < workers && !pass->full; i++) {
        const struct stats_table *table = &pass->workers[i].table;
        for (size_t k = 0; k < table->capacity && !pass->full; k++) {
            const struct stats_entry *entry = &table->entry[k];
            if (entry->key.tag != 0 &&
                !stats_table_add(all, &entry->key, stats_hash(&entry->key, all->seed), &entry->sums))
                pass->full = true;
        }
    }
}

static void collect(struct stats *stats, struct best *best, const struct stats_table *table)
{
    stats->groups += table->count;
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->entry[i].key.tag == 0)
            continue;
        stats_sums_add(&stats->all, &table->entry[i].sums);
        stats->counting[0] += (table->entry[i].sums.has & STATS_HAS_BYTES) != 0;
        stats->counting[1] += (table->entry[i].sums.has & STATS_HAS_PACKETS) != 0;
        offer(best, &table->entry[i]);
    }
}

/* One part of the keys after the other. False: cancelled, or (pass->full) there are too many in one of them. */
static bool go_through_parts(struct stats_pass *pass, unsigned threads, struct stats *stats,
                             struct best *best)
{
    unsigned workers = spread_workers(threads);
    for (pass->part = 0; pass->part < pass->parts; pass->part++) {
        for (unsigned i = 0; i < workers; i++) {
            stats_table_clear(&pass->workers[i].table);
            pass->workers[i].total = pass->workers[i].none = (struct stats_sums) { 0 };
        }
        if (!go_through(pass, threads))
            return false;
        merge(pass, workers);
        if (pass->full)
            return false;
        collect(stats, best, &pass->workers[0].table);
    }
    for (unsigned i = 0; i < workers; i++) { /* the same in every part */
        stats_sums_add(&stats->total, &pass->workers[i].total);
        stats_sums_add(&stats->none, &pass->workers[i].none);
    }
    return true;
}

static uint64_t secret(void)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) < 0)
        seed = (uint64_t)(uintptr_t)&seed;
    return seed;
}

static bool make_groups(struct stats_pass *pass, unsigned threads, struct stats *stats)
{
    const struct query_data *data = pass->request->data;
    uint64_t items = by_connection(pass->request) ? pairs_count(data->pairs) : flow_store_rows(data->store);
    struct best best = { .most = pass->request->top, .unit = pass->request->unit };
    bool done = false;
    for (pass->parts = 1; !done; pass->parts *= 2) {
        query_job_begin(pass->job, items * pass->parts);
        pass->full = false;
        best.count = 0;
        stats->groups = stats->counting[0] = stats->counting[1] = 0;
        stats->parts = pass->parts;
        stats->all = stats->total = stats->none = (struct stats_sums) { 0 };
        done = go_through_parts(pass, threads, stats, &best);
        if (!done && !pass->full)
            break;
    }
    stats->total.connections = pass->base->connections;
    if (stats->total.flows == 0) /* nothing is nothing */
        stats->total.has = STATS_HAS_ALL;
    if (best.count > 0)
        qsort_r(best.entry, best.count, sizeof *best.entry, compare_entries, &best.unit);
    stats->group = best.entry;
    stats->count = best.count;
    return done;
}

bool stats_make(const struct stats_request *request, struct stats *stats, struct query_job *job)
{
    struct order_request orders[2] = { 0 };
    enum field_symbol fields[2] = { FIELD_COUNT, FIELD_COUNT };
    unsigned threads = spread_workers(request->threads);
    *stats = (struct stats) { .records = by_record(request) };
    struct stats_base base = { .data = request->data,
                               .chosen = request->chosen,
                               .records = stats->records,
                               .mark = stats_mark_needed(request) ? stats_mark_groups : NULL,
                               .request = request,
                               .threads = threads };
    struct stats_pass pass = { .request = request, .base = &base, .job = job };
    pass.ends = fields_of(request, fields);
    for (unsigned end = 0; end < pass.ends; end++) {
        orders[end] =
            (struct order_request) { .data = request->data, .field = { .symbol = (uint8_t)fields[end] } };
        order_keys_init(&pass.keys[end], &orders[end], job);
    }
    if (request->kind == STATS_EXPORTERS)
        pass.ends = 1;
    make_workers(&pass, threads, secret());
    bool done = stats_base_init(&base, job) && make_groups(&pass, threads, stats);
    stats_base_release(&base);
    free_workers(&pass, threads);
    for (unsigned end = 0; end < 2; end++)
        order_keys_release(&pass.keys[end]);
    return done;
}

void stats_release(struct stats *stats)
{
    free(stats->group);
}

struct stats_sums stats_rest(const struct stats *stats)
{
    struct stats_sums rest = stats->all;
    uint64_t counting[2] = { stats->counting[0], stats->counting[1] };
    for (size_t i = 0; i < stats->count; i++) {
        const struct stats_sums *sums = &stats->group[i].sums;
        rest.bytes -= sums->bytes;
        rest.packets -= sums->packets;
        rest.flows -= sums->flows;
        rest.connections -= sums->connections;
        counting[0] -= (sums->has & STATS_HAS_BYTES) != 0;
        counting[1] -= (sums->has & STATS_HAS_PACKETS) != 0;
    }
    rest.has = (counting[0] ? STATS_HAS_BYTES : 0u) | (counting[1] ? STATS_HAS_PACKETS : 0u);
    return rest;
}

struct addr stats_address(const struct stats_key *key)
{
    uint8_t octets[16];
    if (key->tag == STATS_TAG_IP4)
        return addr_v4((uint32_t)key->low);
    for (unsigned i = 0; i < 8; i++) {
        octets[i] = (uint8_t)(key->high >> (56 - 8 * i));
        octets[8 + i] = (uint8_t)(key->low >> (56 - 8 * i));
    }
    return addr_v6(octets);
}
