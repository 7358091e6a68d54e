/* SPDX-License-Identifier: MIT */
/* Which rows count, and which of them stand for their connection. Private to src/query. */
#ifndef QUERY_STATS_BASE_H
#define QUERY_STATS_BASE_H

#include <stdbool.h>
#include <stdint.h>

#include "query/connection.h"
#include "query/data.h"
#include "query/job.h"
#include "query/stats_request.h"

struct stats_base {
    const struct query_data *data;
    const uint64_t *chosen; /* NULL: all */
    bool records;           /* duplicates count, too */
    /* For spread() over connections, where one may be in several groups; NULL: it is in the same ones with all flows. */
    void (*mark)(void *base, unsigned worker, uint64_t from, uint64_t to);
    const struct stats_request *request; /* for `mark` */
    unsigned threads;
    bool all;                     /* every row counts */
    bool reverse;                 /* flows may carry counters of the other direction */
    uint8_t has;                  /* enum stats_has of every flow, ... */
    bool mixed;                   /* ... or this is a matter of its template: stats_base_has() */
    uint8_t *first[2];            /* by row: 1 where it stands for its connection in the group of that end */
    _Atomic uint64_t connections; /* that have a flow that counts */
};

/* The members up to `threads` are the caller's. False: cancelled. stats_base_release() in any case. */
bool stats_base_init(struct stats_base *base, struct query_job *job);
void stats_base_release(struct stats_base *base);

static inline bool stats_base_counts(const struct stats_base *base, uint64_t row)
{
    if (base->chosen && !(base->chosen[row / 64] >> row % 64 & 1))
        return false;
    return base->records || !pairs_row_duplicate(base->data->pairs, (uint32_t)row);
}

/* enum stats_has of a flow, by the set it came in. */
uint8_t stats_base_look(const struct stats_base *base, uint64_t row, struct query_sets *sets);

static inline uint8_t stats_base_has(const struct stats_base *base, uint64_t row, struct query_sets *sets)
{
    return base->mixed ? stats_base_look(base, row, sets) : base->has;
}

static inline bool stats_base_first(const struct stats_base *base, unsigned end, uint64_t row)
{
    return base->first[end][row];
}

/* Of a connection's rows, from this one on, the first that counts; PAIR_NONE. */
uint32_t stats_base_next(const struct stats_base *base, uint32_t row);
void stats_base_mark(struct stats_base *base, unsigned end, uint32_t row);

/* The key of an address, or of its net where these are wanted. */
struct stats_key stats_address_key(const struct stats_request *request, const struct addr *address);
void stats_cut_address(const struct stats_request *request, struct stats_key *key);

#endif
