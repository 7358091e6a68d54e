/* SPDX-License-Identifier: MIT */
/*
 * The order in which connections are listed: by start, of equals by appearance. They are divided by spans of time,
 * which takes two octets for each beside the result, and each span is sorted by itself. Several threads divide a share of
 * the connections each, one behind the other in every span, so that the order is the same for any number of them.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/order.h"
#include "pair/pairs.h"

#define SPAN          4096u      /* connections of a span of time, about */
#define SPANS_MOST    (1u << 12) /* spans there can be */
#define SPANS_A_PIECE 16u        /* that a thread takes at a time */
#define SPAN_NONE     UINT16_MAX /* the connection was joined into another one */

/* Room of one thread for sorting. */
struct room {
    uint64_t *entry, *other; /* lower half of the start << 32 | number of the connection */
    size_t capacity;
};

struct spans {
    const struct pairs *pairs;
    uint64_t first; /* start of the first one */
    unsigned shift; /* of a distance from it, to have the span's number */
    size_t count;
    uint64_t shares;
    uint32_t
        *at; /* by span, of it by share: where they begin in the order; when they are there: where they end */
    uint16_t *span;    /* by connection: the span it is in; SPAN_NONE */
    uint32_t *order;   /* the result */
    struct room *room; /* by worker */
};

static void make_spans(struct spans *spans, struct pairs *pairs)
{
    unsigned workers = pairs_workers(pairs);
    uint64_t length = (uint64_t)pairs->latest - (uint64_t)pairs->earliest;
    *spans =
        (struct spans) { .pairs = pairs, .first = (uint64_t)pairs->earliest, .count = 2, .shares = workers };
    while (spans->count < SPANS_MOST && spans->count * SPAN < pairs->conns.count)
        spans->count *= 2;
    while (length >> spans->shift >= spans->count)
        spans->shift++;
    spans->at = alloc_array(spans->count * spans->shares + 1, sizeof *spans->at);
    spans->room = alloc_array(workers, sizeof *spans->room);
    spans->span = alloc_array(pairs->conns.count, sizeof *spans->span);
    spans->order = pairs->order;
}

static uint32_t share_begin(const struct spans *spans, uint64_t share)
{
    return (uint32_t)(spans->pairs->conns.count * share / spans->shares);
}

/* Finds the spans of connections that are still there, and counts them. */
static void count_share(void *user, unsigned worker, uint64_t share, uint64_t end)
{
    const struct spans *spans = user;
    (void)worker;
    (void)end;
    for (uint32_t i = share_begin(spans, share); i < share_begin(spans, share + 1); i++) {
        const struct conn *conn = pairs_conn(spans->pairs, i);
        bool gone = conn->bits & CONN_GONE;
        size_t span = (size_t)(((uint64_t)conn->start - spans->first) >> spans->shift);
        spans->span[i] = gone ? SPAN_NONE : (uint16_t)span;
        spans->at[span * spans->shares + share] += !gone;
    }
}

/* From how many there are to where they begin. */
static void find_places(struct spans *spans)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < spans->count * spans->shares; i++) {
        uint32_t count = spans->at[i];
        spans->at[i] = sum;
        sum += count;
    }
}

static void divide_share(void *user, unsigned worker, uint64_t share, uint64_t end)
{
    const struct spans *spans = user;
    (void)worker;
    (void)end;
    for (uint32_t i = share_begin(spans, share); i < share_begin(spans, share + 1); i++)
        if (spans->span[i] != SPAN_NONE)
            spans->order[spans->at[spans->span[i] * spans->shares + share]++] = i;
}

static void make_room(struct room *room, size_t count)
{
    if (count <= room->capacity)
        return;
    room->capacity = count + count / 2;
    free(room->entry);
    free(room->other);
    room->entry = alloc_array(room->capacity, sizeof *room->entry);
    room->other = alloc_array(room->capacity, sizeof *room->other);
}

/* A span in which starts differ in their lower halves only. */
static void sort_short(const struct spans *spans, struct room *room, uint32_t *conn, size_t count)
{
    make_room(room, count);
    for (size_t i = 0; i < count; i++) {
        uint64_t behind = (uint64_t)pairs_conn(spans->pairs, conn[i])->start - spans->first;
        room->entry[i] = behind << 32 | conn[i];
    }
    order_upper_halves(room->entry, room->other, count);
    for (size_t i = 0; i < count; i++)
        conn[i] = (uint32_t)room->entry[i];
}

static void sort_long(const struct spans *spans, uint32_t *conn, size_t count)
{
    struct order *order = alloc_array(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (struct order) { .key = order_signed(pairs_conn(spans->pairs, conn[i])->start),
                                    .index = conn[i] };
    order_sort(order, count);
    for (size_t i = 0; i < count; i++)
        conn[i] = order[i].index;
    free(order);
}

static void sort_spans(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    const struct spans *spans = user;
    for (uint64_t span = from; span < to; span++) {
        uint32_t begin = span ? spans->at[span * spans->shares - 1] : 0;
        uint32_t count = spans->at[(span + 1) * spans->shares - 1] - begin;
        if (spans->shift <= 32)
            sort_short(spans, &spans->room[worker], spans->order + begin, count);
        else
            sort_long(spans, spans->order + begin, count);
    }
}

void pairs_order(struct pairs *pairs)
{
    struct spans spans;
    rows_forget(pairs);
    pairs->order = alloc_resize(pairs->order, pairs_count(pairs), sizeof *pairs->order);
    make_spans(&spans, pairs);
    unsigned workers = (unsigned)spans.shares;
    split(workers, spans.shares, 1, count_share, &spans, NULL);
    find_places(&spans);
    split(workers, spans.shares, 1, divide_share, &spans, NULL);
    split(workers, spans.count, SPANS_A_PIECE, sort_spans, &spans, NULL);
    for (unsigned i = 0; i < workers; i++) {
        free(spans.room[i].entry);
        free(spans.room[i].other);
    }
    free(spans.room);
    free(spans.span);
    free(spans.at);
}
