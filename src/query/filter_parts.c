/* SPDX-License-Identifier: MIT */
/* A filter over all flows of a store, or all connections, at once or part by part. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/filter_pairs.h"

_Static_assert(FILTER_PART == NFDEC_ROWS, "parts are of whole blocks");

#define BLOCKS 16u /* that a thread takes at once: octets are read in order */

struct filter_parts {
    const struct query_data *data;
    bool connections;
    unsigned threads;
    struct query_job *job;
    struct filter_answers *answers; /* of flows that are asked alone ... */
    unsigned question;
    struct filter_pairs *pairs; /* ... or what asks connections; the other one is NULL */
    uint64_t *rows;             /* of flows by their connections: all answers, once they are there */
};

/* Blocks of flows; the bits are of all. */
struct blocks {
    struct filter_parts *parts;
    uint64_t first, rows;
    uint64_t *bits;
};

static void take_blocks(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    const struct blocks *blocks = user;
    struct filter_parts *parts = blocks->parts;
    uint64_t begin = (blocks->first + from) * NFDEC_ROWS, end = (blocks->first + to) * NFDEC_ROWS;
    end = end < blocks->rows ? end : blocks->rows;
    for (uint64_t word = begin / 64; word < filter_words(end); word++)
        blocks->bits[word] = filter_answers_word(parts->answers, worker, parts->question, word);
    query_job_step(parts->job, end - begin);
}

static bool ask_flows(struct filter_parts *parts, uint64_t from, uint64_t to, uint64_t *bits)
{
    struct blocks blocks = { .parts = parts, .first = from / NFDEC_ROWS, .rows = to, .bits = bits };
    uint64_t count = (to - from + NFDEC_ROWS - 1) / NFDEC_ROWS;
    return spread(parts->threads, count, BLOCKS, take_blocks, &blocks, parts->job);
}

/* All of them at the first time: connections that are asked have their flows anywhere. */
static bool find_rows(struct filter_parts *parts)
{
    if (parts->rows)
        return true;
    uint64_t *rows = alloc_array(filter_words(flow_store_rows(parts->data->store)) + 1, sizeof *rows);
    if (filter_pairs_rows(parts->pairs, parts->job, rows))
        parts->rows = rows;
    else
        free(rows);
    return parts->rows;
}

bool filter_parts_ask(struct filter_parts *parts, uint64_t from, uint64_t to, uint64_t *bits)
{
    if (parts->connections)
        return filter_pairs_ask(parts->pairs, (uint32_t)from, (uint32_t)to, parts->job, bits);
    if (parts->answers)
        return ask_flows(parts, from, to, bits);
    if (!find_rows(parts))
        return false;
    memcpy(bits + from / 64, parts->rows + from / 64, filter_words(to - from) * sizeof *bits);
    return true;
}

static bool pick_flows(struct filter_parts *parts, const uint32_t *numbers, uint32_t count, uint64_t *bits)
{
    memset(bits, 0, filter_words(count) * sizeof *bits);
    if (!parts->answers && !find_rows(parts))
        return false;
    for (uint32_t i = 0; i < count && !query_job_cancelled(parts->job); i++) {
        bool yes = parts->rows ? filter_bit(parts->rows, numbers[i])
                               : filter_answers_row(parts->answers, 0, parts->question, numbers[i]);
        bits[i / 64] |= (uint64_t)yes << i % 64;
    }
    return !query_job_cancelled(parts->job);
}

bool filter_parts_pick(struct filter_parts *parts, const uint32_t *numbers, uint32_t count, uint64_t *bits)
{
    if (parts->connections)
        return filter_pairs_pick(parts->pairs, numbers, count, NULL, bits);
    return pick_flows(parts, numbers, count, bits);
}

struct filter_parts *filter_parts_new(const struct filter *filter, const struct query_data *data,
                                      bool connections, unsigned threads, struct query_job *job)
{
    struct filter_parts *parts = alloc_new(sizeof *parts);
    parts->data = data;
    parts->connections = connections;
    parts->job = job;
    if (connections || filter_needs_pairs(filter)) {
        parts->pairs = filter_pairs_new(filter, data, connections, threads);
        query_job_begin(job, pairs_count(data->pairs));
    } else {
        parts->answers = filter_answers_new(filter, data);
        parts->question = filter_answers_add(parts->answers, filter->root);
        parts->threads = filter_answers_threads(parts->answers, threads);
        query_job_begin(job, flow_store_rows(data->store));
    }
    return parts;
}

void filter_parts_free(struct filter_parts *parts)
{
    if (!parts)
        return;
    filter_answers_free(parts->answers);
    filter_pairs_free(parts->pairs);
    free(parts->rows);
    free(parts);
}

static bool ask_all(const struct filter *filter, const struct query_data *data, bool connections,
                    unsigned threads, struct query_job *job, uint64_t *bits)
{
    struct filter_parts *parts = filter_parts_new(filter, data, connections, threads, job);
    uint64_t all = connections ? pairs_count(data->pairs) : flow_store_rows(data->store);
    bool done = filter_parts_ask(parts, 0, all, bits);
    filter_parts_free(parts);
    return done;
}

bool filter_flows(const struct filter *filter, const struct query_data *data, unsigned threads,
                  struct query_job *job, uint64_t *rows)
{
    return ask_all(filter, data, false, threads, job, rows);
}

bool filter_connections(const struct filter *filter, const struct query_data *data, unsigned threads,
                        struct query_job *job, uint64_t *connections)
{
    return ask_all(filter, data, true, threads, job, connections);
}
