/* SPDX-License-Identifier: MIT */
#include "pair/pairs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "base/order.h"

#define MS                INT64_C(1000000)
#define TOLERANCE_DEFAULT (30000 * MS)
#define BATCH             64u /* keys made and table lines fetched ahead of their use */
#define LOOK_BACK         16u /* earlier connections of the same key that a late flow may belong to */
#define FIRST_BITS        10u /* of the table's size */

struct pairs *pairs_new(const struct pairs_config *config)
{
    struct pairs *pairs = alloc_new(sizeof *pairs);
    pairs->tolerance = config && config->tolerance ? config->tolerance : TOLERANCE_DEFAULT;
    if (getrandom(&pairs->seed, sizeof pairs->seed, GRND_NONBLOCK) < 0)
        pairs->seed = (uint64_t)(uintptr_t)pairs;
    pairs->conns = (struct chunks) { .size = sizeof(struct conn), .shift = CONN_SHIFT };
    pairs->next = (struct chunks) { .size = sizeof(uint32_t), .shift = NEXT_SHIFT };
    pairs->ip6 = (struct chunks) { .size = 4 * sizeof(uint64_t), .shift = 12 };
    pairs->slot_bits = FIRST_BITS;
    pairs->slot = arena_take(&pairs->slots, sizeof *pairs->slot << FIRST_BITS);
    return pairs;
}

void pairs_free(struct pairs *pairs)
{
    if (!pairs)
        return;
    chunks_release(&pairs->conns);
    chunks_release(&pairs->next);
    chunks_release(&pairs->ip6);
    arena_release(&pairs->slots);
    key_scopes_release(&pairs->scopes);
    free(pairs->duplicate);
    free(pairs->order);
    free(pairs);
}

/* What a row adds to a connection. */
struct row {
    int64_t start, end;
    uint64_t bytes[2]; /* by side */
    uint32_t number, session;
    uint8_t direction;
    bool both;         /* it carries both directions */
    bool initiator_hi; /* and was begun by the higher endpoint */
};

static void read_row(struct row *row, const struct key_block *b, uint32_t at, uint32_t number,
                     const struct key *key)
{
    uint64_t forward = b->column[NFDEC_COL_BYTES][at], backward = b->column[NFDEC_COL_REVERSE_BYTES][at];
    bool source_hi = key->reversed != key->swapped; /* the record's source */
    row->start = (int64_t)b->column[NFDEC_COL_START][at];
    row->end = (int64_t)b->column[NFDEC_COL_END][at];
    if (row->end < row->start) { /* as sent, which is wrong: it still belongs somewhere between the two */
        int64_t swap = row->end;
        row->end = row->start;
        row->start = swap;
    }
    row->bytes[source_hi] = forward;
    row->bytes[!source_hi] = backward;
    row->number = number;
    row->session = (uint32_t)b->column[NFDEC_COL_SESSION][at];
    row->direction = (uint8_t)b->column[NFDEC_COL_DIRECTION][at];
    row->both = !key->swapped && (backward || b->column[NFDEC_COL_REVERSE_PACKETS][at]);
    /* biflowDirection 2, reverseInitiator: the record's source answered (RFC 5103 section 6.3) */
    row->initiator_hi = source_hi != (b->column[NFDEC_COL_BIFLOW][at] == 2);
}

/* Times from the wire may be anything: distances between them must not overflow. */
static int64_t distance(int64_t from, int64_t to)
{
    int64_t gap;
    return __builtin_sub_overflow(to, from, &gap) ? INT64_MAX : gap;
}

int64_t conn_end(const struct conn *conn)
{
    int64_t end;
    return __builtin_add_overflow(conn->start, conn->length * MS, &end) ? INT64_MAX : end;
}

bool conn_near(const struct pairs *pairs, const struct conn *conn, int64_t start, int64_t end)
{
    int64_t own_end = conn_end(conn), gap = 0;
    if (start > own_end && conn->length != UINT32_MAX)
        gap = distance(own_end, start);
    else if (end < conn->start)
        gap = distance(end, conn->start);
    return gap <= pairs->tolerance;
}

