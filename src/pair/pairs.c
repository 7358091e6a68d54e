/* SPDX-License-Identifier: MIT */
#include "pair/pairs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "base/order.h"

#define TOLERANCE_DEFAULT (INT64_C(30) * 1000000000)
#define BATCH             64 /* keys made and table lines fetched ahead of their use */
#define LOOK_BACK         16 /* earlier connections of the same key that a late flow may belong to */

struct pairs *pairs_new(const struct pairs_config *config)
{
    struct pairs *pairs = alloc_new(sizeof *pairs);
    pairs->tolerance = config && config->tolerance ? config->tolerance : TOLERANCE_DEFAULT;
    if (getrandom(&pairs->seed, sizeof pairs->seed, GRND_NONBLOCK) < 0)
        pairs->seed = (uint64_t)(uintptr_t)pairs;
    pairs->slot_mask = 1023;
    pairs->slot = alloc_array(pairs->slot_mask + 1, sizeof *pairs->slot);
    return pairs;
}

void pairs_free(struct pairs *pairs)
{
    if (!pairs)
        return;
    free(pairs->conn);
    free(pairs->slot);
    free(pairs->next);
    free(pairs->ip6);
    free(pairs->duplicate);
    free(pairs->order);
    free(pairs);
}

void conn_key(const struct pairs *pairs, const struct conn *conn, struct key *key)
{
    memset(key, 0, sizeof *key);
    if (conn->family == 6)
        memcpy(key->address, pairs->ip6[conn->end_point[0]].half, sizeof key->address);
    else {
        key->address[1] = conn->end_point[0];
        key->address[3] = conn->end_point[1];
    }
    key->vrf = conn->vrf;
    key->vlan = conn->vlan;
    key->port[0] = conn->port[0];
    key->port[1] = conn->port[1];
    key->proto = conn->proto;
    key->family = conn->family;
    key->icmp = conn->icmp;
    key->icmp_type = conn->icmp_type;
}

static bool same_key(const struct pairs *pairs, const struct conn *conn, const struct key *key)
{
    if (conn->port[0] != key->port[0] || conn->port[1] != key->port[1] || conn->proto != key->proto ||
        conn->family != key->family || conn->vrf != key->vrf || conn->vlan != key->vlan ||
        conn->icmp != key->icmp || conn->icmp_type != key->icmp_type)
        return false;
    if (conn->family == 6)
        return memcmp(pairs->ip6[conn->end_point[0]].half, key->address, sizeof key->address) == 0;
    return conn->end_point[0] == key->address[1] && conn->end_point[1] == key->address[3];
}

/* What a row adds to a connection. */
struct row {
    int64_t start, end;
    uint64_t bytes, packets, reverse_bytes, reverse_packets;
    uint32_t number, session;
    uint16_t flags, reverse_flags, icmp;
    uint8_t direction, biflow_direction;
    bool reversed;
};

static uint64_t value_of(const struct nfdec_columns *c, enum nfdec_column column, uint32_t row)
{
    return c->used >> column & 1 ? c->column[column][row] : 0;
}

static struct row read_row(const struct nfdec_columns *c, uint32_t at, uint32_t number, bool reversed)
{
    struct row row = { .start = (int64_t)value_of(c, NFDEC_COL_START, at),
                       .end = (int64_t)value_of(c, NFDEC_COL_END, at),
                       .bytes = value_of(c, NFDEC_COL_BYTES, at),
                       .packets = value_of(c, NFDEC_COL_PACKETS, at),
                       .reverse_bytes = value_of(c, NFDEC_COL_REVERSE_BYTES, at),
                       .reverse_packets = value_of(c, NFDEC_COL_REVERSE_PACKETS, at),
                       .number = number,
                       .session = (uint32_t)value_of(c, NFDEC_COL_SESSION, at),
                       .flags = (uint16_t)value_of(c, NFDEC_COL_TCP_FLAGS, at),
                       .reverse_flags = (uint16_t)value_of(c, NFDEC_COL_REVERSE_FLAGS, at),
                       .icmp = (uint16_t)value_of(c, NFDEC_COL_ICMP, at),
                       .direction = (uint8_t)value_of(c, NFDEC_COL_DIRECTION, at),
                       .biflow_direction = (uint8_t)value_of(c, NFDEC_COL_BIFLOW, at),
                       .reversed = reversed };
    if (!row.icmp)
        row.icmp = (uint16_t)value_of(c, NFDEC_COL_DPORT, at);
    if (row.end < row.start) { /* as sent, which is wrong: it still belongs somewhere between the two */
        int64_t swap = row.end;
        row.end = row.start;
        row.start = swap;
    }
    return row;
}

