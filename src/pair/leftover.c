/* SPDX-License-Identifier: MIT */
/* Second chance for single connections: their other half may carry another VLAN or VRF, as routed traffic does. */
#include "pair/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/order.h"

#define LOOK_BACK 16u /* earlier singles of the same endpoints among which the other half is looked for */

struct singles {
    uint32_t *index; /* by endpoints, then by start */
    uint64_t *hash;  /* of the endpoints, by connection */
    uint32_t count;
};

static bool is_single(const struct conn *conn)
{
    return key_kind(conn->rest) != KEY_ALONE && !conn_paired(conn) &&
           !(conn->bits & (CONN_MULTICAST | CONN_GONE));
}

/* Whether it may have its other half under another VLAN, VRF or ICMP type. */
static bool may_differ(const struct conn *conn)
{
    return key_scope(conn->rest) || conn->bits & CONN_ICMP_UNKNOWN;
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
    return conn_near(pairs, a, b->start, conn_end(b)) && same_ends(pairs, a, b);
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

static void find_singles(const struct pairs *pairs, struct singles *singles)
{
    size_t count = pairs->conns.count;
    uint64_t *start = alloc_array(count, sizeof *start);
    *singles = (struct singles) { .index = alloc_array(count, sizeof *singles->index),
                                  .hash = alloc_array(count, sizeof *singles->hash) };
    for (uint32_t i = 0; i < count; i++) {
        const struct conn *conn = pairs_conn(pairs, i);
        if (!is_single(conn))
            continue;
        singles->hash[i] = loose_hash(pairs, conn);
        start[i] = order_signed(conn->start);
        singles->index[singles->count++] = i;
    }
    order_by_key(singles->index, singles->count, start);
    order_by_key(singles->index, singles->count, singles->hash);
    free(start);
}

static void join(struct pairs *pairs, uint32_t a, uint32_t b)
{
    struct conn *to = pairs_conn(pairs, a < b ? a : b), *from = pairs_conn(pairs, a < b ? b : a);
    if (key_icmp(to->rest) != key_icmp(from->rest))
        to->bits |= CONN_NO_ASKER;
    conn_join(pairs, to, from);
    to->bits |= CONN_JOINED;
}

/* Looks for the other half of a single among those that started before it, the earliest of them first. */
static void join_one(struct pairs *pairs, const struct singles *singles, uint32_t at)
{
    uint32_t own = singles->index[at];
    for (uint32_t i = at > LOOK_BACK ? at - LOOK_BACK : 0; i < at; i++) {
        uint32_t other = singles->index[i];
        const struct conn *conn = pairs_conn(pairs, other);
        if (singles->hash[other] == singles->hash[own] && is_single(conn) &&
            opposite(pairs, conn, pairs_conn(pairs, own))) {
            join(pairs, other, own);
            return;
        }
    }
}

void leftover_join(struct pairs *pairs)
{
    struct singles singles;
    bool any = false;
    for (uint32_t i = 0; i < pairs->conns.count && !any; i++)
        any = is_single(pairs_conn(pairs, i)) && may_differ(pairs_conn(pairs, i));
    if (!any)
        return;
    find_singles(pairs, &singles);
    for (uint32_t i = 1; i < singles.count; i++)
        join_one(pairs, &singles, i);
    free(singles.index);
    free(singles.hash);
}