static uint32_t length_of(int64_t start, int64_t end)
{
    uint64_t ms = ((uint64_t)distance(start, end) + (uint64_t)MS - 1) / (uint64_t)MS;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

static void stretch(struct conn *conn, const struct row *row, uint8_t first)
{
    int64_t end = conn_end(conn);
    if (row->start < conn->start) {
        conn->start = row->start;
        conn->sides &= (uint8_t) ~(CONN_FIRST_LO | CONN_FIRST_HI);
    } else if (row->start > conn->start)
        first = 0;
    conn->sides |= first;
    if (conn->length != UINT32_MAX)
        conn->length = length_of(conn->start, row->end > end ? row->end : end);
}

static void add_row(struct pairs *pairs, struct conn *conn, const struct row *row, const struct key *key)
{
    uint8_t flows = key->reversed ? CONN_FLOWS_HI : CONN_FLOWS_LO;
    uint8_t first = key->reversed ? CONN_FIRST_HI : CONN_FIRST_LO;
    if (!conn->sides) {
        conn->first_row = row->number;
        conn->session = row->session;
        conn->direction = row->direction;
        conn->start = row->start;
        conn->length = length_of(row->start, row->end);
        conn->sides = first;
        conn->bits |= key->reversed ? CONN_FROM_HI : 0;
    } else {
        *pairs_next(pairs, conn->last_row) = row->number + 1;
        stretch(conn, row, first);
        if (conn->session != row->session || conn->direction != row->direction)
            conn->bits |= CONN_POINTS;
        pairs->seen |= conn->bits;
    }
    conn->last_row = row->number;
    conn->sides |= flows;
    conn->bytes[0] += row->bytes[0];
    conn->bytes[1] += row->bytes[1];
    if (row->both && !(conn->bits & CONN_BIFLOW))
        conn->bits |= (uint16_t)(CONN_BIFLOW | (row->initiator_hi ? CONN_BIFLOW_HI : 0));
}

static uint32_t new_conn(struct pairs *pairs, const struct key *key)
{
    uint32_t index = (uint32_t)pairs->conns.count;
    struct conn *conn = chunks_add(&pairs->conns);
    conn->ends = key->ends;
    conn->rest = key->rest;
    conn->previous = PAIR_NONE;
    if (key_multicast(key))
        conn->bits |= CONN_MULTICAST;
    if (key->icmp_unknown)
        conn->bits |= CONN_ICMP_UNKNOWN;
    pairs->leftovers |= key->icmp_unknown || key_scope(key->rest);
    if (key_kind(key->rest) == KEY_IP6) {
        conn->ends = pairs->ip6.count;
        memcpy(chunks_add(&pairs->ip6), key->ip6, sizeof key->ip6);
    }
    return index;
}

static bool same_key(const struct pairs *pairs, const struct conn *conn, const struct key *key)
{
    if (conn->rest != key->rest)
        return false;
    if (key_kind(key->rest) == KEY_IP6)
        return memcmp(chunks_at(&pairs->ip6, conn->ends), key->ip6, sizeof key->ip6) == 0;
    return conn->ends == key->ends;
}

/* The upper half of the hash says where an entry stands, so that a larger table keeps the order of a smaller one. */
static size_t place_of(const struct pairs *pairs, uint64_t hash)
{
    return (size_t)(hash >> 32 << pairs->slot_bits >> 32);
}

/* Keeps the table at most three quarters full. Entries move in order: both tables are walked once. */
static void grow_table(struct pairs *pairs)
{
    size_t size = (size_t)1 << pairs->slot_bits;
    if ((pairs->slot_count + BATCH) * 4 < size * 3 || pairs->slot_bits == 31)
        return;
    struct arena fresh = { .blocks = NULL };
    uint64_t *slot = arena_take(&fresh, 2 * size * sizeof *slot);
    pairs->slot_bits++;
    for (size_t i = 0; i < size; i++) {
        uint64_t entry = pairs->slot[i];
        if (!entry)
            continue;
        size_t at = place_of(pairs, entry);
        while (slot[at])
            at = (at + 1) & (2 * size - 1);
        slot[at] = entry;
    }
    arena_release(&pairs->slots);
    pairs->slots = fresh;
    pairs->slot = slot;
}

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
    to->length = length_of(to->start, end);
    to->bits |= (uint16_t)((from->bits & CONN_POINTS) | CONN_MIXED);
    if (!(to->bits & CONN_BIFLOW))
        to->bits |= from->bits & (CONN_BIFLOW | CONN_BIFLOW_HI);
    if (from->session != to->session || from->direction != to->direction)
        to->bits |= CONN_POINTS;
    from->bits |= CONN_GONE;
    pairs->seen |= to->bits;
}

