/* SPDX-License-Identifier: MIT */
/* Second chance for single connections: their other half may carry another VLAN or VRF, as routed traffic does. */
#include "pair/pairs.h"

#define LOOK_BACK 16u /* earlier singles of the same endpoints among which the other half is looked for */

static bool is_single(const struct conn *conn)
{
    return !conn_paired(conn) && !(conn->bits & (CONN_MULTICAST | CONN_GONE));
}

/* Whether it may have its other half under another VLAN, VRF or ICMP type. */
static bool may_differ(const struct conn *conn)
{
    return key_scope(conn->rest) || conn->bits & CONN_ICMP_UNKNOWN;
}

static bool opposite(const struct pairs *pairs, const struct conn *a, const struct conn *b)
{
    if ((a->sides & CONN_FLOWS) == (b->sides & CONN_FLOWS))
        return false; /* the same direction */
    bool unknown = a->bits & CONN_ICMP_UNKNOWN && b->bits & CONN_ICMP_UNKNOWN;
    if (key_icmp(a->rest) != key_icmp(b->rest) && !unknown)
        return false; /* two questions */
    return conn_near(pairs, a, b->start, b->end);
}

static void join(struct pairs *pairs, uint32_t a, uint32_t b)
{
    bool no_asker = key_icmp(pairs_conn(pairs, a)->rest) != key_icmp(pairs_conn(pairs, b)->rest);
    struct conn *to = conn_join(pairs, (uint32_t[]) { a, b }, 2);
    to->bits |= (uint16_t)(CONN_JOINED | (no_asker ? CONN_NO_ASKER : 0));
}

/* Looks for the other half of a single among those that started before it, the earliest of them first. */
static void join_one(struct pairs *pairs, const uint32_t *single, size_t at)
{
    const struct conn *own = pairs_conn(pairs, single[at]);
    for (size_t i = at > LOOK_BACK ? at - LOOK_BACK : 0; i < at; i++) {
        const struct conn *other = pairs_conn(pairs, single[i]);
        if (is_single(other) && opposite(pairs, other, own)) {
            join(pairs, single[i], single[at]);
            return;
        }
    }
}

void leftover_join(struct pairs *pairs, uint32_t *conn, size_t count)
{
    size_t singles = 0;
    bool differ = false;
    for (size_t i = 0; i < count; i++) {
        const struct conn *c = pairs_conn(pairs, conn[i]);
        if (!is_single(c))
            continue;
        differ |= may_differ(c);
        conn[singles++] = conn[i];
    }
    if (!differ)
        return;
    pairs_sort(pairs, conn, singles, pairs_compare_start);
    for (size_t i = 1; i < singles; i++)
        join_one(pairs, conn, i);
}
