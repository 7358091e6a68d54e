/* SPDX-License-Identifier: MIT */
/* Second chance for single connections: their other half may carry another VLAN or VRF, as routed traffic does. */
#include "pair/pairs.h"

#include <string.h>

#include "base/map.h"

void conn_join(struct pairs *pairs, struct conn *to, struct conn *from)
{
    int64_t end = conn_end(to) > conn_end(from) ? conn_end(to) : conn_end(from);
    uint8_t first = CONN_FIRST_LO | CONN_FIRST_HI;
    *pairs_next(pairs, to->last_row) = from->first_row + 1;
    to->last_row = from->last_row;
    to->bytes[0] += from->bytes[0];
    to->bytes[1] += from->bytes[1];
    if (from->start < to->start) {
        to->sides = (uint8_t)((to->sides & ~first) | (from->sides & first));
        to->start = from->start;
    } else if (from->start == to->start)
        to->sides |= from->sides & first;
    to->sides |= from->sides & (CONN_FLOWS_LO | CONN_FLOWS_HI);
    uint64_t length = ((uint64_t)end - (uint64_t)to->start) / 1000000;
    to->length = length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
    to->bits |= (uint8_t)((from->bits & CONN_POINTS) | CONN_JOINED);
    if (from->session != to->session || from->direction != to->direction)
        to->bits |= CONN_POINTS;
    from->bits |= CONN_GONE;
}

/* Whether a connection that found no peer may have one under another VLAN, VRF or ICMP type. */
static bool may_join(const struct conn *conn)
{
    bool asks = key_icmp(conn->rest) == KEY_ICMP_ASK_LO || key_icmp(conn->rest) == KEY_ICMP_ASK_HI;
    return key_kind(conn->rest) != KEY_ALONE && !conn_paired(conn) &&
           !(conn->bits & (CONN_MULTICAST | CONN_GONE)) &&
           (key_scope(conn->rest) || (asks && conn->bits & CONN_ICMP_UNKNOWN));
}

static bool same_ends(const struct pairs *pairs, const struct conn *a, const struct conn *b)
{
    if (key_loose(a->rest) != key_loose(b->rest))
        return false;
    if (key_kind(a->rest) == KEY_IP6)
        return memcmp(chunks_at(&pairs->ip6, a->ends), chunks_at(&pairs->ip6, b->ends), 32) == 0;
    return a->ends == b->ends;
}

static bool opposite(const struct pairs *pairs, const struct conn *a, const struct conn *b)
{
    uint8_t flows = CONN_FLOWS_LO | CONN_FLOWS_HI;
    if ((a->sides & flows) == (b->sides & flows))
        return false; /* the same direction */
    bool unknown = a->bits & CONN_ICMP_UNKNOWN && b->bits & CONN_ICMP_UNKNOWN;
    if (key_icmp(a->rest) != key_icmp(b->rest) && !unknown)
        return false; /* two questions */
    int64_t gap = 0;
    if (a->start > conn_end(b) && __builtin_sub_overflow(a->start, conn_end(b), &gap))
        return false;
    if (b->start > conn_end(a) && __builtin_sub_overflow(b->start, conn_end(a), &gap))
        return false;
    return gap <= pairs->tolerance && same_ends(pairs, a, b);
}

static uint64_t loose_hash(const struct pairs *pairs, const struct conn *conn)
{
    struct key key = { .ends = conn->ends, .rest = key_loose(conn->rest) };
    if (key_kind(conn->rest) == KEY_IP6) {
        memcpy(key.ip6, chunks_at(&pairs->ip6, conn->ends), sizeof key.ip6);
        key.ends = 0;
    }
    return key_hash(&key, pairs->seed);
}

void leftover_join(struct pairs *pairs)
{
    struct map map = { .entry = NULL };
    for (uint32_t i = 0; i < pairs->conns.count; i++) {
        struct conn *conn = pairs_conn(pairs, i);
        uint32_t other;
        if (!may_join(conn))
            continue;
        uint64_t hash = loose_hash(pairs, conn);
        if (map_take(&map, hash, 0, &other) && opposite(pairs, pairs_conn(pairs, other), conn))
            conn_join(pairs, pairs_conn(pairs, other), conn);
        else
            map_put(&map, hash, 0, i);
    }
    map_release(&map);
}