/*
 * The connection of the same key, among the latest ones, that the row belongs to in time; else a new one. A row
 * that is near to several of them shows that they are one.
 */
static uint32_t choose_conn(struct pairs *pairs, uint32_t latest, const struct key *key,
                            const struct row *row)
{
    uint32_t chosen = PAIR_NONE, at = latest;
    for (unsigned i = 0; at != PAIR_NONE && i < LOOK_BACK; i++) {
        struct conn *conn = pairs_conn(pairs, at);
        if (!(conn->bits & CONN_GONE) && conn_near(pairs, conn, row->start, row->end)) {
            if (chosen != PAIR_NONE)
                conn_join(pairs, conn, pairs_conn(pairs, chosen));
            chosen = at;
        }
        at = conn->previous;
    }
    if (chosen != PAIR_NONE)
        return chosen;
    uint32_t made = new_conn(pairs, key);
    pairs_conn(pairs, made)->previous = latest;
    pairs->apart = true;
    return made;
}

static void put_row(struct pairs *pairs, const struct key *key, uint64_t hash, const struct row *row)
{
    uint64_t tag = hash >> 32 << 32;
    size_t at = place_of(pairs, hash), mask = ((size_t)1 << pairs->slot_bits) - 1;
    uint32_t conn = PAIR_NONE;
    for (; pairs->slot[at]; at = (at + 1) & mask) {
        uint32_t found = (uint32_t)pairs->slot[at] - 1;
        if ((pairs->slot[at] ^ tag) >> 32 == 0 && same_key(pairs, pairs_conn(pairs, found), key)) {
            conn = choose_conn(pairs, found, key, row);
            if (conn > found) /* the latest one leads to all before it */
                pairs->slot[at] = tag | (conn + 1);
            break;
        }
    }
    if (conn == PAIR_NONE) {
        conn = new_conn(pairs, key);
        pairs->slot[at] = tag | (conn + 1);
        pairs->slot_count++;
    }
    add_row(pairs, pairs_conn(pairs, conn), row, key);
}

static void add_batch(struct pairs *pairs, const struct key_block *block, uint32_t from, uint32_t n,
                      uint64_t first_row)
{
    struct key key[BATCH];
    uint64_t hash[BATCH];
    grow_table(pairs);
    for (uint32_t i = 0; i < n; i++) {
        key_of_row(&key[i], block, from + i, &pairs->scopes);
        hash[i] = key_hash(&key[i], pairs->seed);
        __builtin_prefetch(&pairs->slot[place_of(pairs, hash[i])], 1);
    }
    for (uint32_t i = 0; i < n; i++) {
        uint64_t slot = pairs->slot[place_of(pairs, hash[i])];
        if (slot)
            __builtin_prefetch(pairs_conn(pairs, (uint32_t)slot - 1), 1);
    }
    for (uint32_t i = 0; i < n; i++) {
        struct row row;
        read_row(&row, block, from + i, (uint32_t)(first_row + i), &key[i]);
        if (key_kind(key[i].rest) != KEY_ALONE)
            put_row(pairs, &key[i], hash[i], &row);
        else { /* without both addresses it is no part of any conversation: it stands alone */
            uint32_t alone = new_conn(pairs, &key[i]);
            add_row(pairs, pairs_conn(pairs, alone), &row, &key[i]);
        }
    }
}

