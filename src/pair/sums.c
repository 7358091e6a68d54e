/* SPDX-License-Identifier: MIT */
/* Sums of the flows of connections, of many at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "pair/pairs.h"

#define FEW   16u  /* connections for whose sums no block is unpacked */
#define AHEAD 128u /* connections that are fetched before they are read */

uint32_t pairs_slots(const struct pairs *pairs)
{
    return (uint32_t)pairs->conns.count;
}

void pairs_slots_of(const struct pairs *pairs, uint32_t index, uint32_t count, uint32_t *slot)
{
    for (uint32_t i = 0; i < count; i++)
        slot[i] = pairs->order ? pairs->order[index + i] : index + i;
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

#define NEAR 8u /* blocks: an answer stands in the same one as its question, or soon behind it */

struct near_block {
    uint64_t number; /* UINT64_MAX: none */
    bool reverse;    /* some row may have packets of the other direction */
    uint64_t packets[NFDEC_ROWS], reverse_packets[NFDEC_ROWS], port[NFDEC_ROWS];
};

/* Columns of the block that a connection begins in, and of those behind it. */
struct near {
    const struct pairs *pairs;
    const struct flow_store *store;
    bool sides;               /* ports of sources are asked for, too */
    uint64_t first;           /* block */
    struct near_block *block; /* NEAR of them, by number; NULL: it is not worth unpacking any */
};

static void unpack_near(const struct near *near, struct near_block *block, uint64_t number)
{
    uint64_t low, high;
    block->number = number;
    flow_store_column(near->store, number, NFDEC_COL_PACKETS, block->packets);
    block->reverse =
        !flow_store_bounds(near->store, number, NFDEC_COL_REVERSE_PACKETS, &low, &high) || (low | high) != 0;
    if (block->reverse)
        flow_store_column(near->store, number, NFDEC_COL_REVERSE_PACKETS, block->reverse_packets);
    if (near->sides)
        flow_store_column(near->store, number, NFDEC_COL_SPORT, block->port);
}

/* NULL: the row is elsewhere. */
static const struct near_block *near_block(const struct near *near, uint32_t row)
{
    uint64_t number = row / NFDEC_ROWS;
    if (!near->block || number - near->first >= NEAR)
        return NULL;
    struct near_block *block = &near->block[number % NEAR];
    if (block->number != number)
        unpack_near(near, block, number);
    return block;
}

/* The packets of a row's record, or those of the other direction that it has. */
static uint64_t packets_of(const struct near *near, const struct near_block *block, uint32_t row,
                           bool reverse)
{
    if (!block)
        return flow_store_value(near->store, row, reverse ? NFDEC_COL_REVERSE_PACKETS : NFDEC_COL_PACKETS);
    if (!reverse)
        return block->packets[row % NFDEC_ROWS];
    return block->reverse ? block->reverse_packets[row % NFDEC_ROWS] : 0;
}

static uint64_t sum_packets(const struct near *near, const struct conn *conn)
{
    uint64_t sum = 0;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = next_row(near->pairs, conn, r)) {
        const struct near_block *block = near_block(near, r);
        if (!pairs_row_duplicate(near->pairs, r))
            sum += packets_of(near, block, r, false) + packets_of(near, block, r, true);
    }
    return sum;
}

/* By what it is told which side sent a flow: by its port, where those of both ends differ, else by its address. */
struct higher {
    bool by_port, is_ip6;
    uint16_t port;
    uint32_t ip4;
    uint8_t ip6[16];
};

/* False: both ends are the same. */
static bool ends_differ(const struct near *near, const struct conn *conn, struct higher *higher)
{
    const uint8_t *ip[2];
    higher->port = key_port(conn->rest, 1);
    higher->by_port = key_icmp(conn->rest) == KEY_ICMP_NONE && key_port(conn->rest, 0) != higher->port;
    higher->is_ip6 = key_kind(conn->rest) == KEY_IP6;
    higher->ip4 = (uint32_t)conn->ends;
    if (higher->by_port || !higher->is_ip6)
        return higher->by_port || conn->ends >> 32 != higher->ip4;
    flow_store_ip6_ends(near->store, conn->first_row, ip);
    int order = ip[0] && ip[1] ? memcmp(ip[0], ip[1], sizeof higher->ip6) : 0;
    if (order != 0)
        memcpy(higher->ip6, ip[order < 0], sizeof higher->ip6);
    return order != 0;
}

