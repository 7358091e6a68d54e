/* SPDX-License-Identifier: MIT */
#include "view/batch/pick.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "query/order.h"
#include "query/spread.h"
#include "session/data.h"

#define PIECE 4096u /* connections looked at in one go: whole words of bits */

/* Up to so many are found without sorting all of them. */
#define TOP_MOST 100000u

struct query_data batch_data(const struct batch *b)
{
    return session_data(b->run, b->config->files, b->config->file_count);
}

struct counting {
    const struct batch *b;
    uint64_t *chosen;
};

/* Takes away those of fewer packets. */
static void count_packets(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    const struct counting *counting = user;
    const struct batch *b = counting->b;
    struct connection c;
    (void)worker;
    for (uint64_t i = from; i < to; i++) {
        if (!filter_bit(counting->chosen, i))
            continue;
        pairs_get(session_pairs(b->run), session_store(b->run), (uint32_t)i, &c);
        if (c.packets[PAIR_CLIENT] + c.packets[PAIR_SERVER] < b->config->min_packets)
            counting->chosen[i / 64] &= ~(UINT64_C(1) << i % 64);
    }
}

/* A bit for each that the filter and --min-packets let through, counted in *pick; NULL: all are. */
static uint64_t *choose(const struct batch *b, uint64_t all, bool connections, struct pick *pick)
{
    const uint64_t *match = match_bits(b->match);
    bool packets = connections && b->config->min_packets > 0;
    pick->count = all;
    if (!match && !packets)
        return NULL;
    uint64_t *chosen = alloc_array(filter_words(all) + 1, sizeof *chosen);
    for (size_t i = 0; i < filter_words(all); i++)
        chosen[i] = match ? match[i] : UINT64_MAX;
    pick->count = match ? filter_count(match, all) : all;
    pick->unmatched = all - pick->count;
    struct counting counting = { .b = b, .chosen = chosen };
    if (packets)
        spread(b->threads, all, PIECE, count_packets, &counting, NULL);
    pick->hidden = pick->count;
    pick->count = filter_count(chosen, all);
    pick->hidden -= pick->count;
    return chosen;
}

static void list(struct pick *pick, const uint64_t *chosen, uint64_t all)
{
    uint64_t count = 0;
    pick->item = alloc_array(pick->count ? pick->count : 1, sizeof *pick->item);
    for (uint64_t i = 0; i < all && count < pick->count; i++)
        if (chosen[i / 64] >> i % 64 & 1)
            pick->item[count++] = (uint32_t)i;
}

static void sort(const struct batch *b, struct pick *pick, const uint64_t *chosen, bool connections)
{
    const struct batch_config *config = b->config;
    struct query_data data = batch_data(b);
    struct order_request request = { .data = &data,
                                     .field = config->sort,
                                     .connections = connections,
                                     .descending = config->descending,
                                     .chosen = chosen,
                                     .names = config->names,
                                     .threads = b->threads };
    bool few = config->limit > 0 && config->limit <= TOP_MOST;
    uint64_t room = few && config->limit < pick->count ? config->limit : pick->count;
    pick->item = alloc_array(room ? room : 1, sizeof *pick->item);
    pick->count = few ? order_top(&request, room, pick->item, NULL) : order_all(&request, pick->item, NULL);
}

static struct pick pick_items(const struct batch *b, uint64_t all, bool connections)
{
    struct pick pick = { .all = true };
    uint64_t *chosen = choose(b, all, connections, &pick);
    pick.all = !b->config->sorted && !(connections && chosen);
    if (b->config->sorted)
        sort(b, &pick, chosen, connections);
    else if (!pick.all)
        list(&pick, chosen, all);
    pick.chosen = pick.all ? chosen : NULL;
    if (!pick.all)
        free(chosen);
    return pick;
}

struct pick pick_flows(const struct batch *b)
{
    return pick_items(b, flow_store_rows(session_store(b->run)), false);
}

struct pick pick_connections(const struct batch *b)
{
    return pick_items(b, pairs_count(session_pairs(b->run)), true);
}

void pick_release(struct pick *pick)
{
    free(pick->item);
    free(pick->chosen);
}
