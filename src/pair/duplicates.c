/* SPDX-License-Identifier: MIT */
/*
 * The same flow seen at several observation points: by two exporters, or at ingress and at egress of one. Of each
 * direction the point that saw most counts; flows of other points in the same time are duplicates.
 */
#include "pair/pairs.h"

#include "base/alloc.h"

#define POINTS 8 /* observation points told apart in one direction of a connection */

struct point {
    uint32_t session;
    uint8_t direction;
    uint64_t bytes;
    int64_t start, end;
};

struct points {
    struct point point[POINTS];
    unsigned count;
};

static struct point *point_of(struct points *points, const struct flow_row *row)
{
    uint32_t session = (uint32_t)row->value[NFDEC_COL_SESSION];
    uint8_t direction = (uint8_t)row->value[NFDEC_COL_DIRECTION];
    for (unsigned i = 0; i < points->count; i++)
        if (points->point[i].session == session && points->point[i].direction == direction)
            return &points->point[i];
    if (points->count == POINTS)
        return NULL;
    struct point *p = &points->point[points->count++];
    *p = (struct point) { .session = session, .direction = direction, .start = INT64_MAX, .end = INT64_MIN };
    return p;
}

/* Which direction of the connection a row is of. Records of both directions are of one: who saw most saw both. */
static int side_of(const struct conn *conn, const struct flow_row *row)
{
    bool swapped, reversed = key_row_reversed(row, &swapped);
    return conn->bits & CONN_BIFLOW ? 0 : reversed;
}

static int64_t first_time(const struct flow_row *row)
{
    int64_t start = (int64_t)row->value[NFDEC_COL_START], end = (int64_t)row->value[NFDEC_COL_END];
    return start < end ? start : end;
}

static int64_t last_time(const struct flow_row *row)
{
    int64_t start = (int64_t)row->value[NFDEC_COL_START], end = (int64_t)row->value[NFDEC_COL_END];
    return start < end ? end : start;
}

static void measure(struct points *points, const struct flow_row *row)
{
    struct point *p = point_of(points, row);
    if (!p)
        return;
    p->bytes += row->value[NFDEC_COL_BYTES] + row->value[NFDEC_COL_REVERSE_BYTES];
    if (first_time(row) < p->start)
        p->start = first_time(row);
    if (last_time(row) > p->end)
        p->end = last_time(row);
}

/* The point that saw most of a direction; of equals the first. */
static const struct point *primary(const struct points *points)
{
    const struct point *best = NULL;
    for (unsigned i = 0; i < points->count; i++)
        if (!best || points->point[i].bytes > best->bytes)
            best = &points->point[i];
    return best;
}

static bool is_duplicate(const struct point *best, const struct point *own, const struct flow_row *row)
{
    return own != best && first_time(row) <= best->end && last_time(row) >= best->start;
}

static void take_out(struct pairs *pairs, struct conn *conn, uint32_t number, const struct flow_row *row)
{
    bool swapped, hi = key_row_reversed(row, &swapped);
    int source = hi != swapped;
    if (!pairs->duplicate)
        pairs->duplicate = alloc_array(pairs->next.count / 8 + 1, 1);
    pairs->duplicate[number / 8] |= (uint8_t)(1u << number % 8);
    conn->bytes[source] -= row->value[NFDEC_COL_BYTES];
    conn->bytes[!source] -= row->value[NFDEC_COL_REVERSE_BYTES];
}

static void sift(struct pairs *pairs, const struct flow_store *store, struct conn *conn)
{
    struct points side[2] = { { .count = 0 }, { .count = 0 } };
    struct flow_row row;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs_next_row(pairs, r)) {
        flow_store_row(store, r, &row);
        measure(&side[side_of(conn, &row)], &row);
    }
    const struct point *best[2] = { primary(&side[0]), primary(&side[1]) };
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs_next_row(pairs, r)) {
        flow_store_row(store, r, &row);
        int from = side_of(conn, &row);
        const struct point *own = point_of(&side[from], &row);
        if (own && best[from] && is_duplicate(best[from], own, &row))
            take_out(pairs, conn, r, &row);
    }
}

void duplicates_find(struct pairs *pairs, const struct flow_store *store)
{
    for (uint32_t i = 0; i < pairs->conns.count; i++) {
        struct conn *conn = pairs_conn(pairs, i);
        if ((conn->bits & (CONN_POINTS | CONN_GONE)) == CONN_POINTS)
            sift(pairs, store, conn);
    }
}
