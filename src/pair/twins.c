/* SPDX-License-Identifier: MIT */
/*
 * One connection seen in two VLANs or VRFs, or once with and once without them: at ingress and at egress of a router, or by
 * two exporters. Different customers may use the same addresses and ports at once, but one point sees both of these. So
 * twins are of different points, begin together and have about the same counters.
 */
#include "pair/pieces.h"

#define LOOK_BACK   16u /* earlier connections among which a twin is looked for */
#define POINTS_MOST 16u

struct point {
    uint32_t family;
    uint8_t direction, side;
};

struct points {
    struct point point[POINTS_MOST];
    unsigned count;
};

static bool has_point(const struct points *points, struct point p)
{
    for (unsigned i = 0; i < points->count; i++)
        if (points->point[i].family == p.family && points->point[i].direction == p.direction &&
            points->point[i].side == p.side)
            return true;
    return false;
}

static struct point point_of(const struct piece *piece)
{
    return (struct point) { .family = piece->family, .direction = piece->direction, .side = piece->side };
}

/* The points of a connection; false: they are too many. */
static bool find_points(const struct pieces *pieces, struct points *points)
{
    points->count = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        struct point point = point_of(&pieces->piece[i]);
        if (has_point(points, point))
            continue;
        if (points->count == POINTS_MOST)
            return false;
        points->point[points->count++] = point;
    }
    return true;
}

static bool about_same(uint64_t a, uint64_t b)
{
    uint64_t most = a > b ? a : b, least = a > b ? b : a;
    return least == 0 ||
           most / 2 <= least + 64; /* octets of frames, and of packets in them; or the other was lost */
}

/* What both numbers and times say, before flows are looked at. */
static bool alike(const struct conn *a, const struct conn *b)
{
    return a->sides & b->sides & CONN_FLOWS && key_icmp(a->rest) == key_icmp(b->rest) &&
           piece_at_once(a->start, b->start) && about_same(a->bytes[0], b->bytes[0]) &&
           about_same(a->bytes[1], b->bytes[1]);
}

/* The same to the last bit: one point saw them in both VLANs, as by a mirror port. */
static bool equal(const struct conn *a, const struct conn *b)
{
    return a->start == b->start && a->end == b->end && a->end > a->start && a->bytes[0] == b->bytes[0] &&
           a->bytes[1] == b->bytes[1] && (a->sides & CONN_FLOWS) == (b->sides & CONN_FLOWS);
}

static bool are_twins(const struct pairs *pairs, struct pieces *pieces, const struct flow_store *store,
                      const struct conn *a, const struct conn *b)
{
    struct points points;
    if (!alike(a, b))
        return false;
    if (equal(a, b))
        return true;
    pieces_load(pieces, pairs, store, a);
    if (!find_points(pieces, &points))
        return false;
    pieces_load(pieces, pairs, store, b);
    for (size_t i = 0; i < pieces->count; i++)
        if (has_point(&points, point_of(&pieces->piece[i])))
            return false;
    return true;
}

void twins_join(struct pairs *pairs, struct pieces *pieces, const struct flow_store *store, uint32_t *conn,
                size_t count)
{
    pairs_sort(pairs, conn, count, pairs_compare_start);
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k-- > 0 && i - k <= LOOK_BACK;) {
            const struct conn *own = pairs_conn(pairs, conn[i]), *other = pairs_conn(pairs, conn[k]);
            if (!piece_at_once(own->start, other->start))
                break;
            if (other->bits & CONN_GONE || own->rest == other->rest ||
                !are_twins(pairs, pieces, store, own, other))
                continue;
            conn_join(pairs, (uint32_t[]) { conn[k], conn[i] }, 2)->bits |= CONN_TWIN;
            if (pairs_conn(pairs, conn[i])->bits & CONN_GONE) { /* what is left may have another one */
                uint32_t gone = conn[i];
                conn[i] = conn[k];
                conn[k] = gone;
            }
        }
}
