/* SPDX-License-Identifier: MIT */
/*
 * Connections under evaluation: their own values, read from what is kept of connections, many at a time, where all flows
 * say enough; else from the flows of the one in hand. Private to src/query/filter*.c.
 *
 *     struct filter_own *own = filter_own_new(filter, data);    // one a thread
 *     filter_own_move(own, index);
 *     if (filter_own_ask(own, leaf))
 */
#ifndef QUERY_FILTER_OWN_H
#define QUERY_FILTER_OWN_H

#include "query/connection.h"
#include "query/filter_tree.h"

#define OWN_MOST 64u /* connections that are read at a time */

struct filter_own {
    const struct query_data *data;
    struct names *names; /* NULL: none */
    uint32_t every;      /* columns that all flows have */
    uint32_t near;       /* connections that are read at a time: 1 where those that are asked are apart */
    bool addresses;      /* some question is about them */
    uint32_t index;      /* the one in hand */
    uint32_t end_from[2], end_count[2], summary_from, summary_count;
    bool got; /* `connection` is of the one in hand */
    struct query_sets sets;
    struct query_connection connection;
    struct addr address;              /* of the last value that was one */
    struct pair_end end[2][OWN_MOST]; /* by enum pair_side */
    struct pair_summary summary[OWN_MOST];
};

struct filter_own *filter_own_new(const struct filter *filter, const struct query_data *data, uint32_t every);

static inline void filter_own_move(struct filter_own *own, uint32_t index)
{
    own->index = index;
    own->got = false;
}

bool filter_own_ask(struct filter_own *own, const struct filter_leaf *leaf);

/* Whether its values are known without the flows of a connection, but for sums. */
bool filter_own_quick(uint32_t every, const struct filter_leaf *leaf);

#endif
