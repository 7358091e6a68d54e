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
    struct query_job *job;
    struct samplings *samplings;
    uint32_t every;
    uint64_t *rows;
    struct filter_rows *worker[SPREAD_MOST]; /* each thread's own, made when it begins */
};

static struct filter_rows *begin(const struct flows *flows)
{
    const struct query_source *source = &flows->data->source;
    struct filter_rows *rows = filter_rows_new(flows->filter, flows->data);
    rows->every = flows->every;
    rows->samplings = flows->samplings;
    rows->source_user = source->open ? source->open(source->user) : source->user;
    return rows;
}

static void end(const struct flows *flows, struct filter_rows *rows)
{
    const struct query_source *source = &flows->data->source;
    if (!rows)
        return;
    if (source->close)
        source->close(rows->source_user);
    filter_rows_free(rows);
}

static void take(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct flows *flows = user;
    struct filter_rows *rows = flows->worker[worker];
    uint64_t want[TEST_WORDS], out[TEST_WORDS];
    if (!rows)
        rows = flows->worker[worker] = begin(flows);
    for (uint64_t block = from; block < to; block++) {
        filter_rows_block(rows, block);
        filter_all(rows, want);
        filter_rows_ask(rows, flows->node, want, out);
        memcpy(flows->rows + block * TEST_WORDS, out, filter_words(rows->rows) * sizeof *out);
        query_job_step(flows->job, rows->rows);
    }
}

bool filter_flows_node(const struct filter *filter, const struct filter_node *node,
                       const struct query_data *data, unsigned threads, struct query_job *job, uint64_t *rows)
{
    struct flows flows = { .filter = filter,
                           .node = node,
                           .data = data,
                           .job = job,
                           .samplings = samplings_new(data->decoder),
                           .every = filter_every_column(data->decoder),
                           .rows = rows };
    bool one_source = filter_needs_records(filter) && data->source.set && !data->source.open;
    uint64_t blocks = (flow_store_rows(data->store) + NFDEC_ROWS - 1) / NFDEC_ROWS;
    bool done = spread(one_source ? 1 : threads, blocks, BLOCKS, take, &flows, job);
    for (unsigned i = 0; i < SPREAD_MOST; i++)
        end(&flows, flows.worker[i]);
    samplings_free(flows.samplings);
    return done;
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
