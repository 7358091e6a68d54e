/* SPDX-License-Identifier: MIT */
#include "query/stats_rows.h"

#include <string.h>

#define BATCH 64u /* rows whose places in the table are fetched ahead of their use */

void stats_take(struct stats_pass *pass, struct stats_worker *worker, const struct stats_key *key,
                const struct stats_sums *sums)
{
    uint64_t hash = stats_hash(key, worker->table.seed);
    if (pass->parts > 1 && (hash >> 32) % pass->parts != pass->part)
        return;
    if (!stats_table_add(&worker->table, key, hash, sums))
        pass->full = true;
}

static enum stats_side side_of(const struct stats_pass *pass)
{
    return pass->request->kind == STATS_TALKERS ? pass->request->side : STATS_EITHER;
}

/* Values of a field: addresses, or numbers. */
static void key_values(struct stats_worker *worker, unsigned end, uint32_t count, enum stats_tag plain)
{
    const struct order_reader *reader = worker->reader[end];
    struct stats_key *key = worker->key[end];
    for (uint32_t i = 0; i < count; i++) {
        key[i] = (struct stats_key) { .low = reader->key[i], .tag = plain };
        if (reader->plain || reader->state[i] == ORDER_PLAIN)
            continue;
        if (reader->state[i] == ORDER_MISSING)
            key[i].tag = 0;
        else
            key[i] = (struct stats_key) { reader->key[i], reader->low[i], STATS_TAG_IP6 };
    }
}

static uint64_t family_of(const struct stats_pass *pass, uint64_t session)
{
    const struct nfdec_session *found = nfdec_session_at(pass->request->data->decoder, (uint32_t)session);
    return found ? found->family : 0;
}

static void key_exporters(const struct stats_pass *pass, struct stats_worker *worker, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        worker->key[0][i] =
            (struct stats_key) { .low = family_of(pass, worker->session[i]), .tag = STATS_TAG_EXPORTER };
}

/* Interfaces are those of an exporter. */
static void key_interfaces(const struct stats_pass *pass, struct stats_worker *worker, unsigned end,
                           uint32_t count)
{
    key_values(worker, end, count, STATS_TAG_INTERFACE);
    for (uint32_t i = 0; i < count; i++)
        worker->key[end][i].high = family_of(pass, worker->session[i]);
}

static void make_keys(const struct stats_pass *pass, struct stats_worker *worker, uint32_t count)
{
    const struct stats_request *request = pass->request;
    bool address = request->kind == STATS_TALKERS && request->by != STATS_AS;
    if (pass->ends < 2)
        memset(worker->key[1], 0, sizeof worker->key[1]);
    for (unsigned end = 0; end < pass->ends; end++) {
        if (request->kind == STATS_EXPORTERS)
            key_exporters(pass, worker, count);
        else if (request->kind == STATS_INTERFACES)
            key_interfaces(pass, worker, end, count);
        else
            key_values(worker, end, count, address ? STATS_TAG_IP4 : STATS_TAG_NUMBER);
        for (uint32_t i = 0; i < count && address && request->by == STATS_NET; i++)
            stats_cut_address(request, &worker->key[end][i]);
    }
    for (uint32_t i = 0; i < count; i++)
        worker->bare[i] = !worker->key[0][i].tag && !worker->key[1][i].tag;
}

/* Every flow counts whole at both ends; where these are in one group once. */
static void share_both(const struct stats_pass *pass, struct stats_worker *worker, uint32_t count)
{
    struct stats_key *source = worker->key[0], *target = worker->key[1];
    for (uint32_t i = 0; i < count; i++)
        if (source[i].low == target[i].low && source[i].high == target[i].high &&
            source[i].tag == target[i].tag)
            target[i].tag = 0;
    for (uint32_t i = 0; i < count && pass->base->reverse; i++) {
        worker->bytes[0][i] += worker->bytes[1][i];
        worker->packets[0][i] += worker->packets[1][i];
    }
}

/* What an end sent, or received. One that has nothing of it, as nothing came back, gets nothing. */
static void share_sides(struct stats_worker *worker, uint32_t count, bool received)
{
    for (uint32_t i = 0; i < count; i++) {
        bool answered = worker->bytes[1][i] > 0 || worker->packets[1][i] > 0;
        if (!answered)
            worker->key[!received][i].tag = 0;
    }
}