static bool address_hi(const struct near *near, const struct higher *higher, uint32_t row)
{
    uint64_t source = flow_store_value(near->store, row, NFDEC_COL_SRC);
    if (!higher->is_ip6)
        return source == higher->ip4;
    const uint8_t *octets = flow_store_ip6(near->store, row / NFDEC_ROWS, source);
    return octets && memcmp(octets, higher->ip6, sizeof higher->ip6) == 0;
}

/* Whether the source that a row's record has is the higher endpoint. */
static bool source_hi(const struct near *near, const struct near_block *block, const struct higher *higher,
                      uint32_t row)
{
    if (!higher->by_port)
        return address_hi(near, higher, row);
    uint64_t port =
        block ? block->port[row % NFDEC_ROWS] : flow_store_value(near->store, row, NFDEC_COL_SPORT);
    return port == higher->port;
}

static uint64_t sum_side(const struct near *near, const struct conn *conn, const struct higher *higher,
                         bool side_hi)
{
    uint64_t sum = 0;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = next_row(near->pairs, conn, r)) {
        const struct near_block *block = near_block(near, r);
        bool reverse = source_hi(near, block, higher, r) != side_hi;
        if (!pairs_row_duplicate(near->pairs, r))
            sum += packets_of(near, block, r, reverse);
    }
    return sum;
}

static uint64_t sum_client(const struct near *near, const struct conn *conn, uint32_t client,
                           enum pair_side side)
{
    struct higher higher;
    if (client != CONN_UNTOLD && ends_differ(near, conn, &higher))
        return sum_side(near, conn, &higher, (client == 1) != (side == PAIR_SERVER));
    struct connection c;
    conn_get(near->pairs, near->store, conn, &c);
    return c.packets[side];
}

static void sum_run(struct near *near, const struct conn *const *conn, uint32_t count, enum pair_sum sum,
                    uint32_t slot, uint64_t *out)
{
    uint32_t client[CONN_RUN];
    if (near->sides)
        conn_clients(conn, count, client);
    for (uint32_t i = 0; i < count; i++) {
        if (pairs_slots(near->pairs) - slot - i > AHEAD)
            __builtin_prefetch(pairs_conn(near->pairs, slot + i + AHEAD));
        near->first = conn[i]->first_row / NFDEC_ROWS;
        if (conn[i]->bits & CONN_GONE)
            out[i] = 0;
        else if (sum == PAIR_SUM_FLOWS || sum == PAIR_SUM_DUPLICATES)
            out[i] = count_flows(near->pairs, conn[i], sum == PAIR_SUM_DUPLICATES);
        else if (sum == PAIR_SUM_PACKETS)
            out[i] = sum_packets(near, conn[i]);
        else
            out[i] = sum_client(near, conn[i], client[i],
                                sum == PAIR_SUM_CLIENT_PACKETS ? PAIR_CLIENT : PAIR_SERVER);
    }
}

void pairs_sums(const struct pairs *pairs, const struct flow_store *store, enum pair_sum sum, uint32_t slot,
                uint32_t count, uint64_t *out)
{
    struct near near = { .pairs = pairs, .store = store };
    const struct conn *conn[CONN_RUN];
    near.sides = sum == PAIR_SUM_CLIENT_PACKETS || sum == PAIR_SUM_SERVER_PACKETS;
    if (count >= FEW && sum != PAIR_SUM_FLOWS && sum != PAIR_SUM_DUPLICATES)
        near.block = alloc_array(NEAR, sizeof *near.block);
    for (unsigned i = 0; i < NEAR && near.block; i++)
        near.block[i].number = UINT64_MAX;
    for (uint32_t from = 0; from < count; from += CONN_RUN) {
        uint32_t run = count - from < CONN_RUN ? count - from : CONN_RUN;
        for (uint32_t i = 0; i < run; i++)
            conn[i] = pairs_conn(pairs, slot + from + i);
        sum_run(&near, conn, run, sum, slot + from, out + from);
    }
    free(near.block);
}
