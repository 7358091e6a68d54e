/* SPDX-License-Identifier: MIT */
/* The closer look, at the end, at connections of several flows of a direction, of several points, or of events. */
#include "pair/pieces.h"

#include <stdlib.h>

#include "base/alloc.h"

#define TCP           6
#define FLAG_SYN      0x02
#define FLAG_END      0x05 /* FIN, RST */
#define FEW           8u   /* are compared with each other */
#define FETCHED_MOST  32u  /* flows of a connection that are fetched ahead */
#define FAMILIES_MOST 16u  /* exporters that are asked who was first */
#define WORDS_A_PIECE 64u  /* of 64 connections each, that a thread takes at a time */

/* One thread's work, and room for what it looks at. */
struct look {
    struct pairs *pairs;
    const struct flow_store *store;
    bool duplicates; /* it has found some */
    struct pieces pieces;
    uint64_t *times; /* of each flow: its start and end as one number */
    size_t times_capacity;
};

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static bool any_equal(uint64_t *number, size_t count)
{
    bool equal = false;
    if (count <= FEW) {
        for (size_t i = 1; i < count; i++)
            for (size_t k = 0; k < i; k++)
                equal |= number[i] == number[k];
        return equal;
    }
    qsort(number, count, sizeof *number, compare_numbers);
    for (size_t i = 1; i < count; i++)
        equal |= number[i - 1] == number[i];
    return equal;
}

/*
 * Most connections of several flows are one flow of one point, cut by timeouts: nothing begins in them after something
 * ended, and no two flows have the same times. That is cheap to find out.
 */
static bool is_plain(struct look *look, const struct conn *conn)
{
    bool tcp = key_proto(conn->rest) == TCP;
    int64_t over = INT64_MAX, begin = INT64_MIN;
    size_t count = 0;
    if (conn->bits & (CONN_POINTS | CONN_EVENT))
        return false;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs_next_row(look->pairs, r)) {
        uint64_t start = flow_store_value(look->store, r, NFDEC_COL_START);
        uint64_t end = flow_store_value(look->store, r, NFDEC_COL_END);
        uint64_t flags = !tcp ? 0
                              : flow_store_value(look->store, r, NFDEC_COL_TCP_FLAGS) |
                                    flow_store_value(look->store, r, NFDEC_COL_REVERSE_FLAGS);
        look->times = alloc_grow(look->times, count, &look->times_capacity, sizeof *look->times);
        look->times[count++] = start * 0x9E3779B97F4A7C15u ^ end;
        if (flags & FLAG_END && (int64_t)end < over)
            over = (int64_t)end;
        if (flags & FLAG_SYN && (int64_t)start > begin)
            begin = (int64_t)start;
    }
    return over >= begin && !any_equal(look->times, count);
}

/* Makes a connection of pieces in order of rows. */
static void make_conn(struct pairs *pairs, struct conn *conn, const struct piece *piece, size_t count)
{
    struct conn model = *conn;
    model.bits |= CONN_LIFE;
    *conn = piece_conn(&piece[0], &model);
    for (size_t i = 1; i < count; i++) {
        struct conn next = piece_conn(&piece[i], &model);
        conn_add(pairs, conn, &next);
    }
    *pairs_next(pairs, conn->last_row) = 0;
}

static void take_out(struct look *look, struct conn *conn, const struct piece *piece)
{
    look->duplicates = true;
    atomic_fetch_or_explicit((_Atomic uint8_t *)&look->pairs->duplicate[piece->row / 8],
                             (uint8_t)(1u << piece->row % 8), memory_order_relaxed);
    for (int side = 0; side < 2; side++)
        conn->bytes[side] -= piece->bytes[side];
}

/* What one exporter saw of a connection. */
struct view {
    int64_t first[2]; /* earliest start by side; INT64_MAX: it did not see that side */
    uint64_t bytes;
    bool both, syn; /* it saw both sides; it saw both begin */
};

static struct view view_of(const struct piece *piece, size_t count, uint32_t family)
{
    struct view view = { .first = { INT64_MAX, INT64_MAX } };
    bool syn[2] = { false, false };
    for (size_t i = 0; i < count; i++) {
        int side = piece[i].side;
        if (piece[i].family != family)
            continue;
        view.first[side] = piece[i].start < view.first[side] ? piece[i].start : view.first[side];
        view.bytes += piece[i].bytes[0] + piece[i].bytes[1];
        syn[side] |= (piece[i].flags[side] & FLAG_SYN) != 0;
    }
    view.both = view.first[0] != INT64_MAX && view.first[1] != INT64_MAX;
    view.syn = syn[0] && syn[1];
    return view;
}

static bool is_better(const struct view *a, const struct view *b)
{
    if (a->both != b->both)
        return a->both;
    return a->syn != b->syn ? a->syn : a->bytes > b->bytes;
}

/*
 * Who was first, by an exporter that saw both sides: clocks differ, and who is sampled sees a part. Where there is none,
 * two starts that are close together tell nothing. Only the first exporters that are met are asked.
 */
static void find_first(struct conn *conn, const struct piece *piece, size_t count)
{
    struct view best = view_of(piece, count, piece[0].family);
    int64_t all[2] = { INT64_MAX, INT64_MAX };
    uint32_t asked = piece[0].family;
    unsigned families = 1;
    for (size_t i = 0; i < count; i++) {
        int side = piece[i].side;
        all[side] = piece[i].start < all[side] ? piece[i].start : all[side];
        if (piece[i].family == asked || families == FAMILIES_MOST)
            continue;
        asked = piece[i].family;
        families++;
        struct view view = view_of(piece, count, asked);
        if (is_better(&view, &best))
            best = view;
    }
    if (!best.both && piece_at_once(all[0], all[1]))
        conn->sides |= CONN_FIRST;
    if (!best.both)
        return;
    conn->sides &= (uint8_t)~CONN_FIRST;
    conn->sides |= best.first[0] <= best.first[1] ? CONN_FIRST_LO : 0;
    conn->sides |= best.first[1] <= best.first[0] ? CONN_FIRST_HI : 0;
}

