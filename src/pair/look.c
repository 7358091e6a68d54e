/* SPDX-License-Identifier: MIT */
/* The closer look, at the end, at connections of several flows of a direction, of several points, or of events. */
#include "pair/pieces.h"

#include <stdlib.h>

#include "base/alloc.h"

#define TCP           6
#define FLAG_SYN      0x02
#define FLAG_END      0x05 /* FIN, RST */
#define FEW           8u   /* are compared with each other */
#define FAMILIES_MOST 16u  /* exporters that are asked who was first */

/* Room for what is looked at. */
struct look {
    const struct flow_store *store;
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
static bool is_plain(const struct pairs *pairs, struct look *look, const struct conn *conn)
{
    bool tcp = key_proto(conn->rest) == TCP;
    int64_t over = INT64_MAX, begin = INT64_MIN;
    size_t count = 0;
    if (conn->bits & (CONN_POINTS | CONN_EVENT))
        return false;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs_next_row(pairs, r)) {
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

static void take_out(struct pairs *pairs, struct conn *conn, const struct piece *piece)
{
    if (!pairs->duplicate)
        pairs->duplicate = alloc_array(pairs->next.count / 8 + 1, 1);
    pairs->duplicate[piece->row / 8] |= (uint8_t)(1u << piece->row % 8);
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
static void look_at_life(struct pairs *pairs, struct conn *conn, struct piece *piece, size_t count)
{
    if (conn->bits & CONN_POINTS && (conn->sides & CONN_FLOWS) == CONN_FLOWS)
        find_first(conn, piece, count);
    for (size_t i = 0; i < count && conn->bits & CONN_BIFLOW; i++)
        piece[i].side = 0; /* who saw most saw most of both directions */
    pieces_duplicates(piece, count);
    for (size_t i = 0; i < count; i++)
        if (piece[i].duplicate)
            take_out(pairs, conn, &piece[i]);
}

static void look_at(struct pairs *pairs, struct look *look, struct conn *conn)
{
    struct pieces *pieces = &look->pieces;
    if (is_plain(pairs, look, conn))
        return;
    pieces_load(pieces, pairs, look->store, conn);
    uint32_t lives = pieces_lives(pieces, key_proto(conn->rest) == TCP);
    struct conn model = *conn;
    for (size_t i = 0, next; i < pieces->count; i = next) {
        struct piece *piece = pieces->piece;
        for (next = i + 1; next < pieces->count && (lives == 1 || piece[next].life == piece[i].life);)
            next++;
        if (i > 0) {
            chunks_grow(&pairs->conns, pairs->conns.count + 1);
            conn = pairs_conn(pairs, (uint32_t)pairs->conns.count++);
            *conn = model;
        }
        if (lives > 1)
            make_conn(pairs, conn, piece + i, next - i);
        look_at_life(pairs, conn, piece + i, next - i);
    }
}

void pairs_look(struct pairs *pairs, const struct flow_store *store)
{
    struct look look = { .store = store };
    size_t count = pairs->conns.count; /* those that are made here have been looked at */
    for (uint32_t i = 0; i < count; i++) {
        struct conn *conn = pairs_conn(pairs, i);
        if (conn->bits & CONN_LOOK && !(conn->bits & CONN_GONE) && conn->first_row != conn->last_row)
            look_at(pairs, &look, conn);
    }
    pieces_release(&look.pieces);
    free(look.times);
}
