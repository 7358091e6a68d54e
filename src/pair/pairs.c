/* SPDX-License-Identifier: MIT */
#include "pair/pairs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"

#define TOLERANCE_DEFAULT (30000 * INT64_C(1000000))
#define BATCH             64u        /* keys made and lines of the table fetched ahead of their use */
#define RECENT_FIRST      8192u      /* lines: a quarter of a mebioctet, so that few flows cost little */
#define RECENT_MOST       (1u << 19) /* 16 MiB: answers of busy networks come behind two million other questions */
#define RECENT_GROWTH     8u

static void make_recent(struct pairs *pairs, uint32_t lines)
{
    arena_release(&pairs->recent_memory);
    pairs->recent = arena_take(&pairs->recent_memory, lines * sizeof *pairs->recent);
    pairs->recent_mask = lines - 1;
}

/* Once there are more connections than it holds, a larger one begins anew: what is forgotten is folded in at the end. */
static void widen_recent(struct pairs *pairs)
{
    uint64_t lines = (uint64_t)pairs->recent_mask + 1;
    if (lines < pairs->recent_most && pairs->conns.count > lines * RECENT_WAYS)
        make_recent(pairs, (uint32_t)lines * RECENT_GROWTH);
}

struct pairs *pairs_new(const struct pairs_config *config)
{
    struct pairs *pairs = alloc_new(sizeof *pairs);
    pairs->by_row = alloc_new(sizeof *pairs->by_row);
    pairs->family = config ? config->family : NULL;
    pairs->user = config ? config->user : NULL;
    bool given = config && config->recent_lines;
    pairs->tolerance = config && config->tolerance ? config->tolerance : TOLERANCE_DEFAULT;
    if (getrandom(&pairs->seed, sizeof pairs->seed, GRND_NONBLOCK) < 0)
        pairs->seed = (uint64_t)(uintptr_t)pairs;
    pairs->conns = (struct chunks) { .size = sizeof(struct conn), .shift = CONN_SHIFT };
    pairs->next = (struct chunks) { .size = sizeof(uint32_t), .shift = NEXT_SHIFT };
    pairs->earliest = INT64_MAX;
    pairs->latest = INT64_MIN;
    pairs->tags = (struct chunks) { .size = sizeof(uint32_t), .shift = NEXT_SHIFT };
    pairs->ip6 = (struct chunks) { .size = 4 * sizeof(uint64_t), .shift = 12 };
    pairs->recent_most = given ? config->recent_lines : RECENT_MOST;
    make_recent(pairs, given ? config->recent_lines : RECENT_FIRST);
    return pairs;
}

void pairs_free(struct pairs *pairs)
{
    if (!pairs)
        return;
    chunks_release(&pairs->conns);
    chunks_release(&pairs->next);
    chunks_release(&pairs->tags);
    chunks_release(&pairs->ip6);
    arena_release(&pairs->recent_memory);
    key_scopes_release(&pairs->scopes);
    free(pairs->duplicate);
    free(pairs->order);
    rows_forget(pairs);
    free(pairs->by_row);
    free(pairs);
}

