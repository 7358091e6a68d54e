/* SPDX-License-Identifier: MIT */
/*
 * The first ones of an order, found while values are read, block after block, by several threads: each keeps the best it
 * has seen. Private to src/query/order*.c.
 *
 *     struct order_first first;
 *     order_first_init(&first, &keys, most, workers, job);
 *     ...order_read(reader, block), order_first_offer(&first, worker, reader, block)...    // each block once
 *     count = order_first_take(&first, numbers);
 *     order_first_release(&first);
 */
#ifndef QUERY_ORDER_FIRST_H
#define QUERY_ORDER_FIRST_H

#include "query/order_keys.h"

struct order_pool;

struct order_first {
    const struct order_keys *keys; /* borrowed */
    uint64_t most;                 /* never more than there are items */
    struct order_pool *pools;      /* by worker */
    unsigned workers;
};

void order_first_init(struct order_first *first, const struct order_keys *keys, uint64_t most,
                      unsigned workers, struct query_job *job);
void order_first_release(struct order_first *first);

/* Of one worker each by one thread at a time. */
void order_first_offer(struct order_first *first, unsigned worker, const struct order_reader *reader,
                       uint64_t block);

/* When all blocks were offered, once: numbers of the first ones, for which there is room for `most`; how many. */
uint64_t order_first_take(struct order_first *first, uint32_t *out);

#endif