int64_t conn_start(const struct conn *conn)
{
    return conn->start[0] < conn->start[1] ? conn->start[0] : conn->start[1];
}

/* Sums that may wrap on hostile counters are sums of nonsense; distances of times must not overflow. */
static bool within(const struct pairs *pairs, const struct conn *conn, const struct row *row)
{
    int64_t gap = 0;
    if (row->start > conn->end && __builtin_sub_overflow(row->start, conn->end, &gap))
        return false;
    if (row->end < conn_start(conn) && __builtin_sub_overflow(conn_start(conn), row->end, &gap))
        return false;
    return gap <= pairs->tolerance;
}

static void add_side(struct conn *conn, int side, int64_t start, uint64_t bytes, uint64_t packets,
                     uint16_t flags)
{
    conn->bytes[side] += bytes;
    conn->packets[side] += packets;
    conn->flags[side] |= flags;
    if (start < conn->start[side])
        conn->start[side] = start;
}

static void add_row(struct pairs *pairs, struct conn *conn, const struct row *row)
{
    int side = row->reversed;
    if (conn->flows[0] + conn->flows[1] == 0) {
        conn->first_row = row->number;
        conn->session = row->session;
        conn->direction = row->direction;
        conn->icmp_value = row->icmp;
        conn->end = row->end;
    } else {
        pairs->next[conn->last_row] = row->number;
        if (conn->session != row->session || conn->direction != row->direction)
            conn->bits |= CONN_POINTS;
    }
    conn->last_row = row->number;
    conn->flows[side]++;
    add_side(conn, side, row->start, row->bytes, row->packets, row->flags);
    if (row->end > conn->end)
        conn->end = row->end;
    if (row->reverse_packets || row->reverse_bytes) {
        bool swapped = row->biflow_direction == 2; /* reverseInitiator: the record's source answered */
        add_side(conn, !side, row->start, row->reverse_bytes, row->reverse_packets, row->reverse_flags);
        if (!(conn->bits & CONN_BIFLOW))
            conn->bits |= (uint8_t)(CONN_BIFLOW | ((side != 0) != swapped ? CONN_BIFLOW_HI : 0));
    }
}

static uint32_t new_conn(struct pairs *pairs, const struct key *key, bool reversed)
{
    pairs->conn = alloc_grow(pairs->conn, pairs->count, &pairs->capacity, sizeof *pairs->conn);
    struct conn *conn = &pairs->conn[pairs->count];
    *conn = (struct conn) { .start = { INT64_MAX, INT64_MAX },
                            .vrf = key->vrf,
                            .vlan = key->vlan,
                            .port = { key->port[0], key->port[1] },
                            .proto = key->proto,
                            .family = key->family,
                            .icmp = key->icmp,
                            .icmp_type = key->icmp_type,
                            .previous = PAIR_NONE };
    if (key_multicast(key, reversed))
        conn->bits |= CONN_MULTICAST;
    if (key->family == 6) {
        pairs->ip6 = alloc_grow(pairs->ip6, pairs->ip6_count, &pairs->ip6_capacity, sizeof *pairs->ip6);
        memcpy(pairs->ip6[pairs->ip6_count].half, key->address, sizeof key->address);
        conn->end_point[0] = (uint32_t)pairs->ip6_count++;
    } else {
        conn->end_point[0] = (uint32_t)key->address[1];
        conn->end_point[1] = (uint32_t)key->address[3];
    }
    return (uint32_t)pairs->count++;
}

static void grow_table(struct pairs *pairs)
{
    if (pairs->slot_count * 2 < pairs->slot_mask)
        return;
    size_t mask = pairs->slot_mask * 4 + 3;
    uint64_t *slot = alloc_array(mask + 1, sizeof *slot);
    for (size_t i = 0; i <= pairs->slot_mask; i++) {
        uint64_t entry = pairs->slot[i];
        if (!entry)
            continue;
        struct key key;
        conn_key(pairs, &pairs->conn[(uint32_t)entry - 1], &key);
        size_t at = key_hash(&key, pairs->seed) & mask;
        while (slot[at])
            at = (at + 1) & mask;
        slot[at] = entry;
    }
    free(pairs->slot);
    pairs->slot = slot;
    pairs->slot_mask = mask;
}

/* The connection of the same key, among the latest ones, that the row belongs to in time; else a new one. */
static uint32_t choose_conn(struct pairs *pairs, uint32_t latest, const struct key *key,
                            const struct row *row)
{
    uint32_t at = latest;
    for (unsigned i = 0; at != PAIR_NONE && i < LOOK_BACK; i++) {
        if (within(pairs, &pairs->conn[at], row))
            return at;
        at = pairs->conn[at].previous;
    }
    uint32_t made = new_conn(pairs, key, row->reversed);
    pairs->conn[made].previous = latest;
    pairs->conn[made].bits |= CONN_APART;
    pairs->conn[latest].bits |= CONN_APART;
    return made;
}

