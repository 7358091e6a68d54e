/* SPDX-License-Identifier: MIT */
/*
 * Values of a field as numbers that order it, a thousand rows or connections at a time. Private to src/query/order*.c.
 *
 *     struct order_keys keys;
 *     order_keys_init(&keys, &request, job);                          // shared by all threads
 *     struct order_reader *reader = order_reader_new(&keys);          // of one thread, to be freed
 *     order_read(reader, block);                                      // items block * ORDER_BLOCK ...
 *     ...reader->key[i], reader->low[i], reader->state[i]...
 */
#ifndef QUERY_ORDER_KEYS_H
#define QUERY_ORDER_KEYS_H

#include "query/job.h"
#include "query/order_reader.h"

/* When it was cancelled there may be wrong values. */
void order_keys_init(struct order_keys *keys, const struct order_request *request, struct query_job *job);
void order_keys_release(struct order_keys *keys);

static inline uint64_t order_blocks(const struct order_keys *keys)
{
    return (keys->count + ORDER_BLOCK - 1) / ORDER_BLOCK;
}

static inline bool order_is_chosen(const struct order_request *request, uint64_t item)
{
    return !request->chosen || request->chosen[item / 64] >> item % 64 & 1;
}

struct order_reader *order_reader_new(const struct order_keys *keys);
void order_read(struct order_reader *reader, uint64_t block);

#endif
