/* SPDX-License-Identifier: MIT */
/*
 * Connections of the same key that were made apart: because a row came late, because the first one was forgotten
 * when the next row came, or because there is much time between them. All that have the same tag are brought
 * together, in parts by its upper bits, which have nothing to do with each other and are as many threads' work as there
 * are; of a key those that are near in time are joined.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/order.h"
#include "base/split.h"
#include "pair/pieces.h"

#define MARKS_LEAST   (1u << 10)
#define MARKS_MOST    (1u << 24) /* tags of a part have 24 bits to tell them apart */
#define MARKS_EACH    8u /* for each connection, so that few of them are taken for ones that share a tag */
#define MARKS_A_WORD  32u
#define BRIDGE_ROUNDS 3u
#define AHEAD         16u /* connections fetched ahead of their use */

/* One thread's work. An entry is tag << 32 | connection. */
struct fold {
    struct pairs *pairs;
    const struct flow_store *store;
    struct pieces pieces; /* of connections that are looked at */
    uint64_t *entry;      /* of a part, those that share their tag with others */
    uint64_t *other;      /* for sorting */
    size_t count, capacity;
    uint32_t *conn; /* a group's, by number */
    size_t conn_capacity;
    uint64_t *mark; /* two bits each: a tag was met, was met again */
    size_t marks, marks_capacity;
};

static void clear_marks(struct fold *fold, size_t count)
{
    fold->marks = MARKS_LEAST;
    while (fold->marks < MARKS_MOST && fold->marks < count * MARKS_EACH)
        fold->marks *= 2;
    size_t words = fold->marks / MARKS_A_WORD;
    if (words > fold->marks_capacity) {
        free(fold->mark);
        fold->mark = alloc_array(words, sizeof *fold->mark);
        fold->marks_capacity = words;
    } else {
        memset(fold->mark, 0, words * sizeof *fold->mark);
    }
}

static void set_mark(struct fold *fold, uint64_t entry)
{
    uint64_t at = entry >> 32 & (fold->marks - 1), *word = &fold->mark[at / MARKS_A_WORD];
    unsigned shift = at % MARKS_A_WORD * 2;
    *word |= ((*word >> shift & 1) << 1 | 1) << shift;
}

static bool marked_twice(const struct fold *fold, uint64_t entry)
{
    uint64_t at = entry >> 32 & (fold->marks - 1);
    return fold->mark[at / MARKS_A_WORD] >> (at % MARKS_A_WORD * 2 + 1) & 1;
}

static void make_entry_room(struct fold *fold, size_t count)
{
    if (count <= fold->capacity)
        return;
    fold->capacity = 2 * count;
    free(fold->other);
    free(fold->entry);
    fold->entry = alloc_array(fold->capacity, sizeof *fold->entry);
    fold->other = alloc_array(fold->capacity, sizeof *fold->other);
}

/* Slots of the newest piece of a part that are taken; all others are full. */
static size_t last_slots(const struct part *part)
{
    return part->piece ? (part->slots - 1) % PART_SLOTS + 1 : 0;
}

/* Entries of a part that are in a table. Returns where the next one goes. */
static uint64_t *gather_lately(uint64_t *entry, const struct lately *lately, size_t number)
{
    size_t lines = (size_t)lately->mask + 1;
    for (size_t first = number * PART_LINES; first < lines; first += PARTS * PART_LINES)
        for (size_t i = first; i < first + PART_LINES && i < lines; i++)
            for (unsigned way = 0; way < RECENT_WAYS; way++) {
                *entry = recent_entry(&lately->line[i], way);
                entry += *entry != 0;
            }
    return entry;
}

/* Entries of all connections of a part: those that were forgotten, and those that are in the tables. */
static void gather(struct fold *fold, size_t number)
{
    const struct pairs *pairs = fold->pairs;
    const struct part *part = &pairs->part[number];
    size_t slots = last_slots(part), room = part->slots;
    for (unsigned i = 0; i < LATELYS; i++)
        room += (pairs->lately[i].mask / PARTS + PART_LINES) * RECENT_WAYS;
    make_entry_room(fold, room);
    uint64_t *entry = fold->entry;
    for (const union part_slot *piece = part->piece; piece; piece = piece->before, slots = PART_SLOTS)
        for (size_t i = 1; i < slots; i++)
            *entry++ = piece[i].entry;
    for (unsigned i = 0; i < LATELYS; i++)
        entry = gather_lately(entry, &pairs->lately[i], number);
    fold->count = (size_t)(entry - fold->entry);
}

/*
 * Leaves only entries whose tag occurs twice, and a few others: by lower bits of the tag. Most connections are alone, and
 * this is all that is done about them.
 */
static void keep_shared(struct fold *fold)
{
    size_t kept = 0;
    clear_marks(fold, fold->count);
    for (size_t i = 0; i < fold->count; i++)
        set_mark(fold, fold->entry[i]);
    for (size_t i = 0; i < fold->count; i++) { /* written in any case, as it cannot be foretold which stay */
        fold->entry[kept] = fold->entry[i];
        kept += marked_twice(fold, fold->entry[i]);
    }
    fold->count = kept;
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
    if (x->ends != y->ends)
        return x->ends < y->ends ? -1 : 1;
    if (x->rest != y->rest)
        return x->rest < y->rest ? -1 : 1;
    return pairs_compare_start(a, b, user);
}

static bool same_loose_key(const struct pairs *pairs, uint32_t a, uint32_t b)
{
    const struct conn *x = pairs_conn(pairs, a), *y = pairs_conn(pairs, b);
    return key_loose(x->rest) == key_loose(y->rest) && x->ends == y->ends;
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

static void fold_part(struct fold *fold, size_t number)
{
    gather(fold, number);
    keep_shared(fold);
    const uint64_t *entry = fold->entry;
    size_t count = fold->count;
    order_upper_halves(fold->entry, fold->other, count);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && entry[next] >> 32 == entry[i] >> 32;)
            next++;
        if (i + AHEAD < count)
            __builtin_prefetch(pairs_conn(fold->pairs, (uint32_t)entry[i + AHEAD]), 1);
        if (next - i > 1)
            fold_tag(fold, entry + i, next - i);
    }
}

static void fold_parts(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct fold *fold = (struct fold *)user + worker;
    for (uint64_t part = from; part < to; part++)
        fold_part(fold, part);
}

void pairs_fold(struct pairs *pairs, const struct flow_store *store)
{
    unsigned workers = pairs_workers(pairs);
    struct fold *folds = alloc_array(workers, sizeof *folds);
    for (unsigned i = 0; i < workers; i++)
        folds[i] = (struct fold) { .pairs = pairs, .store = store };
    split(workers, PARTS, 1, fold_parts, folds, NULL);
    for (unsigned i = 0; i < workers; i++) {
        free(folds[i].entry);
        free(folds[i].other);
        free(folds[i].conn);
        free(folds[i].mark);
        pieces_release(&folds[i].pieces);
    }
    free(folds);
    arena_release(&pairs->part_memory);
    for (unsigned i = 0; i < LATELYS; i++)
        arena_release(&pairs->lately[i].memory);
    memset(pairs->part, 0, sizeof pairs->part);
}
