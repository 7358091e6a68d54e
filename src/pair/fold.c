/* SPDX-License-Identifier: MIT */
/*
 * Connections of the same key that were made apart: because a row came late, because the first one was forgotten
 * when the next row came, or because there is much time between them. All that have the same tag are brought
 * together, in parts by its upper bits that fit the cache and have nothing to do with each other; of a key those that
 * are near in time are joined.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/order.h"
#include "pair/pieces.h"

#define PART      4096u /* connections of a part, about */
#define PART_BITS 12u   /* of all parts, at most */
#define HALVED_BITS                                                                                          \
    8u /* one half of more parts is brought together after the other, to take half the memory */
#define MARKS         (1u << 16u) /* told apart when tags that occur twice are looked for */
#define BRIDGE_ROUNDS 3u
#define AHEAD         16u /* connections fetched ahead of their use */

/* An entry is tag << 32 | connection. */
struct fold {
    struct pairs *pairs;
    const struct flow_store *store;
    struct pieces pieces; /* of connections that are looked at */
    uint64_t *other;      /* for sorting */
    size_t other_capacity;
    uint32_t *conn; /* a group's, by number */
    size_t conn_capacity;
    uint64_t once[MARKS / 64], twice[MARKS / 64];
};

static size_t part_of(uint32_t tag, unsigned bits)
{
    return (size_t)((uint64_t)tag << bits >> 32);
}

/* How many connections there are in each part. */
static void count_parts(const struct pairs *pairs, unsigned bits, uint32_t *size)
{
    for (uint32_t i = 0; i < pairs->conns.count; i++)
        size[part_of(*pairs_tag(pairs, i), bits)] += *pairs_tag(pairs, i) != 0;
}

/*
 * Entries of the connections of `parts` parts from `first` on, of each in order of number. at[] is where each part
 * begins, and afterwards where it ends; behind it stands the place of an entry that means nothing, where all others go,
 * as it cannot be foretold which these are.
 */
static void divide(const struct pairs *pairs, unsigned bits, size_t first, size_t parts, uint64_t *entry,
                   uint32_t *at)
{
    for (uint32_t i = 0; i < pairs->conns.count; i++) {
        uint32_t tag = *pairs_tag(pairs, i);
        size_t part = part_of(tag, bits) - first;
        bool in = tag && part < parts;
        uint32_t *place = &at[in ? part : parts];
        entry[*place] = (uint64_t)tag << 32 | i;
        *place += in;
    }
}

/*
 * Leaves only entries whose tag occurs twice, and a few others: by lower bits of the tag, marked in two sets of
 * bits. Most connections are alone, and this is all that is done about them.
 */
static size_t keep_shared(struct fold *fold, uint64_t *entry, size_t count)
{
    size_t kept = 0;
    memset(fold->once, 0, sizeof fold->once);
    memset(fold->twice, 0, sizeof fold->twice);
    for (size_t i = 0; i < count; i++) {
        uint64_t mark = entry[i] >> 32 & (MARKS - 1), bit = UINT64_C(1) << mark % 64;
        fold->twice[mark / 64] |= fold->once[mark / 64] & bit;
        fold->once[mark / 64] |= bit;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t mark = entry[i] >> 32 & (MARKS - 1);
        entry[kept] = entry[i];
        kept += fold->twice[mark / 64] >> mark % 64 & 1;
    }
    return kept;
}

/* By all of the key, what makes it loose last; then by start, then by number. */
static int compare_keys(const void *a, const void *b, void *user)
{
    const struct pairs *pairs = user;
    const struct conn *x = pairs_conn(pairs, *(const uint32_t *)a),
                      *y = pairs_conn(pairs, *(const uint32_t *)b);
    uint64_t loose[2] = { key_loose(x->rest), key_loose(y->rest) };
    if (loose[0] != loose[1])
        return loose[0] < loose[1] ? -1 : 1;
    int order = x->ends < y->ends ? -1 : x->ends > y->ends;
    if (key_kind(x->rest) == KEY_IP6)
        order = memcmp(pairs_ip6(pairs, x), pairs_ip6(pairs, y), sizeof(struct conn_ip6));
    if (order)
        return order;
    if (x->rest != y->rest)
        return x->rest < y->rest ? -1 : 1;
    return pairs_compare_start(a, b, user);
}

static bool same_loose_key(const struct pairs *pairs, uint32_t a, uint32_t b)
{
    const struct conn *x = pairs_conn(pairs, a), *y = pairs_conn(pairs, b);
    return key_loose(x->rest) == key_loose(y->rest) && conn_same_addresses(pairs, x, y);
}

/*
 * Connections of one key, by start, out of each other's reach: joins what goes on after a pause. Returns how many are left,
 * which stand in front, by start.
 */
static size_t bridge(struct fold *fold, uint32_t *conn, size_t count)
{
    struct pairs *pairs = fold->pairs;
    size_t left = 0;
    for (size_t i = 0, next; i < count; i = next) {
        int64_t since = pairs_conn(pairs, conn[i])->start;
        for (next = i + 1; next < count; next++)
            if (!conn_goes_on(pairs, &fold->pieces, fold->store, since, pairs_conn(pairs, conn[next - 1]),
                              pairs_conn(pairs, conn[next])))
                break;
        if (next - i > 1)
            conn_join(pairs, conn + i, next - i)->bits |= CONN_BRIDGED;
        conn[left++] = conn[i];
    }
    return left;
}

