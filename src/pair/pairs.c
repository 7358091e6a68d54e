/* SPDX-License-Identifier: MIT */
#include "pair/pairs.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/alloc.h"

#define TOLERANCE_DEFAULT (30000 * INT64_C(1000000))
#define RECENT_FIRST      (PART_LINES * PARTS) /* lines: a quarter of a mebioctet, so that few flows cost little */
#define RECENT_MOST       (1u << 19) /* 16 MiB: answers of busy networks come behind two million other questions */

static void make_secret(struct key_secret *secret)
{
    if (getrandom(secret, sizeof *secret, GRND_NONBLOCK) == sizeof *secret)
        return;
    for (size_t i = 0; i < sizeof secret->word / sizeof *secret->word;
         i++) /* a machine that has just started */
        secret->word[i] = (uint64_t)(uintptr_t)secret * (2 * i + 0x9E3779B97F4A7C15u);
}

struct pairs *pairs_new(const struct pairs_config *config)
{
    struct pairs *pairs = alloc_new(sizeof *pairs);
    pairs->by_row = alloc_new(sizeof *pairs->by_row);
    pairs->family = config ? config->family : NULL;
    pairs->user = config ? config->user : NULL;
    pairs->threads = config ? config->threads : 1;
    bool given = config && config->recent_lines;
    pairs->tolerance = config && config->tolerance ? config->tolerance : TOLERANCE_DEFAULT;
    make_secret(&pairs->secret);
    pairs->conns = (struct chunks) { .size = sizeof(struct conn), .shift = CONN_SHIFT };
    pairs->next = (struct chunks) { .size = sizeof(uint32_t), .shift = NEXT_SHIFT };
    pairs->earliest = INT64_MAX;
    pairs->latest = INT64_MIN;
    pairs->look = (struct chunks) { .size = sizeof(uint64_t), .shift = 10 };
    pairs->lately_most = given ? config->recent_lines : RECENT_MOST;
    lately_make(&pairs->lately[LATELY_MOST], given ? config->recent_lines : RECENT_FIRST);
    lately_make(&pairs->lately[LATELY_SCOUTS], given ? config->recent_lines : RECENT_MOST / SCOUTS);
    return pairs;
}

void pairs_free(struct pairs *pairs)
{
    if (!pairs)
        return;
    chunks_release(&pairs->conns);
    chunks_release(&pairs->next);
    chunks_release(&pairs->look);
    arena_release(&pairs->part_memory);
    for (unsigned i = 0; i < LATELYS; i++)
        arena_release(&pairs->lately[i].memory);
    key_scopes_release(&pairs->scopes);
    free(pairs->duplicate);
    free(pairs->order);
    rows_forget(pairs);
    free(pairs->by_row);
    free(pairs);
}

void pairs_finish(struct pairs *pairs, const struct flow_store *store)
{
    pairs_fold(pairs, store);
    pairs_look(pairs, store);
    chunks_release(&pairs->look);
}

size_t pairs_memory(const struct pairs *pairs)
{
    return sizeof *pairs + chunks_memory(&pairs->conns) + chunks_memory(&pairs->next) +
           chunks_memory(&pairs->look) + pairs->part_memory.octets +
           pairs->lately[LATELY_MOST].memory.octets + pairs->lately[LATELY_SCOUTS].memory.octets +
           pairs->scopes.capacity * sizeof *pairs->scopes.scope + pairs->scopes.slots * sizeof(uint16_t) +
           (pairs->duplicate ? pairs->next.count / 8 + 1 : 0) +
           (atomic_load(&pairs->by_row->owner) ? pairs->next.count * sizeof(uint32_t) : 0) +
           (pairs->order ? pairs_count(pairs) * sizeof *pairs->order : 0);
}

size_t pairs_used(const struct pairs *pairs)
{
    const struct chunks *all[] = { &pairs->conns, &pairs->next, &pairs->look };
    size_t octets = pairs_memory(pairs) - (pairs->part_memory.octets - pairs->part_memory.used);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        octets -= chunks_memory(all[i]) - chunks_used(all[i]);
    return octets;
}
