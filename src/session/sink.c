/* SPDX-License-Identifier: MIT */
#include "session/sink.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/stage.h"

#define BLOCKS 8u /* wide blocks under way between threads */

struct sink {
    struct flow_store *store;
    struct pairs *pairs;
    struct stage *pairing, *sealing; /* NULL: done by the stage before */
    struct queue *spare;             /* blocks to fill; NULL: one thread */
    uint64_t paired;                 /* rows given to pairs_add() */
};

/* The rows of a block that are not paired yet: all of them, unless sink_finish() has seen it half full. */
static void pair_rows(struct sink *sink, const struct nfdec_columns *block)
{
    uint32_t from = (uint32_t)(sink->paired % NFDEC_ROWS);
    if (!sink->pairs || from >= block->rows)
        return;
    pairs_add(sink->pairs, block, from, block->rows, sink->paired);
    sink->paired += block->rows - from;
}

static void seal(void *user, void *item)
{
    struct sink *sink = user;
    flow_store_append(sink->store, item);
    queue_put(sink->spare, item);
}

/* The stage behind decoding: pairs a block while it is in the cache, then seals it or has it sealed. */
static void pair_and_pass_on(void *user, void *item)
{
    struct sink *sink = user;
    pair_rows(sink, item);
    if (sink->sealing)
        stage_give(sink->sealing, item);
    else
        seal(sink, item);
}

static void release_threads(struct sink *sink)
{
    stage_free(sink->pairing);
    stage_free(sink->sealing);
    for (unsigned i = 0; i < BLOCKS && sink->spare; i++)
        free(queue_take(sink->spare));
    queue_free(sink->spare);
    sink->pairing = sink->sealing = NULL;
    sink->spare = NULL;
}

struct sink *sink_new(struct flow_store *store, struct pairs *pairs, unsigned threads)
{
    struct sink *sink = alloc_new(sizeof *sink);
    sink->store = store;
    sink->pairs = pairs;
    if (threads < 2)
        return sink;
    sink->spare = queue_new(BLOCKS);
    for (unsigned i = 0; i < BLOCKS; i++)
        queue_put(sink->spare, alloc_new(sizeof(struct nfdec_columns)));
    if (threads > 2 && pairs)
        sink->sealing = stage_new(BLOCKS, seal, sink);
    sink->pairing = stage_new(BLOCKS, pair_and_pass_on, sink);
    if (!sink->pairing) /* then the thread that decodes does all of it */
        release_threads(sink);
    return sink;
}

void sink_free(struct sink *sink)
{
    if (!sink)
        return;
    release_threads(sink);
    free(sink);
}

struct nfdec_columns *sink_rows(struct sink *sink)
{
    return flow_store_tail(sink->store);
}

void sink_commit(struct sink *sink)
{
    struct nfdec_columns *tail = flow_store_tail(sink->store);
    if (tail->rows < NFDEC_ROWS)
        return;
    if (sink->pairing) {
        stage_give(sink->pairing, flow_store_detach(sink->store, queue_take(sink->spare)));
        return;
    }
    pair_rows(sink, tail);
    flow_store_commit(sink->store);
}

void sink_finish(struct sink *sink)
{
    stage_wait(sink->pairing);
    stage_wait(sink->sealing);
    pair_rows(sink, flow_store_tail(sink->store));
}
