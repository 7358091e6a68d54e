/* SPDX-License-Identifier: MIT */
/* What lists order connections by, of many at a time: with no look at their flows, or at one value of each. */
#include <string.h>

#include "base/be.h"
#include "pair/pairs.h"

#define FEW   16u /* connections for whose sums no block is unpacked */
#define AHEAD 16u /* connections that are fetched before they are read: they may stand anywhere */

/* What is to be fetched when `index` is read: what comes behind those that are asked for is asked for next. */
static const struct conn *ahead(const struct pairs *pairs, uint32_t index, uint32_t all)
{
    return pairs_listed(pairs, all - index > AHEAD ? index + AHEAD : index);
}

void pairs_summaries(const struct pairs *pairs, uint32_t index, uint32_t count, struct pair_summary *out)
{
    uint32_t all = pairs_count(pairs);
    for (uint32_t i = 0; i < count; i++) {
        __builtin_prefetch(ahead(pairs, index + i, all));
        const struct conn *conn = pairs_listed(pairs, index + i);
        out[i] = (struct pair_summary) { .start = conn->start,
                                         .end = conn->end,
                                         .bytes = conn->bytes[0] + conn->bytes[1],
                                         .proto = key_proto(conn->rest),
                                         .paired = conn_paired(conn) };
    }
}

void pairs_summary(const struct pairs *pairs, uint32_t index, struct pair_summary *out)
{
    pairs_summaries(pairs, index, 1, out);
}

/* Of a connection whose flows have to be asked. */
static void ask_ends(const struct pairs *pairs, const struct flow_store *store, uint32_t index,
                     struct pair_ends *out)
{
    struct connection c;
    pairs_get(pairs, store, index, &c);
    *out = (struct pair_ends) { .proto = c.proto };
    for (int side = 0; side < 2; side++) {
        const uint8_t *octets = c.ip[side].octets;
        out->bytes[side] = c.bytes[side];
        out->port[side] = c.port[side];
        out->family[side] = c.ip[side].family;
        out->ip[side][0] = c.ip[side].family == 4 ? be32(octets) : be64(octets);
        out->ip[side][1] = be64(octets + 8);
    }
}

static const uint8_t no_ip6[16];

/* The addresses of a connection of IPv6, the lower one first, as its first row has them. */
static void find_ip6(const struct flow_store *store, const struct conn *conn, const uint8_t *ip[2])
{
    for (int end = 0; end < 2; end++) {
        uint64_t at = flow_store_value(store, conn->first_row, end ? NFDEC_COL_DST : NFDEC_COL_SRC);
        ip[end] = flow_store_ip6(store, conn->first_row / NFDEC_ROWS, at);
        ip[end] = ip[end] ? ip[end] : no_ip6;
    }
    if (memcmp(ip[0], ip[1], sizeof no_ip6) > 0) {
        const uint8_t *lower = ip[1];
        ip[1] = ip[0];
        ip[0] = lower;
    }
}

static void read_ends(const struct flow_store *store, const struct conn *conn, int client, bool addresses,
                      struct pair_ends *out)
{
    bool ports = key_icmp(conn->rest) == KEY_ICMP_NONE, is_ip6 = key_kind(conn->rest) == KEY_IP6;
    const uint8_t *ip6[2] = { no_ip6, no_ip6 };
    out->proto = key_proto(conn->rest);
    if (is_ip6 && addresses)
        find_ip6(store, conn, ip6);
    for (int side = 0; side < 2; side++) {
        int from = side == PAIR_CLIENT ? client : !client;
        out->bytes[side] = conn->bytes[from];
        out->port[side] = ports ? key_port(conn->rest, from) : 0;
        out->family[side] = is_ip6 ? 6 : 4;
        out->ip[side][0] = is_ip6 ? be64(ip6[from]) : (uint32_t)(conn->ends >> (from ? 0 : 32));
        out->ip[side][1] = is_ip6 ? be64(ip6[from] + 8) : 0;
    }
}

void pairs_ends(const struct pairs *pairs, const struct flow_store *store, uint32_t index, uint32_t count,
                bool addresses, struct pair_ends *out)
{
    uint32_t all = pairs_count(pairs);
    for (uint32_t i = 0; i < count; i++) {
        __builtin_prefetch(ahead(pairs, index + i, all));
        const struct conn *conn = pairs_listed(pairs, index + i);
        int client;
        if (conn_client_known(conn, &client))
            read_ends(store, conn, client, addresses, &out[i]);
        else
            ask_ends(pairs, store, index + i, &out[i]);
    }
}

uint32_t pairs_slots(const struct pairs *pairs)
{
    return (uint32_t)pairs->conns.count;
}

uint32_t pairs_slot(const struct pairs *pairs, uint32_t index)
{
    return pairs->order ? pairs->order[index] : index;
}

/* The row behind `row`; the last one's is not looked up, as it may stand anywhere. */
static uint32_t next_row(const struct pairs *pairs, const struct conn *conn, uint32_t row)
{
    return row == conn->last_row ? PAIR_NONE : *pairs_next(pairs, row) - 1;
}