void pairs_add(struct pairs *pairs, const struct nfdec_columns *columns, uint32_t from, uint32_t to,
               uint64_t first_row)
{
    struct key_block block;
    key_block(&block, columns);
    chunks_grow(&pairs->next, first_row + (to - from));
    pairs->next.count = first_row + (to - from);
    for (uint32_t at = from; at < to; at += BATCH)
        add_batch(pairs, &block, at, to - at < BATCH ? to - at : BATCH, first_row + (at - from));
}

/* Marks connections that have company of the same key in which the other direction, or both, are found. */
static void find_apart(struct pairs *pairs)
{
    uint32_t count = (uint32_t)pairs->conns.count;
    uint8_t both = CONN_FLOWS_LO | CONN_FLOWS_HI;
    uint8_t *sides = alloc_array(count, sizeof *sides); /* of all connections of the key */
    for (uint32_t i = 0; i < count; i++) {
        const struct conn *conn = pairs_conn(pairs, i);
        sides[i] =
            (uint8_t)((conn->sides & both) | (conn->previous != PAIR_NONE ? sides[conn->previous] : 0));
    }
    for (uint32_t i = count; i-- > 0;) {
        struct conn *conn = pairs_conn(pairs, i);
        if (conn->previous != PAIR_NONE)
            sides[conn->previous] |= sides[i];
        if (sides[i] == both)
            conn->bits |= CONN_APART;
    }
    free(sides);
}

static int compare_rows(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Puts the rows of a connection that was joined of several into store order. */
static void order_rows(struct pairs *pairs, struct conn *conn)
{
    size_t count = 0, capacity = 0;
    uint32_t *rows = NULL;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs_next_row(pairs, r)) {
        rows = alloc_grow(rows, count, &capacity, sizeof *rows);
        rows[count++] = r;
    }
    qsort(rows, count, sizeof *rows, compare_rows);
    for (size_t i = 1; i < count; i++)
        *pairs_next(pairs, rows[i - 1]) = rows[i] + 1;
    *pairs_next(pairs, rows[count - 1]) = 0;
    conn->first_row = rows[0];
    conn->last_row = rows[count - 1];
    free(rows);
}

void pairs_finish(struct pairs *pairs, const struct flow_store *store)
{
    size_t count = pairs->conns.count;
    arena_release(&pairs->slots);
    pairs->slot = NULL;
    if (pairs->apart)
        find_apart(pairs);
    if (pairs->leftovers)
        leftover_join(pairs);
    for (uint32_t i = 0; i < count && pairs->seen & CONN_MIXED; i++)
        if ((pairs_conn(pairs, i)->bits & (CONN_MIXED | CONN_GONE)) == CONN_MIXED)
            order_rows(pairs, pairs_conn(pairs, i));
    if (pairs->seen & CONN_POINTS)
        duplicates_find(pairs, store);
}

void pairs_order(struct pairs *pairs)
{
    size_t count = pairs->conns.count, listed = 0;
    struct order *order = alloc_array(count, sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        if (!(pairs_conn(pairs, i)->bits & CONN_GONE))
            order[listed++] = (struct order) { .key = order_signed(pairs_conn(pairs, i)->start), .index = i };
    order_sort(order, listed);
    pairs->order = alloc_resize(pairs->order, listed, sizeof *pairs->order);
    pairs->order_count = (uint32_t)listed;
    for (size_t i = 0; i < listed; i++)
        pairs->order[i] = order[i].index;
    free(order);
}

size_t pairs_memory(const struct pairs *pairs)
{
    return sizeof *pairs + chunks_memory(&pairs->conns) + chunks_memory(&pairs->next) +
           chunks_memory(&pairs->ip6) + pairs->slots.octets +
           pairs->scopes.capacity * sizeof(struct key_scope) + pairs->scopes.slots * sizeof(uint16_t) +
           (pairs->duplicate ? pairs->next.count / 8 + 1 : 0) +
           (pairs->order ? pairs->conns.count * sizeof *pairs->order : 0);
}
