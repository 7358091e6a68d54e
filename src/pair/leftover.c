/* SPDX-License-Identifier: MIT */
/* Second chance for single connections: their other half may carry another VLAN or VRF, as routed traffic does. */
#include "pair/pairs.h"

#include "base/map.h"

void conn_join(struct pairs *pairs, struct conn *to, struct conn *from)
{
    pairs->next[to->last_row] = from->first_row;
    to->last_row = from->last_row;
    for (int side = 0; side < 2; side++) {
        to->bytes[side] += from->bytes[side];
        to->packets[side] += from->packets[side];
        to->flows[side] += from->flows[side];
        to->flags[side] |= from->flags[side];
        if (from->start[side] < to->start[side])
            to->start[side] = from->start[side];
    }
    if (from->end > to->end)
        to->end = from->end;
    to->bits |= (uint8_t)((from->bits & CONN_POINTS) | CONN_JOINED);
    if (from->session != to->session || from->direction != to->direction)
        to->bits |= CONN_POINTS;
    from->bits |= CONN_GONE;
}

/* Whether a connection that found no peer may have one under another VLAN, VRF or ICMP type. */
static bool may_join(const struct conn *conn)
{
    bool icmp_unknown = (conn->icmp == KEY_ICMP_ASK_LO || conn->icmp == KEY_ICMP_ASK_HI) && !conn->icmp_value;
    return conn->family && !conn_paired(conn) && !(conn->bits & (CONN_MULTICAST | CONN_GONE)) &&
           (conn->vlan || conn->vrf || icmp_unknown);
}

static bool opposite(const struct pairs *pairs, const struct conn *a, const struct conn *b)
{
    struct key x, y;
    if ((a->flows[0] != 0) == (b->flows[0] != 0))
        return false; /* the same direction */
    if (a->icmp != b->icmp && (a->icmp_value || b->icmp_value))
        return false; /* two questions */
    conn_key(pairs, a, &x);
    conn_key(pairs, b, &y);
    int64_t gap = 0;
    if (conn_start(a) > b->end)
        gap = conn_start(a) - b->end;
    else if (conn_start(b) > a->end)
        gap = conn_start(b) - a->end;
    return gap >= 0 && gap <= pairs->tolerance && key_loose_equal(&x, &y);
}

void leftover_join(struct pairs *pairs)
{
    struct map map = { .entry = NULL };
    for (uint32_t i = 0; i < pairs->count; i++) {
        struct conn *conn = &pairs->conn[i];
        if (!may_join(conn))
            continue;
        struct key key;
        uint32_t other;
        conn_key(pairs, conn, &key);
        uint64_t hash = key_loose_hash(&key, pairs->seed);
        if (map_take(&map, hash, 0, &other) && opposite(pairs, &pairs->conn[other], conn))
            conn_join(pairs, &pairs->conn[other], conn);
        else
            map_put(&map, hash, 0, i);
    }
    map_release(&map);
}