static uint64_t count_flows(const struct pairs *pairs, const struct conn *conn, bool duplicates)
{
    uint64_t count = 0;
    if (duplicates && !pairs->duplicate)
        return 0;
    if (!duplicates && conn->first_row == conn->last_row)
        return 1;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = next_row(pairs, conn, r))
        count += !duplicates || pairs_row_duplicate(pairs, r);
    return count;
}

/* Columns of the block that most flows asked for are in. */
struct near {
    const struct pairs *pairs;
    const struct flow_store *store;
    bool alone;     /* it is not worth unpacking blocks */
    bool sides;     /* sources are asked for, too */
    uint64_t block; /* UINT64_MAX: none */
    uint64_t packets[NFDEC_ROWS], reverse[NFDEC_ROWS], source[NFDEC_ROWS];
};

static void come_near(struct near *near, uint64_t block)
{
    if (block == near->block || near->alone)
        return;
    near->block = block;
    flow_store_column(near->store, block, NFDEC_COL_PACKETS, near->packets);
    flow_store_column(near->store, block, NFDEC_COL_REVERSE_PACKETS, near->reverse);
    if (near->sides)
        flow_store_column(near->store, block, NFDEC_COL_SRC, near->source);
}

static uint64_t near_value(const struct near *near, const uint64_t *values, uint32_t row,
                           enum nfdec_column column)
{
    if (row / NFDEC_ROWS == near->block)
        return values[row % NFDEC_ROWS];
    return flow_store_value(near->store, row, column);
}

static uint64_t sum_packets(struct near *near, const struct conn *conn)
{
    uint64_t sum = 0;
    come_near(near, conn->first_row / NFDEC_ROWS);
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = next_row(near->pairs, conn, r))
        if (!pairs_row_duplicate(near->pairs, r))
            sum += near_value(near, near->packets, r, NFDEC_COL_PACKETS) +
                   near_value(near, near->reverse, r, NFDEC_COL_REVERSE_PACKETS);
    return sum;
}

/* The higher address of a connection, by which it is told which side sent a flow. */
struct higher {
    uint32_t ip4;
    const uint8_t *ip6; /* NULL: it is of IPv4 */
};

/* False: both ends have the same address, or the client is not known. */
static bool sides_known(const struct near *near, const struct conn *conn, int *client, struct higher *higher)
{
    const uint8_t *ip6[2];
    if (!conn_client_known(conn, client))
        return false;
    *higher = (struct higher) { .ip4 = (uint32_t)conn->ends };
    if (key_kind(conn->rest) == KEY_IP4)
        return conn->ends >> 32 != higher->ip4;
    find_ip6(near->store, conn, ip6);
    higher->ip6 = ip6[1];
    return memcmp(ip6[0], ip6[1], sizeof no_ip6) != 0;
}

/* Whether the source that a row's record has is the higher endpoint. */
static bool source_hi(const struct near *near, const struct higher *higher, uint32_t row)
{
    uint64_t source = near_value(near, near->source, row, NFDEC_COL_SRC);
    if (!higher->ip6)
        return source == higher->ip4;
    const uint8_t *octets = flow_store_ip6(near->store, row / NFDEC_ROWS, source);
    return octets && memcmp(octets, higher->ip6, sizeof no_ip6) == 0;
}

static uint64_t sum_side(struct near *near, const struct conn *conn, const struct higher *higher, int side)
{
    uint64_t sum = 0;
    come_near(near, conn->first_row / NFDEC_ROWS);
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = next_row(near->pairs, conn, r)) {
        bool forward = source_hi(near, higher, r) == (side == 1);
        if (!pairs_row_duplicate(near->pairs, r))
            sum += forward ? near_value(near, near->packets, r, NFDEC_COL_PACKETS)
                           : near_value(near, near->reverse, r, NFDEC_COL_REVERSE_PACKETS);
    }
    return sum;
}

static uint64_t sum_of(struct near *near, const struct conn *conn, enum pair_sum sum)
{
    int client;
    struct higher higher;
    if (sum == PAIR_SUM_FLOWS || sum == PAIR_SUM_DUPLICATES)
        return count_flows(near->pairs, conn, sum == PAIR_SUM_DUPLICATES);
    if (sum == PAIR_SUM_PACKETS)
        return sum_packets(near, conn);
    enum pair_side side = sum == PAIR_SUM_CLIENT_PACKETS ? PAIR_CLIENT : PAIR_SERVER;
    if (sides_known(near, conn, &client, &higher))
        return sum_side(near, conn, &higher, side == PAIR_CLIENT ? client : !client);
    struct connection c;
    conn_get(near->pairs, near->store, conn, &c);
    return c.packets[side];
}

void pairs_sums(const struct pairs *pairs, const struct flow_store *store, enum pair_sum sum, uint32_t slot,
                uint32_t count, uint64_t *out)
{
    struct near near;
    near.pairs = pairs;
    near.store = store;
    near.block = UINT64_MAX;
    near.alone = count < FEW;
    near.sides = sum == PAIR_SUM_CLIENT_PACKETS || sum == PAIR_SUM_SERVER_PACKETS;
    for (uint32_t i = 0; i < count; i++) {
        const struct conn *conn = pairs_conn(pairs, slot + i);
        out[i] = conn->bits & CONN_GONE ? 0 : sum_of(&near, conn, sum);
    }
}
