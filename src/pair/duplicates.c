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
    uint64_t bytes, packets;
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

static void measure(struct points side[2], const struct flow_row *row)
{
    struct point *p = point_of(&side[key_row_reversed(row)], row);
    int64_t start = (int64_t)row->value[NFDEC_COL_START], end = (int64_t)row->value[NFDEC_COL_END];
    if (!p)
        return;
    p->bytes += row->value[NFDEC_COL_BYTES];
    p->packets += row->value[NFDEC_COL_PACKETS];
    if (start < p->start)
        p->start = start;
    if (end > p->end)
        p->end = end;
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
    return own != best && (int64_t)row->value[NFDEC_COL_START] <= best->end &&
           (int64_t)row->value[NFDEC_COL_END] >= best->start;
}

static void take_out(struct pairs *pairs, struct conn *conn, uint32_t number, const struct flow_row *row)
{
    int side = key_row_reversed(row);
    if (!pairs->duplicate)
        pairs->duplicate = alloc_array(pairs->rows / 8 + 1, 1);
    pairs->duplicate[number / 8] |= (uint8_t)(1u << number % 8);
    conn->bytes[side] -= row->value[NFDEC_COL_BYTES];
    conn->packets[side] -= row->value[NFDEC_COL_PACKETS];
    conn->bytes[!side] -= row->value[NFDEC_COL_REVERSE_BYTES];
    conn->packets[!side] -= row->value[NFDEC_COL_REVERSE_PACKETS];
}

static void sift(struct pairs *pairs, const struct flow_store *store, struct conn *conn)
{
    struct points side[2] = { { .count = 0 }, { .count = 0 } };
    struct flow_row row;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs->next[r]) {
        flow_store_row(store, r, &row);
        measure(side, &row);
    }
    const struct point *best[2] = { primary(&side[0]), primary(&side[1]) };
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs->next[r]) {
        flow_store_row(store, r, &row);
        int reversed = key_row_reversed(&row);
        const struct point *own = point_of(&side[reversed], &row);
        if (own && best[reversed] && is_duplicate(best[reversed], own, &row))
            take_out(pairs, conn, r, &row);
    }
}

void duplicates_find(struct pairs *pairs, const struct flow_store *store)
{
    for (uint32_t i = 0; i < pairs->count; i++)
        if ((pairs->conn[i].bits & (CONN_POINTS | CONN_GONE)) == CONN_POINTS)
            sift(pairs, store, &pairs->conn[i]);
}
