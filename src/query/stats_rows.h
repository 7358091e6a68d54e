/* SPDX-License-Identifier: MIT */
/* Groups of flows, row by row. Private to src/query. */
#ifndef QUERY_STATS_ROWS_H
#define QUERY_STATS_ROWS_H

#include "query/order_keys.h"
#include "query/stats_request.h"
#include "query/stats_base.h"

/* Of a whole pass: shared by its threads. */
struct stats_pass {
    const struct stats_request *request;
    const struct stats_base *base;
    struct order_keys keys[2]; /* of the fields that flows are told apart by */
    unsigned ends;             /* how many of them there are */
    unsigned part, parts;      /* only keys of this part of all are taken */
    struct stats_worker *workers;
    struct query_job *job;
    _Atomic bool full; /* some table was: there have to be more parts */
};

/* Of one thread. */
struct stats_worker {
    struct stats_table table;
    struct stats_sums total, none; /* in the first part */
    struct query_sets sets;
    struct order_reader *reader[2];
    /* of a block: counters, and the keys of both ends */
    uint64_t bytes[2][ORDER_BLOCK],
        packets[2][ORDER_BLOCK]; /* of each end, or of the flow and of what came back */
    uint64_t session[ORDER_BLOCK];
    struct stats_key key[2][ORDER_BLOCK];
    bool bare[ORDER_BLOCK]; /* neither end has a key */
};

/* Takes a key of this part. Once the table is full nothing counts any more. */
void stats_take(struct stats_pass *pass, struct stats_worker *worker, const struct stats_key *key,
                const struct stats_sums *sums);

/* For spread(): blocks of rows. */
void stats_take_blocks(void *user, unsigned worker, uint64_t from, uint64_t to);

/* For spread(): connections by their server's port. */
void stats_take_connections(void *user, unsigned worker, uint64_t from, uint64_t to);

#endif