static void read_block(const struct stats_pass *pass, struct stats_worker *worker, uint64_t block,
                       uint32_t count)
{
    const struct flow_store *store = pass->request->data->store;
    for (unsigned end = 0; end < pass->ends; end++)
        if (worker->reader[end])
            order_read(worker->reader[end], block);
    flow_store_column(store, block, NFDEC_COL_BYTES, worker->bytes[0]);
    flow_store_column(store, block, NFDEC_COL_PACKETS, worker->packets[0]);
    if (pass->base->reverse) { /* zero otherwise */
        flow_store_column(store, block, NFDEC_COL_REVERSE_BYTES, worker->bytes[1]);
        flow_store_column(store, block, NFDEC_COL_REVERSE_PACKETS, worker->packets[1]);
    }
    if (pass->request->kind == STATS_EXPORTERS || pass->request->kind == STATS_INTERFACES)
        flow_store_column(store, block, NFDEC_COL_SESSION, worker->session);
    make_keys(pass, worker, count);
    if (side_of(pass) == STATS_EITHER)
        share_both(pass, worker, count);
    else
        share_sides(worker, count, side_of(pass) == STATS_RECEIVED);
}

/* Which of the two counters is an end's. */
static unsigned counter_of(const struct stats_pass *pass, unsigned end)
{
    return side_of(pass) == STATS_EITHER ? 0 : side_of(pass) == STATS_SENT ? end : !end;
}

/* Rows from ... to - 1 of the block, at most BATCH. */
static void take_rows(struct stats_pass *pass, struct stats_worker *worker, uint64_t first, uint32_t from,
                      uint32_t to)
{
    uint64_t hash[2][BATCH], seed = worker->table.seed;
    uint8_t counts[BATCH];
    for (uint32_t i = 0; i < to - from; i++) {
        uint32_t at = from + i;
        counts[i] = pass->base->all || stats_base_counts(pass->base, first + at);
        for (unsigned end = 0; end < 2; end++) {
            if (!worker->key[end][at].tag)
                continue;
            hash[end][i] = stats_hash(&worker->key[end][at], seed);
            stats_table_fetch(&worker->table, hash[end][i]);
        }
    }
    unsigned counter[2] = { counter_of(pass, 0), counter_of(pass, 1) };
    bool whole = side_of(pass) == STATS_EITHER;
    for (uint32_t i = 0; i < to - from; i++) {
        uint32_t at = from + i;
        if (!counts[i])
            continue;
        struct stats_sums sums = { .flows = 1, .has = stats_base_has(pass->base, first + at, &worker->sets) };
        for (unsigned end = 0; end < 2; end++) {
            if (!worker->key[end][at].tag ||
                (pass->parts > 1 && (hash[end][i] >> 32) % pass->parts != pass->part))
                continue;
            sums.connections = stats_base_first(pass->base, end, first + at);
            sums.bytes = worker->bytes[counter[end]][at];
            sums.packets = worker->packets[counter[end]][at];
            if (!stats_table_add(&worker->table, &worker->key[end][at], hash[end][i], &sums))
                pass->full = true;
        }
        sums.bytes = worker->bytes[0][at] + (whole ? 0 : worker->bytes[1][at]);
        sums.packets = worker->packets[0][at] + (whole ? 0 : worker->packets[1][at]);
        sums.connections = stats_base_first(pass->base, 0, first + at);
        stats_sums_add(&worker->total, &sums);
        if (worker->bare[at])
            stats_sums_add(&worker->none, &sums);
    }
}

void stats_take_blocks(void *user, unsigned number, uint64_t from, uint64_t to)
{
    struct stats_pass *pass = user;
    struct stats_worker *worker = &pass->workers[number];
    uint64_t rows = flow_store_rows(pass->request->data->store);
    for (uint64_t block = from; block < to && !query_job_cancelled(pass->job) && !pass->full; block++) {
        uint64_t first = block * ORDER_BLOCK, left = rows - first;
        uint32_t count = left < ORDER_BLOCK ? (uint32_t)left : ORDER_BLOCK;
        read_block(pass, worker, block, count);
        for (uint32_t at = 0; at < count; at += BATCH)
            take_rows(pass, worker, first, at, count - at < BATCH ? count : at + BATCH);
        query_job_step(pass->job, count);
    }
}
