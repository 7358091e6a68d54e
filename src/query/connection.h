/* SPDX-License-Identifier: MIT */
/*
 * A connection with what its flows say at all: a value that no flow has is not there, rather than 0.
 *
 *     struct query_sets *sets = query_sets_new();             // one a thread
 *     struct query_connection c;
 *     query_connection_get(&data, sets, index, &c);
 */
#ifndef QUERY_CONNECTION_H
#define QUERY_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "names/names.h"
#include "pair/pair.h"
#include "query/data.h"

struct query_connection {
    struct connection c;
    bool start, end, packets, bytes;
    bool proto;
    bool ports, icmp; /* some exporters send no protocol: an ICMP type or ports then tell enough */
};

/* To find sets of many rows that are near each other. Owner: the caller; zeroed at first. */
#define QUERY_SETS 256
struct query_sets {
    uint32_t recent[QUERY_SETS]; /* by row: sets that may be it */
};

/* As ledger_set_of_row(). */
uint32_t query_set_of_row(const struct ledger *ledger, struct query_sets *sets, uint64_t row);

void query_connection_get(const struct query_data *data, struct query_sets *sets, uint32_t index,
                          struct query_connection *out);

/* The name of the server's port, else of the client's, which may only happen to have one. NULL: neither has. */
const char *query_connection_service(const struct query_connection *connection, const struct names *names);

/* A stable word: "both-directions". */
const char *query_reason_word(enum pair_reason reason);

#endif
