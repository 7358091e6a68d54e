/* SPDX-License-Identifier: MIT */
/*
 * The order in which connections are listed: by start, of equals by appearance. They are divided by spans of time,
 * which takes no memory but the result's, and each span is sorted by itself.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/order.h"
#include "pair/pairs.h"

#define SPAN       4096u      /* connections of a span of time, about */
#define SPANS_MOST (1u << 12) /* spans there can be */

struct spans {
    uint64_t first; /* start of the first one */
    unsigned shift; /* of a distance from it, to have the span's number */
    size_t count;
    uint32_t *at; /* where each begins in the order; when it is divided, where it ends */
};

static size_t span_of(const struct spans *spans, const struct conn *conn)
{
    return (size_t)(((uint64_t)conn->start - spans->first) >> spans->shift);
}

static struct spans make_spans(const struct pairs *pairs)
{
    struct spans spans = { .first = (uint64_t)pairs->earliest, .count = 2 };
    uint64_t length = (uint64_t)pairs->latest - spans.first;
    while (spans.count < SPANS_MOST && spans.count * SPAN < pairs->conns.count)
        spans.count *= 2;
    while (length >> spans.shift >= spans.count)
        spans.shift++;
    spans.at = alloc_array(spans.count + 1, sizeof *spans.at);
    return spans;
}

/* Numbers of all connections that are still there, by span. */
static void divide(const struct pairs *pairs, const struct spans *spans, uint32_t *order)
{
    uint32_t count = (uint32_t)pairs->conns.count;
    for (uint32_t i = 0; i < count; i++) {
        const struct conn *conn = pairs_conn(pairs, i);
        if (!(conn->bits & CONN_GONE))
            spans->at[span_of(spans, conn) + 1]++;
    }
    for (size_t span = 0; span < spans->count; span++)
        spans->at[span + 1] += spans->at[span];
    for (uint32_t i = 0; i < count; i++) {
        const struct conn *conn = pairs_conn(pairs, i);
        if (!(conn->bits & CONN_GONE))
            order[spans->at[span_of(spans, conn)]++] = i;
    }
}

static void sort_span(const struct pairs *pairs, struct order *room, uint32_t *conn, size_t count)
{
    for (size_t i = 0; i < count; i++)
        room[i] = (struct order) { .key = order_signed(pairs_conn(pairs, conn[i])->start), .index = conn[i] };
    order_sort(room, count);
    for (size_t i = 0; i < count; i++)
        conn[i] = room[i].index;
}

void pairs_order(struct pairs *pairs)
{
    struct spans spans = make_spans(pairs);
    struct order *room = NULL;
    size_t capacity = 0;
    rows_forget(pairs);
    pairs->order = alloc_resize(pairs->order, pairs_count(pairs), sizeof *pairs->order);
    divide(pairs, &spans, pairs->order);
    for (size_t span = 0, from = 0; span < spans.count; from = spans.at[span++]) {
        size_t count = spans.at[span] - from;
        if (count > capacity) {
            capacity = count + count / 2;
            free(room);
            room = alloc_array(capacity, sizeof *room);
        }
        sort_span(pairs, room, pairs->order + from, count);
    }
    free(room);
    free(spans.at);
}
