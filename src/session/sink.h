/* SPDX-License-Identifier: MIT */
/*
 * Where decoded flows go: block after block into the flow store and the pairs, on the thread that decodes and as many
 * others as wanted. Blocks are paired in order, and have their places in the store, so the result is the same.
 *
 *     struct nfdec_columns *c = sink_rows(sink);   // room for at least one row
 *     nfdec_columns_add(c, set, done, &place);
 *     sink_commit(sink);
 *     ...
 *     sink_finish(sink);                           // before anything is read
 */
#ifndef SESSION_SINK_H
#define SESSION_SINK_H

#include <stdint.h>

#include "flow/store.h"
#include "nfdec/columns.h"
#include "pair/pair.h"

struct sink;

/* `pairs` may be NULL. Both are borrowed and belong to the sink until sink_finish(). */
struct sink *sink_new(struct flow_store *store, struct pairs *pairs, unsigned threads);
void sink_free(struct sink *sink);
struct nfdec_columns *sink_rows(struct sink *sink);
void sink_commit(struct sink *sink);

/* All rows are in the store and paired; more may follow. */
void sink_finish(struct sink *sink);

#endif
