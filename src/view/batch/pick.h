/* SPDX-License-Identifier: MIT */
/*
 * Which flows or connections are shown, and in what order: those that --min-packets does not hide, by --sort, as many as
 * --limit lets through.
 */
#ifndef VIEW_BATCH_PICK_H
#define VIEW_BATCH_PICK_H

#include <stdbool.h>
#include <stdint.h>

#include "view/batch/run.h"

struct pick {
    bool all;       /* in the order there is: `item` is NULL */
    uint32_t *item; /* rows, or indices of connections */
    uint64_t count;
    uint64_t hidden;    /* connections of fewer packets */
    uint64_t unmatched; /* ... or that the filter does not let through */
    uint64_t *chosen;   /* `all` of these: a bit each; NULL: every one */
};

/* To be released. */
struct pick pick_flows(const struct batch *b);
struct pick pick_connections(const struct batch *b);
void pick_release(struct pick *pick);

/* What queries are asked of. */
struct query_data batch_data(const struct batch *b);

static inline uint32_t pick_at(const struct pick *pick, uint64_t index)
{
    return pick->all ? (uint32_t)index : pick->item[index];
}

#endif
