/* SPDX-License-Identifier: MIT */
/*
 * How many connections are remembered is a matter of traffic. Mostly an answer comes soon, and a table that stays in the
 * cache is the faster one; busy networks have a million other connections in between. So keys of some hashes, the scouts,
 * have a table of their own, as large, for as many as they are, as there may be. Where they find more than the others
 * do, these get more lines.
 */
#include "pair/pairs.h"

#define GROWTH     8u
#define LOOK_AFTER 4096u /* rows of scouts */
#define WORTH      32u   /* more lines are worth it where one row in so many finds its connection by them */
#define AHEAD      8u

void lately_make(struct lately *lately, uint32_t lines)
{
    arena_release(&lately->memory);
    *lately = (struct lately) { .mask = lines - 1 };
    lately->line = arena_take(&lately->memory, lines * sizeof *lately->line);
}

void pairs_forget(struct pairs *pairs, uint64_t at, uint64_t entry)
{
    struct part *part = &pairs->part[at / PART_LINES % PARTS];
    if (!entry)
        return;
    if (part->slots % PART_SLOTS == 0) {
        union part_slot *piece = arena_take(&pairs->part_memory, PART_SLOTS * sizeof *piece);
        piece->before = part->piece;
        part->piece = piece;
        part->slots++;
    }
    __builtin_prefetch(&part->piece[(part->slots + AHEAD) % PART_SLOTS], 1);
    part->piece[part->slots++ % PART_SLOTS].entry = entry;
}

static bool more_would_help(const struct lately *most, const struct lately *scouts)
{
    uint64_t enough = (uint64_t)most->found + most->asked / WORTH;
    return (uint64_t)scouts->found * most->asked > enough * scouts->asked;
}

/* A larger table begins anew: what is forgotten is folded in at the end. */
static void widen(struct pairs *pairs, struct lately *most)
{
    uint32_t lines = most->mask + 1;
    for (uint32_t at = 0; at < lines; at++)
        for (unsigned way = 0; way < RECENT_WAYS; way++)
            pairs_forget(pairs, at, recent_entry(&most->line[at], way));
    lately_make(most, lines * GROWTH);
}

void lately_look(struct pairs *pairs)
{
    struct lately *most = &pairs->lately[LATELY_MOST], *scouts = &pairs->lately[LATELY_SCOUTS];
    if (most->mask + 1 >= pairs->lately_most || scouts->asked < LOOK_AFTER)
        return;
    if (more_would_help(most, scouts))
        widen(pairs, most);
    most->asked = most->found = scouts->asked = scouts->found = 0;
}
