/* SPDX-License-Identifier: MIT */
/* Rows as they come: each is added to the connection that is remembered for its key, or begins one. */
#include <string.h>

#include "pair/candidates.h"
#include "pair/pairs.h"

#define AHEAD 8u /* what is written to is fetched so many places before: stores, too, wait for memory */

/* A row on its way: which it is, and what it is found by. */
struct arrival {
    const struct candidates *from;
    uint32_t at, number; /* in its block, and in the store */
    uint64_t ends, rest, hash;
    int64_t start, end;
};

/* An end before the start is as sent, and wrong: the flow still belongs somewhere between the two. */
static struct arrival read_row(struct pairs *pairs, const struct candidates *c, uint32_t at, uint64_t number)
{
    int64_t start = (int64_t)c->block.column[NFDEC_COL_START][at],
            end = (int64_t)c->block.column[NFDEC_COL_END][at];
    return (struct arrival) {
        .from = c,
        .at = at,
        .number = (uint32_t)number,
        .ends = c->keys.ends[at],
        .rest = c->keys.rest[at] | (c->block.scoped ? key_scope_number(&pairs->scopes, c->scope[at]) : 0u),
        .hash = c->keys.hash[at],
        .start = end < start ? end : start,
        .end = end < start ? start : end,
    };
}

/* A row as a connection of its own. */
static struct conn conn_of_row(const struct arrival *row)
{
    const uint64_t *const *column = row->from->block.column;
    uint64_t forward = column[NFDEC_COL_BYTES][row->at], backward = column[NFDEC_COL_REVERSE_BYTES][row->at];
    uint64_t nature = row->from->nature[row->at];
    uint64_t source_hi = row->from->keys.turn[row->at] / KEY_SOURCE_HI & 1;
    uint64_t differ = (forward ^ backward) & -source_hi; /* no branch: it would be a guess */
    return (struct conn) {
        .ends = row->ends,
        .rest = row->rest,
        .start = row->start,
        .end = row->end,
        .bytes = { forward ^ differ, backward ^ differ },
        .first_row = row->number,
        .last_row = row->number,
        .session = (uint32_t)nature,
        .bits = (uint16_t)(nature >> NATURE_BITS),
        .direction = (uint8_t)(nature >> NATURE_DIRECTION),
        .sides = (uint8_t)(nature >> NATURE_SIDES),
    };
}

/* Takes a row for a connection, for which there is room; returns its number. */
static uint32_t new_conn(struct pairs *pairs, const struct arrival *row)
{
    uint32_t number = (uint32_t)pairs->conns.count++;
    struct conn *conn = pairs_conn(pairs, number);
    __builtin_prefetch(conn + AHEAD, 1);
    *conn = conn_of_row(row);
    return number;
}

/* The table in which a row is looked for. */
static struct lately *lately_of(struct pairs *pairs, uint64_t hash)
{
    if (!is_scout(hash))
        return &pairs->lately[LATELY_MOST];
    pairs->lately[LATELY_SCOUTS].asked++;
    return &pairs->lately[LATELY_SCOUTS];
}

static struct recent *line_of(const struct lately *lately, uint64_t hash)
{
    return &lately->line[hash & lately->mask];
}

static uint16_t mark_of(uint64_t hash)
{
    return (uint16_t)(hash >> 48 | 1); /* none is 0 */
}

/* Sets the highest bit of each mark that is `mark`; above the lowest of these, of some others too. */
static uint64_t find_mark(uint64_t marks, uint16_t mark)
{
    uint64_t differ = marks ^ mark * UINT64_C(0x0001000100010001);
    return (differ - UINT64_C(0x0001000100010001)) & ~differ & UINT64_C(0x8000800080008000);
}