/* Pieces of one connection, in order of rows. */
static void look_at_life(struct look *look, struct conn *conn, struct piece *piece, size_t count)
{
    if (conn->bits & CONN_POINTS && (conn->sides & CONN_FLOWS) == CONN_FLOWS)
        find_first(conn, piece, count);
    for (size_t i = 0; i < count && conn->bits & CONN_BIFLOW; i++)
        piece[i].side = 0; /* who saw most saw most of both directions */
    pieces_duplicates(piece, count);
    for (size_t i = 0; i < count; i++)
        if (piece[i].duplicate)
            take_out(look, conn, &piece[i]);
}

/* Reads the pieces of a connection; returns how many lives it has. */
static uint32_t load_lives(struct look *look, const struct conn *conn)
{
    pieces_load(&look->pieces, look->pairs, look->store, conn);
    return pieces_lives(&look->pieces, key_proto(conn->rest) == TCP);
}

/* False: it is several connections. */
static bool look_at(struct look *look, struct conn *conn)
{
    if (conn->bits & CONN_GONE || is_plain(look, conn))
        return true;
    if (load_lives(look, conn) > 1)
        return false;
    look_at_life(look, conn, look->pieces.piece, look->pieces.count);
    return true;
}

/* Makes several connections of one: the first life stays where it is. */
static void take_apart(struct look *look, struct conn *conn)
{
    struct pairs *pairs = look->pairs;
    struct conn model = *conn;
    load_lives(look, conn);
    for (size_t i = 0, next; i < look->pieces.count; i = next) {
        struct piece *piece = look->pieces.piece;
        for (next = i + 1; next < look->pieces.count && piece[next].life == piece[i].life;)
            next++;
        if (i > 0) {
            chunks_grow(&pairs->conns, pairs->conns.count + 1);
            conn = pairs_conn(pairs, (uint32_t)pairs->conns.count++);
            *conn = model;
        }
        make_conn(pairs, conn, piece + i, next - i);
        look_at_life(look, conn, piece + i, next - i);
    }
}

static uint64_t look_word(const struct look *look, uint64_t at)
{
    return *(const uint64_t *)chunks_at(&look->pairs->look, at);
}

/* The connection of the lowest bit of what is left of a word of pairs.look. */
static struct conn *conn_of(const struct look *look, uint64_t word, uint64_t left)
{
    return pairs_conn(look->pairs, (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(left));
}

/* What is_plain() asks first of the flows of a connection. */
static void fetch_flows(const struct look *look, const struct conn *conn)
{
    unsigned count = 0;
    for (uint32_t r = conn->first_row; r != PAIR_NONE && count < FETCHED_MOST; count++) {
        flow_store_soon(look->store, r, NFDEC_COL_START);
        flow_store_soon(look->store, r, NFDEC_COL_END);
        flow_store_soon(look->store, r, NFDEC_COL_TCP_FLAGS);
        r = pairs_next_row(look->pairs, r);
    }
}

/* Flows of the next word, connections of the one behind it: each word's at once, as one by one each would wait for memory. */
static void fetch_ahead(const struct look *look, uint64_t word, uint64_t to)
{
    for (uint64_t left = word + 1 < to ? look_word(look, word + 1) : 0; left; left &= left - 1)
        fetch_flows(look, conn_of(look, word + 1, left));
    for (uint64_t left = word + 2 < to ? look_word(look, word + 2) : 0; left; left &= left - 1)
        __builtin_prefetch(conn_of(look, word + 2, left));
}

/* Words of pairs.look: connections that are one are done with, and their bits cleared. */
static void look_at_words(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct look *look = (struct look *)user + worker;
    for (uint64_t at = from; at < to; at++) {
        uint64_t *word = chunks_at(&look->pairs->look, at), several = 0;
        fetch_ahead(look, at, to);
        for (uint64_t left = *word; left; left &= left - 1)
            several |= look_at(look, conn_of(look, at, left)) ? 0 : left & -left;
        *word = several;
    }
}

/* Those that are several, one after the other, as numbers are given to what is made of them. */
static void take_all_apart(struct look *look, uint64_t words)
{
    for (uint64_t at = 0; at < words; at++)
        for (uint64_t left = look_word(look, at); left; left &= left - 1)
            take_apart(look, conn_of(look, at, left));
}

void pairs_look(struct pairs *pairs, const struct flow_store *store)
{
    unsigned workers = pairs_workers(pairs);
    uint64_t words = (pairs->conns.count + 63) / 64;
    struct look *looks = alloc_array(workers, sizeof *looks);
    bool duplicates = false;
    for (unsigned i = 0; i < workers; i++)
        looks[i] = (struct look) { .pairs = pairs, .store = store };
    pairs->duplicate = alloc_array(pairs->next.count / 8 + 1, 1);
    split(workers, words, WORDS_A_PIECE, look_at_words, looks, NULL);
    take_all_apart(&looks[0], words);
    for (unsigned i = 0; i < workers; i++) {
        duplicates |= looks[i].duplicates;
        pieces_release(&looks[i].pieces);
        free(looks[i].times);
    }
    free(looks);
    if (duplicates)
        return;
    free(pairs->duplicate);
    pairs->duplicate = NULL;
}
