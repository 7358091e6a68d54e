/* SPDX-License-Identifier: MIT */
/* Connections, or flows by what their connections are, under evaluation. Private to src/query/filter*.c. */
#ifndef QUERY_FILTER_PAIRS_H
#define QUERY_FILTER_PAIRS_H

#include "query/filter_answers.h"

/* What a part of a filter asks, by number of its node. */
enum filter_asks { ASKS_FLOW = 1, ASKS_CONNECTION = 2 };

/*
 * What flows can be asked instead, so that no connection that matches is left out: one of its flows at least says yes, the
 * one with which it matches. NULL: there is no such question. The memory is the caller's; tests are shared.
 */
struct filter_node *filter_weaken(struct arena *memory, const struct filter_node *node, const uint8_t *asks);

struct filter_pairs;

struct filter_pairs *filter_pairs_new(const struct filter *filter, const struct query_data *data,
                                      bool connections, unsigned threads);
void filter_pairs_free(struct filter_pairs *pairs);

/* Sets the bits of those of from ... to - 1 that match, and clears the others; `from` begins a word. False: cancelled. */
bool filter_pairs_ask(struct filter_pairs *pairs, uint32_t from, uint32_t to, struct query_job *job,
                      uint64_t *connections);

/* The same of a few that may be anywhere: the bits are of their places. */
bool filter_pairs_pick(struct filter_pairs *pairs, const uint32_t *numbers, uint32_t count,
                       struct query_job *job, uint64_t *out);

/* Of all flows. */
bool filter_pairs_rows(struct filter_pairs *pairs, struct query_job *job, uint64_t *rows);

#endif
