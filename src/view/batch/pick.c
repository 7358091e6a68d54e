/* SPDX-License-Identifier: MIT */
#include "view/batch/pick.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "query/order.h"
#include "query/spread.h"

#define PIECE 4096u /* connections looked at in one go: whole words of bits */

/* Up to so many are found without sorting all of them. */
#define TOP_MOST 100000u

struct query_data batch_data(const struct batch *b)
{
    return (struct query_data) { .store = session_store(b->run),
                                 .ledger = session_ledger(b->run),
                                 .decoder = session_decoder(b->run),
                                 .pairs = session_pairs(b->run),
                                 .files = b->config->files,
                                 .file_count = b->config->file_count };
}

struct counting {
    const struct batch *b;
    uint64_t *chosen;
    _Atomic uint64_t count;
};

static void count_packets(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct counting *counting = user;
    const struct batch *b = counting->b;
    struct connection c;
    uint64_t count = 0;
    (void)worker;
    for (uint64_t i = from; i < to; i++) {
        pairs_get(session_pairs(b->run), session_store(b->run), (uint32_t)i, &c);
        if (c.packets[PAIR_CLIENT] + c.packets[PAIR_SERVER] < b->config->min_packets)
            continue;
        counting->chosen[i / 64] |= UINT64_C(1) << i % 64;
        count++;
    }
    counting->count += count;
}

/* A bit for each connection of so many packets; NULL: all are. */
static uint64_t *choose(const struct batch *b, uint64_t all, uint64_t *count)
{
    *count = all;
    if (b->config->min_packets == 0)
        return NULL;
    struct counting counting = { .b = b, .chosen = alloc_array(all / 64 + 1, sizeof(uint64_t)) };
    spread(b->threads, all, PIECE, count_packets, &counting, NULL);
    *count = counting.count;
    return counting.chosen;
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
    struct pick pick = { .all = true, .count = all };
    uint64_t *chosen = connections ? choose(b, all, &pick.count) : NULL;
    pick.hidden = all - pick.count;
    pick.all = !b->config->sorted && !chosen;
    if (b->config->sorted)
        sort(b, &pick, chosen, connections);
    else if (chosen)
        list(&pick, chosen, all);
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
}