/*
 * Connections of one key, by start: joins what overlaps or follows within the tolerance. Returns how many are left,
 * which stand in front, by start.
 */
static size_t fold_key(struct fold *fold, uint32_t *conn, size_t count)
{
    struct pairs *pairs = fold->pairs;
    size_t left = 0;
    uint8_t sides = 0;
    for (size_t i = 0, next; i < count; i = next) {
        int64_t end = pairs_conn(pairs, conn[i])->end;
        for (next = i + 1; next < count; next++) {
            const struct conn *c = pairs_conn(pairs, conn[next]);
            if (pairs_apart(pairs, end, c->start))
                break;
            end = c->end > end ? c->end : end;
        }
        sides |= conn_join(pairs, conn + i, next - i)->sides;
        conn[left++] = conn[i];
    }
    /* again, as a longer life bridges a longer pause; a bounded number of times */
    for (size_t round = 0, before = 0; round < BRIDGE_ROUNDS && left > 1 && left != before; round++) {
        before = left;
        left = bridge(fold, conn, left);
    }
    for (size_t i = 0; i < left && left > 1 && (sides & CONN_FLOWS) == CONN_FLOWS; i++)
        pairs_conn(pairs, conn[i])->bits |= CONN_APART;
    return left;
}

/* Connections of one loose key, sorted. */
static void fold_loose_key(struct fold *fold, uint32_t *conn, size_t count)
{
    struct pairs *pairs = fold->pairs;
    size_t left = 0, keys = 0;
    for (size_t i = 0, next; i < count; i = next) {
        uint64_t rest = pairs_conn(pairs, conn[i])->rest;
        for (next = i + 1; next < count && pairs_conn(pairs, conn[next])->rest == rest;)
            next++;
        size_t n = fold_key(fold, conn + i, next - i);
        keys++;
        memmove(conn + left, conn + i, n * sizeof *conn);
        left += n;
    }
    if (keys > 1)
        twins_join(pairs, &fold->pieces, fold->store, conn, left);
    leftover_join(pairs, conn, left);
}

/* Entries of one tag, which is of one loose key mostly. */
static void fold_tag(struct fold *fold, const uint64_t *entry, size_t count)
{
    if (count > fold->conn_capacity) {
        fold->conn_capacity = 2 * count;
        fold->conn = alloc_resize(fold->conn, fold->conn_capacity, sizeof *fold->conn);
    }
    uint32_t *conn = fold->conn;
    for (size_t i = 0; i < count; i++)
        conn[i] = (uint32_t)entry[i];
    pairs_sort(fold->pairs, conn, count, compare_keys);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && same_loose_key(fold->pairs, conn[i], conn[next]);)
            next++;
        if (next - i > 1)
            fold_loose_key(fold, conn + i, next - i);
    }
}

static void fold_part(struct fold *fold, uint64_t *entry, size_t count)
{
    count = keep_shared(fold, entry, count);
    if (count > fold->other_capacity) {
        fold->other_capacity = 2 * count;
        fold->other = alloc_resize(fold->other, fold->other_capacity, sizeof *fold->other);
    }
    order_upper_halves(entry, fold->other, count);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && entry[next] >> 32 == entry[i] >> 32;)
            next++;
        if (i + AHEAD < count)
            __builtin_prefetch(pairs_conn(fold->pairs, (uint32_t)entry[i + AHEAD]), 1);
        if (next - i > 1)
            fold_tag(fold, entry + i, next - i);
    }
}

/* Brings `parts` parts from `first` on together, which have `count` connections in all, size[part] each. */
static void fold_parts(struct fold *fold, unsigned bits, size_t first, size_t parts, const uint32_t *size,
                       size_t count)
{
    struct arena memory = { .blocks = NULL };
    uint64_t *entry = arena_take(&memory, (count + 1) * sizeof *entry);
    uint32_t *at = alloc_array(parts + 1, sizeof *at);
    for (size_t part = 0; part < parts; part++)
        at[part + 1] = at[part] + size[first + part];
    divide(fold->pairs, bits, first, parts, entry, at);
    for (size_t part = 0, from = 0; part < parts; from = at[part++])
        fold_part(fold, entry + from, at[part] - from);
    free(at);
    arena_release(&memory);
}

void pairs_fold(struct pairs *pairs, const struct flow_store *store)
{
    unsigned bits = 0;
    while (bits < PART_BITS && pairs->conns.count >> bits > PART)
        bits++;
    struct fold *fold = alloc_new(sizeof *fold);
    size_t all = (size_t)1 << bits, parts = bits > HALVED_BITS ? all / 2 : all;
    uint32_t *size = alloc_array(all, sizeof *size);
    fold->pairs = pairs;
    fold->store = store;
    count_parts(pairs, bits, size);
    for (size_t first = 0; first < all; first += parts) {
        size_t count = 0;
        for (size_t part = first; part < first + parts; part++)
            count += size[part];
        fold_parts(fold, bits, first, parts, size, count);
    }
    chunks_release(&pairs->tags);
    free(size);
    free(fold->conn);
    free(fold->other);
    pieces_release(&fold->pieces);
    free(fold);
}
