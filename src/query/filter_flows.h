/* SPDX-License-Identifier: MIT */
/* Parts of a filter over all flows. Private to src/query/filter*.c. */
#ifndef QUERY_FILTER_FLOWS_H
#define QUERY_FILTER_FLOWS_H

#include "query/filter_rows.h"
#include "query/spread.h"

/* A part of a filter that asks for nothing of connections. Progress is added to the job's. */
bool filter_flows_node(const struct filter *filter, const struct filter_node *node,
                       const struct query_data *data, unsigned threads, struct query_job *job,
                       uint64_t *rows);

/* What a part of a filter asks, by number of its node. */
enum filter_asks { ASKS_FLOW = 1, ASKS_CONNECTION = 2 };

/*
 * What flows can be asked instead, so that no connection that matches is left out: one of its flows at least says yes, the
 * one with which it matches. NULL: there is no such question. The memory is the caller's; tests are shared.
 */
struct filter_node *filter_weaken(struct arena *memory, const struct filter_node *node, const uint8_t *asks);

/* Flows by what their connections are. */
bool filter_rows_by_pairs(const struct filter *filter, const struct query_data *data, unsigned threads,
                          struct query_job *job, uint64_t *rows);

#endif