static void put_row(struct pairs *pairs, const struct key *key, uint64_t hash, const struct row *row)
{
    uint64_t tag = hash >> 32 << 32;
    size_t at = hash & pairs->slot_mask;
    uint32_t conn = PAIR_NONE;
    for (; pairs->slot[at]; at = (at + 1) & pairs->slot_mask) {
        uint32_t found = (uint32_t)pairs->slot[at] - 1;
        if ((pairs->slot[at] ^ tag) >> 32 == 0 && same_key(pairs, &pairs->conn[found], key)) {
            conn = choose_conn(pairs, found, key, row);
            if (conn > found)
                pairs->slot[at] = tag | (conn + 1);
            break;
        }
    }
    if (conn == PAIR_NONE) {
        conn = new_conn(pairs, key, row->reversed);
        pairs->slot[at] = tag | (conn + 1);
        pairs->slot_count++;
    }
    add_row(pairs, &pairs->conn[conn], row);
}

/* Records without both addresses are no part of any conversation: each stands alone. */
static void put_alone(struct pairs *pairs, const struct key *key, const struct row *row)
{
    uint32_t made = new_conn(pairs, key, row->reversed); /* which may move all of them */
    add_row(pairs, &pairs->conn[made], row);
}

static void make_rows_room(struct pairs *pairs, uint64_t rows)
{
    if (rows > pairs->row_capacity) {
        pairs->row_capacity = pairs->row_capacity ? pairs->row_capacity * 2 : 4096;
        if (pairs->row_capacity < rows)
            pairs->row_capacity = rows;
        pairs->next = alloc_resize(pairs->next, pairs->row_capacity, sizeof *pairs->next);
    }
    for (size_t i = pairs->rows; i < rows; i++)
        pairs->next[i] = PAIR_NONE;
    pairs->rows = rows;
}

void pairs_add(struct pairs *pairs, const struct nfdec_columns *columns, uint32_t from, uint32_t to,
               uint64_t first_row)
{
    struct key key[BATCH];
    uint64_t hash[BATCH];
    bool reversed[BATCH];
    make_rows_room(pairs, first_row + (to - from));
    for (uint32_t begin = from; begin < to; begin += BATCH) {
        uint32_t n = to - begin < BATCH ? to - begin : BATCH;
        grow_table(pairs);
        for (uint32_t i = 0; i < n; i++) {
            key_of_row(&key[i], columns, begin + i, &reversed[i]);
            hash[i] = key_hash(&key[i], pairs->seed);
            __builtin_prefetch(&pairs->slot[hash[i] & pairs->slot_mask], 1);
        }
        for (uint32_t i = 0; i < n; i++) {
            uint64_t slot = pairs->slot[hash[i] & pairs->slot_mask];
            if (slot)
                __builtin_prefetch(&pairs->conn[(uint32_t)slot - 1], 1);
        }
        for (uint32_t i = 0; i < n; i++) {
            struct row row =
                read_row(columns, begin + i, (uint32_t)(first_row + (begin - from) + i), reversed[i]);
            if (key[i].family)
                put_row(pairs, &key[i], hash[i], &row);
            else
                put_alone(pairs, &key[i], &row);
        }
    }
}

void pairs_finish(struct pairs *pairs, const struct flow_store *store)
{
    leftover_join(pairs);
    duplicates_find(pairs, store);
    uint64_t *start = alloc_array(pairs->count, sizeof *start);
    pairs->order = alloc_array(pairs->count, sizeof *pairs->order);
    pairs->order_count = 0;
    for (uint32_t i = 0; i < pairs->count; i++) {
        start[i] = order_signed(conn_start(&pairs->conn[i]));
        if (!(pairs->conn[i].bits & CONN_GONE))
            pairs->order[pairs->order_count++] = i;
    }
    order_by_key(pairs->order, pairs->order_count, start);
    free(start);
}

size_t pairs_memory(const struct pairs *pairs)
{
    return sizeof *pairs + pairs->capacity * sizeof *pairs->conn +
           (pairs->slot_mask + 1) * sizeof *pairs->slot + pairs->row_capacity * sizeof *pairs->next +
           pairs->ip6_capacity * sizeof *pairs->ip6 + (pairs->duplicate ? pairs->rows / 8 + 1 : 0) +
           (pairs->order ? pairs->count * sizeof *pairs->order : 0);
}
