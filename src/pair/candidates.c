/* SPDX-License-Identifier: MIT */
#include "pair/candidates.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/vectors.h"
#include "pair/pairs.h"

struct candidates *candidates_new(void)
{
    return alloc_new(sizeof(struct candidates));
}

void candidates_free(struct candidates *candidates)
{
    free(candidates);
}

/* Who sent each flow, and with which flags, as connections have it; without branches, as both are as good as random. */
static WIDE_VECTORS void find_natures(struct candidates *c)
{
    const uint64_t *flags = c->block.column[NFDEC_COL_TCP_FLAGS],
                   *back = c->block.column[NFDEC_COL_REVERSE_FLAGS],
                   *session = c->block.column[NFDEC_COL_SESSION],
                   *direction = c->block.column[NFDEC_COL_DIRECTION];
    const uint64_t lo_sent = CONN_FLOWS_LO | CONN_FIRST_LO, hi_sent = CONN_FLOWS_HI | CONN_FIRST_HI;
    for (uint32_t i = 0; i < c->block.columns->rows; i++) {
        uint64_t turn = c->keys.turn[i];
        uint64_t exchange = (flags[i] ^ back[i]) & -(turn / KEY_SOURCE_HI & 1);
        uint64_t sides = lo_sent ^ ((lo_sent ^ hi_sent) & -(turn / KEY_REVERSED & 1));
        uint64_t bits =
            (turn / KEY_ICMP_UNKNOWN & 1) * CONN_ICMP_UNKNOWN | (turn / KEY_MULTICAST & 1) * CONN_MULTICAST;
        sides |= conn_flags(flags[i] ^ exchange, back[i] ^ exchange);
        c->nature[i] = (session[i] & 0xffffffff) | bits << NATURE_BITS |
                       (direction[i] & 0xff) << NATURE_DIRECTION | sides << NATURE_SIDES;
    }
}

/* A flow whose end is before its start is taken to go the other way. */
static WIDE_VECTORS void note_times(struct candidates *c)
{
    const int64_t *start = (const int64_t *)c->block.column[NFDEC_COL_START],
                  *end = (const int64_t *)c->block.column[NFDEC_COL_END];
    int64_t earliest = INT64_MAX, latest = INT64_MIN;
    for (uint32_t i = 0; i < c->block.columns->rows; i++) {
        int64_t first = start[i] < end[i] ? start[i] : end[i];
        earliest = first < earliest ? first : earliest;
        latest = start[i] > latest ? start[i] : latest;
    }
    c->earliest = earliest;
    c->latest = latest;
}

static WIDE_VECTORS void find_scopes(struct candidates *c)
{
    const uint64_t *vlan = c->block.column[NFDEC_COL_VLAN], *vrf = c->block.column[NFDEC_COL_VRF];
    for (uint32_t i = 0; i < c->block.columns->rows; i++)
        c->scope[i] = (vrf[i] & 0xffffffff) << 16 | (vlan[i] & 0xffff);
}

/* What records with counters of both directions, and of events, say. */
static void add_told(struct candidates *c)
{
    const uint64_t *const *column = c->block.column;
    for (uint32_t i = 0; i < c->block.columns->rows; i++) {
        bool both = c->block.reverse && !(c->keys.turn[i] & KEY_SWAPPED) &&
                    (column[NFDEC_COL_REVERSE_BYTES][i] || column[NFDEC_COL_REVERSE_PACKETS][i]);
        bool source_hi = (c->keys.turn[i] & KEY_SOURCE_HI) != 0;
        bool began_hi = both && conn_began_hi(column[NFDEC_COL_BIFLOW][i], source_hi);
        bool event = c->block.events && column[NFDEC_COL_EVENT][i];
        uint64_t bits =
            (both ? CONN_BIFLOW : 0u) | (began_hi ? CONN_BEGAN_HI : 0u) | (event ? CONN_EVENT : 0u);
        c->nature[i] |= bits << NATURE_BITS;
    }
}

void candidates_make(struct candidates *candidates, const struct pairs *pairs,
                     const struct nfdec_columns *columns)
{
    key_block(&candidates->block, columns);
    keys_make(&candidates->keys, &candidates->block, &pairs->secret);
    find_natures(candidates);
    find_scopes(candidates);
    note_times(candidates);
    if (candidates->block.reverse || candidates->block.events)
        add_told(candidates);
}