/* A row as a connection of its own. */
static void read_row(struct conn *conn, const struct key_block *b, uint32_t at, uint32_t number,
                     const struct key *key)
{
    uint64_t forward = b->column[NFDEC_COL_BYTES][at];
    uint64_t backward = b->reverse ? b->column[NFDEC_COL_REVERSE_BYTES][at] : 0;
    bool both = b->reverse && !key->swapped && (backward || b->column[NFDEC_COL_REVERSE_PACKETS][at]);
    bool source_hi = key->reversed != key->swapped;                /* the record's source */
    uint64_t differ = (forward ^ backward) & -(uint64_t)source_hi; /* no branch: it would be a guess */
    int64_t start = (int64_t)b->column[NFDEC_COL_START][at], end = (int64_t)b->column[NFDEC_COL_END][at];
    unsigned bits = (key->icmp_unknown ? CONN_ICMP_UNKNOWN : 0u) | (both ? CONN_BIFLOW : 0u) |
                    (b->events && b->column[NFDEC_COL_EVENT][at] ? CONN_EVENT : 0u);
    uint64_t flags = b->column[NFDEC_COL_TCP_FLAGS][at], back = b->column[NFDEC_COL_REVERSE_FLAGS][at];
    uint64_t exchange = (flags ^ back) & -(uint64_t)source_hi;
    unsigned sides = key->reversed ? CONN_FLOWS_HI | CONN_FIRST_HI : CONN_FLOWS_LO | CONN_FIRST_LO;
    if (both && conn_began_hi(b->column[NFDEC_COL_BIFLOW][at], source_hi))
        bits |= CONN_BEGAN_HI;
    *conn = (struct conn) {
        .ends = key->ends,
        .rest = key->rest,
        /* an end before the start is as sent, and wrong: the flow still belongs somewhere between the two */
        .start = end < start ? end : start,
        .end = end < start ? start : end,
        .bytes = { forward ^ differ, backward ^ differ },
        .first_row = number,
        .last_row = number,
        .session = (uint32_t)b->column[NFDEC_COL_SESSION][at],
        .bits = (uint16_t)bits,
        .direction = (uint8_t)b->column[NFDEC_COL_DIRECTION][at],
        .sides = (uint8_t)(sides | conn_flags(flags ^ exchange, back ^ exchange)),
    };
}

/* Takes a row for a connection, for which there is room; returns its number. */
static uint32_t new_conn(struct pairs *pairs, const struct key *key, const struct conn *row, uint32_t tag)
{
    uint32_t number = (uint32_t)pairs->conns.count++;
    struct conn *conn = pairs_conn(pairs, number);
    *pairs_tag(pairs, number) = tag;
    *conn = *row;
    conn->bits |= key_multicast(key) ? CONN_MULTICAST : 0;
    if (key_kind(key->rest) == KEY_IP6) {
        conn->ends = pairs->ip6.count;
        memcpy(chunks_add(&pairs->ip6), key->ip6, sizeof key->ip6);
    }
    return number;
}

static bool same_key(const struct pairs *pairs, const struct conn *conn, const struct key *key)
{
    if (conn->rest != key->rest)
        return false;
    if (key_kind(key->rest) == KEY_IP6)
        return memcmp(chunks_at(&pairs->ip6, conn->ends), key->ip6, sizeof key->ip6) == 0;
    return conn->ends == key->ends;
}

static struct recent *line_of(const struct pairs *pairs, uint64_t hash)
{
    return &pairs->recent[hash & pairs->recent_mask];
}

static uint16_t mark_of(uint64_t hash)
{
    uint16_t mark = (uint16_t)(hash >> 48);
    return mark ? mark : 1;
}

/* Sets the highest bit of each mark that is `mark`; above the lowest of these, of some others too. */
static uint64_t find_mark(uint64_t marks, uint16_t mark)
{
    uint64_t differ = marks ^ mark * UINT64_C(0x0001000100010001);
    return (differ - UINT64_C(0x0001000100010001)) & ~differ & UINT64_C(0x8000800080008000);
}

/* The connection of the key, among those remembered, that is near to the row in time; NULL: none. */
static struct conn *find_conn(const struct pairs *pairs, const struct recent *line, const struct key *key,
                              const struct conn *row)
{
    for (uint64_t found = find_mark(line->marks, mark_of(key->hash)); found; found &= found - 1) {
        struct conn *conn = pairs_conn(pairs, line->conn[__builtin_ctzll(found) / 16]);
        if (same_key(pairs, conn, key) && conn_near(pairs, conn, row->start, row->end))
            return conn;
    }
    return NULL;
}

/* The oldest connection of the line is forgotten. */
static void remember(struct recent *line, uint16_t mark, uint32_t conn)
{
    uint64_t middle;
    memcpy(&middle, line->conn + 1, sizeof middle);
    line->conn[1] = line->conn[0];
    memcpy(line->conn + 2, &middle, sizeof middle);
    line->conn[0] = conn;
    line->marks = line->marks << 16 | mark;
}

