/* SPDX-License-Identifier: MIT */
/*
 * Where records of data sets go: they become rows, block after block, of the flow store and are paired, on the thread
 * that reads and as many others as wanted. A block is decoded and packed by one of them; blocks are paired in order,
 * what the sets say is entered in order, and rows have their places beforehand, so the result is the same.
 *
 *     sink_take(sink, set, entry);    // `enter` is called for it, now or later
 *     ...
 *     sink_finish(sink);              // before anything is read
 */
#ifndef SESSION_SINK_H
#define SESSION_SINK_H

#include <stdint.h>

#include "flow/store.h"
#include "pair/pair.h"
#include "session/batch.h"

struct sink;

/* All rows of a set. */
struct sink_set {
    const struct nfdec_set *set; /* without its octets */
    uint64_t first_row;          /* in the store; LEDGER_NO_ROW */
    uint32_t entry;              /* in the ledger */
    const struct audit *audit;
};

struct sink_config {
    struct flow_store *store; /* NULL: rows are looked at and not kept */
    struct pairs *pairs;      /* may be NULL */
    unsigned threads;
    bool at_once; /* sets are entered before sink_take() returns */

    /* What came of sets, in the order in which they were taken, on the thread that calls sink_take(). */
    void (*rows)(void *user, const struct batch_flows *flows, const struct nfdec_columns *columns);
    void (*set)(void *user, const struct sink_set *set); /* ... behind all its rows */
    void *user;
};

/* Store and pairs are borrowed and belong to the sink until sink_finish(). */
struct sink *sink_new(const struct sink_config *config);
void sink_free(struct sink *sink);
void sink_take(struct sink *sink, const struct nfdec_set *set, uint32_t entry);

/* Room for at least one row, for those who have rows and no set; then they are the store's. */
struct nfdec_columns *sink_rows(struct sink *sink);
void sink_commit(struct sink *sink);

/* All rows are in the store, entered and paired; more may follow. */
void sink_finish(struct sink *sink);

#endif
