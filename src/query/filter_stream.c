/* SPDX-License-Identifier: MIT */
/* A filter over records that come in. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/filter_rows.h"

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