static void put_row(struct pairs *pairs, const struct key *key, const struct conn *row)
{
    if (key_kind(key->rest) == KEY_ALONE) { /* without both addresses it is no part of any conversation */
        new_conn(pairs, key, row, 0);
        return;
    }
    struct recent *line = line_of(pairs, key->hash);
    struct conn *conn = find_conn(pairs, line, key, row);
    if (!conn) {
        remember(line, mark_of(key->hash), new_conn(pairs, key, row, pairs_tag_of(key->hash)));
        return;
    }
    conn_add(pairs, conn, row);
    pairs->seen |= conn->bits;
}

static void add_batch(struct pairs *pairs, const struct key_block *block, uint32_t from, uint32_t n,
                      uint64_t first_row)
{
    struct key key[BATCH];
    struct conn row[BATCH];
    widen_recent(pairs);
    chunks_grow(&pairs->conns, pairs->conns.count + n);
    chunks_grow(&pairs->tags, pairs->conns.count + n);
    key_of_rows(key, block, from, n, &pairs->scopes, pairs->seed);
    for (uint32_t i = 0; i < n; i++) {
        __builtin_prefetch(line_of(pairs, key[i].hash), 1);
        read_row(&row[i], block, from + i, (uint32_t)(first_row + i), &key[i]);
    }
    for (uint32_t i = 0; i < n; i++)
        put_row(pairs, &key[i], &row[i]);
}

/* Connections start within these times: a flow whose end is before its start is taken to go the other way. */
static void note_times(struct pairs *pairs, const struct key_block *block, uint32_t from, uint32_t to)
{
    const uint64_t *start = block->column[NFDEC_COL_START], *end = block->column[NFDEC_COL_END];
    int64_t earliest = pairs->earliest, latest = pairs->latest;
    for (uint32_t i = from; i < to; i++) {
        int64_t first = (int64_t)start[i], last = (int64_t)end[i];
        latest = first > latest ? first : latest;
        first = last < first ? last : first;
        earliest = first < earliest ? first : earliest;
    }
    pairs->earliest = earliest;
    pairs->latest = latest;
}

void pairs_add(struct pairs *pairs, const struct nfdec_columns *columns, uint32_t from, uint32_t to,
               uint64_t first_row)
{
    struct key_block block;
    key_block(&block, columns);
    note_times(pairs, &block, from, to);
    chunks_grow(&pairs->next, first_row + (to - from));
    pairs->next.count = first_row + (to - from);
    for (uint32_t at = from; at < to; at += BATCH)
        add_batch(pairs, &block, at, to - at < BATCH ? to - at : BATCH, first_row + (at - from));
}

void pairs_finish(struct pairs *pairs, const struct flow_store *store)
{
    arena_release(&pairs->recent_memory);
    pairs->recent = NULL;
    pairs_fold(pairs, store);
    if (pairs->seen & CONN_LOOK)
        pairs_look(pairs, store);
}

size_t pairs_memory(const struct pairs *pairs)
{
    return sizeof *pairs + chunks_memory(&pairs->conns) + chunks_memory(&pairs->next) +
           chunks_memory(&pairs->ip6) + chunks_memory(&pairs->tags) + pairs->recent_memory.octets +
           pairs->scopes.capacity * sizeof(struct key_scope) + pairs->scopes.slots * sizeof(uint16_t) +
           (pairs->duplicate ? pairs->next.count / 8 + 1 : 0) +
           (atomic_load(&pairs->by_row->owner) ? pairs->next.count * sizeof(uint32_t) : 0) +
           (pairs->order ? pairs_count(pairs) * sizeof *pairs->order : 0);
}

size_t pairs_used(const struct pairs *pairs)
{
    const struct chunks *all[] = { &pairs->conns, &pairs->next, &pairs->ip6, &pairs->tags };
    size_t octets = pairs_memory(pairs);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        octets -= chunks_memory(all[i]) - chunks_used(all[i]);
    return octets;
}
