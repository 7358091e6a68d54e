/* SPDX-License-Identifier: MIT */
/* A filter over all flows of a store, and over records that come in. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/filter_flows.h"

#define BLOCKS 64u /* that a thread takes at once: octets are read in order */

struct flows {
    const struct filter *filter;
    const struct filter_node *node;
    const struct query_data *data;
    uint32_t every;
    uint64_t *rows;
};

struct worker {
    struct flows *flows;
    struct filter_rows *rows;
};

static void *begin(void *user, unsigned thread)
{
    struct flows *flows = user;
    const struct query_source *source = &flows->data->source;
    struct worker *worker = alloc_new(sizeof *worker);
    (void)thread;
    worker->flows = flows;
    worker->rows = filter_rows_new(flows->filter, flows->data);
    worker->rows->every = flows->every;
    worker->rows->source_user = source->open ? source->open(source->user) : source->user;
    return worker;
}

static void end(void *state)
{
    struct worker *worker = state;
    const struct query_source *source = &worker->flows->data->source;
    if (source->close)
        source->close(worker->rows->source_user);
    filter_rows_free(worker->rows);
    free(worker);
}

static void take(void *state, uint64_t from, uint64_t to)
{
    struct worker *worker = state;
    uint64_t want[TEST_WORDS], out[TEST_WORDS];
    for (uint64_t block = from; block < to; block++) {
        filter_rows_block(worker->rows, block);
        filter_all(worker->rows, want);
        filter_rows_ask(worker->rows, worker->flows->node, want, out);
        memcpy(worker->flows->rows + block * TEST_WORDS, out, filter_words(worker->rows->rows) * sizeof *out);
    }
}

bool filter_flows_node(const struct filter *filter, const struct filter_node *node,
                       const struct query_data *data, unsigned threads, struct query_job *job, uint64_t *rows)
{
    struct flows flows = { .filter = filter,
                           .node = node,
                           .data = data,
                           .every = filter_every_column(data->decoder),
                           .rows = rows };
    bool one_source = filter_needs_records(filter) && data->source.set && !data->source.open;
    const struct query_threads work = { .threads = one_source ? 1 : threads,
                                        .count = (flow_store_rows(data->store) + NFDEC_ROWS - 1) / NFDEC_ROWS,
                                        .piece = BLOCKS,
                                        .job = job,
                                        .units = NFDEC_ROWS,
                                        .user = &flows,
                                        .begin = begin,
                                        .take = take,
                                        .end = end };
    return query_threads_run(&work);
}

bool filter_flows(const struct filter *filter, const struct query_data *data, unsigned threads,
                  struct query_job *job, uint64_t *rows)
{
    query_job_begin(job, flow_store_rows(data->store));
    if (filter_needs_pairs(filter))
        return filter_rows_by_pairs(filter, data, threads, job, rows);
    return filter_flows_node(filter, filter->root, data, threads, job, rows);
}

struct filter_stream {
    const struct filter *filter;
    struct query_data data;
    struct filter_rows *rows;
    struct nfdec_columns columns;
};

struct filter_stream *filter_stream_new(const struct filter *filter, const struct query_data *data)
{
    struct filter_stream *stream = alloc_new(sizeof *stream);
    stream->filter = filter;
    stream->data = *data;
    stream->rows = filter_rows_new(filter, &stream->data);
    return stream;
}

void filter_stream_free(struct filter_stream *stream)
{
    if (!stream)
        return;
    filter_rows_free(stream->rows);
    free(stream);
}

/* Bits of `count` records behind the first `done`, which need not begin a word. */
static void add_bits(uint64_t *bits, uint32_t done, const uint64_t *more, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        bits[(done + i) / 64] |= (more[i / 64] >> i % 64 & 1) << (done + i) % 64;
}

uint32_t filter_stream_set(struct filter_stream *stream, const struct nfdec_set *set, uint64_t *bits)
{
    uint32_t done = 0, place = 0, matches = 0;
    uint64_t want[TEST_WORDS], out[TEST_WORDS];
    memset(bits, 0, filter_words(set->records) * sizeof *bits);
    while (done < set->records) {
        uint32_t left = set->records - done, count = left < NFDEC_ROWS ? left : NFDEC_ROWS;
        nfdec_columns_clear(&stream->columns);
        if (set->kind == NFDEC_SET_DATA)
            count = nfdec_columns_add(&stream->columns, set, done, &place);
        if (count == 0)
            break;
        filter_rows_set(stream->rows, set, &stream->columns, count, done);
        filter_all(stream->rows, want);
        filter_rows_ask(stream->rows, stream->filter->root, want, out);
        add_bits(bits, done, out, count);
        matches += (uint32_t)filter_count(out, count);
        done += count;
    }
    return matches;
}