/* The connection of the row's key, among those remembered, that is near to it in time; PAIR_NONE. */
static uint32_t find_conn(const struct pairs *pairs, const struct recent *line, const struct arrival *row)
{
    for (uint64_t found = find_mark(line->marks, mark_of(row->hash)); found; found &= found - 1) {
        uint32_t number = line->conn[__builtin_ctzll(found) / 16];
        const struct conn *conn = pairs_conn(pairs, number);
        bool near = conn_near(pairs, conn, row->start, row->end);
        if ((conn->ends == row->ends) & (conn->rest == row->rest) & near)
            return number;
    }
    return PAIR_NONE;
}

/* The oldest connection of the line gives way. */
static void remember(struct pairs *pairs, const struct lately *lately, uint64_t hash, uint32_t conn)
{
    struct recent *line = line_of(lately, hash);
    uint64_t middle;
    pairs_forget(pairs, hash & lately->mask, recent_entry(line, RECENT_WAYS - 1));
    memcpy(&middle, line->conn + 1, sizeof middle);
    line->conn[1] = line->conn[0];
    memcpy(line->conn + 2, &middle, sizeof middle);
    line->conn[0] = conn;
    line->marks = line->marks << 16 | mark_of(hash);
    line->more = line->more << 16 | (hash >> 32 & 0xffff);
}

/* The newest connection that may be the one of a hash; any, where there is none. */
static const struct conn *likely_conn(const struct pairs *pairs, uint64_t hash)
{
    const struct recent *line = line_of(&pairs->lately[LATELY_MOST], hash);
    uint64_t found = find_mark(line->marks, mark_of(hash)) | UINT64_C(1) << 63;
    return pairs_conn(pairs, line->conn[__builtin_ctzll(found) / 16]);
}

/* While rows are entered nobody else is there to note something. */
static void note_look(struct pairs *pairs, const struct conn *conn, uint32_t number)
{
    if (conn->bits & CONN_LOOK)
        *(uint64_t *)chunks_at(&pairs->look, number / 64) |= UINT64_C(1) << number % 64;
}

static void add_to_conn(struct pairs *pairs, uint32_t number, const struct arrival *row)
{
    struct conn *conn = pairs_conn(pairs, number), other = conn_of_row(row);
    conn_add(pairs, conn, &other);
    note_look(pairs, conn, number);
}

static void put_row(struct pairs *pairs, const struct arrival *row)
{
    struct lately *lately = lately_of(pairs, row->hash);
    uint32_t conn = find_conn(pairs, line_of(lately, row->hash), row);
    if (conn != PAIR_NONE) {
        lately->found++;
        add_to_conn(pairs, conn, row);
        return;
    }
    conn = new_conn(pairs, row);
    if (key_kind(row->rest) != KEY_ALONE) /* without both addresses it is no part of any conversation */
        remember(pairs, lately, row->hash, conn);
}

static void make_room(struct pairs *pairs, uint64_t rows, uint32_t count)
{
    lately_look(pairs);
    chunks_grow(&pairs->conns, pairs->conns.count + count);
    chunks_grow(&pairs->look, (pairs->conns.count + count) / 64 + 1);
    chunks_grow(&pairs->next, rows);
    pairs->next.count = rows;
}

void pairs_enter(struct pairs *pairs, const struct candidates *c, uint32_t from, uint64_t first_row)
{
    uint32_t to = c->block.columns->rows;
    make_room(pairs, first_row + (to - from), to - from);
    pairs->earliest = c->earliest < pairs->earliest ? c->earliest : pairs->earliest;
    pairs->latest = c->latest > pairs->latest ? c->latest : pairs->latest;
    pairs->lately[LATELY_MOST].asked += to - from;
    bool far =
        pairs->lately[LATELY_MOST].mask >= PART_LINES * PARTS; /* else what is found is in the cache yet */
    for (uint32_t i = from; i < to; i++) {
        __builtin_prefetch(line_of(&pairs->lately[LATELY_MOST], c->keys.hash[i + KEYS_AHEAD]), 1);
        if (far)
            __builtin_prefetch(likely_conn(pairs, c->keys.hash[i + KEYS_AHEAD / 4]), 1);
        struct arrival row = read_row(pairs, c, i, first_row + (i - from));
        put_row(pairs, &row);
    }
}
