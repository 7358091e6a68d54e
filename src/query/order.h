/* SPDX-License-Identifier: MIT */
/*
 * Flows or connections in the order of a field: the first screenful at once, then all of them.
 *
 *     struct order_request request = { .data = &data, .field = field, .threads = 2 };
 *     count = order_top(&request, 100, first, &job);          // tens of milliseconds for ten million
 *     count = order_all(&request, all, &job);                 // half a second
 *     count = order_all_early(&request, &early, all, &job);   // both in one
 *
 * Stable: items of equal values stay in the order of the capture, whether the order rises or falls; those without a
 * value come last. Numbers, times and counters go by their value, addresses by theirs, IPv4 before IPv6; text does as
 * memcmp() says, service names included; a connection's `exporter` and what else only flows have cannot be asked for.
 * The result does not depend on the number of threads.
 *
 * While order_all() works it takes 28 octets an item, and eight more where there are addresses of IPv6.
 */
#ifndef QUERY_ORDER_H
#define QUERY_ORDER_H

#include <stdint.h>

#include "query/job.h"
#include "query/order_request.h"

#define ORDER_CANCELLED UINT64_MAX

/* How many items there are to order: the size of the array for order_all(). */
uint64_t order_count(const struct order_request *request);

/* Writes the numbers of the first `most` and returns how many these are; ORDER_CANCELLED. */
uint64_t order_top(const struct order_request *request, uint64_t most, uint32_t *out, struct query_job *job);

/* Writes the numbers of all and returns how many; ORDER_CANCELLED. Progress is in items, each twice. */
uint64_t order_all(const struct order_request *request, uint32_t *out, struct query_job *job);

/* Who wants the first `most` before all are in order. */
struct order_early {
    uint64_t most;
    /* On the calling thread; `numbers` are valid until it returns. */
    void (*found)(void *user, const uint32_t *numbers, uint64_t count);
    void *user;
};

/* The same, and tells `early` on the way: values are read once for both. */
uint64_t order_all_early(const struct order_request *request, const struct order_early *early, uint32_t *out,
                         struct query_job *job);

#endif
