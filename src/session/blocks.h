/* SPDX-License-Identifier: MIT */
/*
 * Full blocks under way: they are decoded, packed into the flow store and paired by the thread that gives them and as many
 * others as wanted. Blocks are paired in order and have their places in the store, so the result is the same.
 *
 *     batch = blocks_begin(blocks);
 *     for (;;) {
 *         ...fill the batch...
 *         batch = blocks_give(blocks, batch, decoded);   // the next one
 *     }
 *     blocks_finish(blocks, batch);                      // more may follow
 */
#ifndef SESSION_BLOCKS_H
#define SESSION_BLOCKS_H

#include <stdbool.h>

#include "flow/store.h"
#include "pair/pair.h"
#include "session/batch.h"

struct blocks;

struct blocks_config {
    struct flow_store *store; /* borrowed, as the pairs */
    struct pairs *pairs;      /* may be NULL */
    unsigned threads;

    /* What is decoded of a batch is to be entered: in order, on the thread that gives them. */
    void (*enter)(void *user, struct batch *batch);
    void *user;
};

struct blocks *blocks_new(const struct blocks_config *config);
void blocks_free(struct blocks *blocks,
                 struct batch *batch); /* finished; and the batch that is being filled */
struct batch *blocks_begin(struct blocks *blocks);

/* A full batch, decoded or not, is the others' from now on. Returns the one to be filled next, an empty one. */
struct batch *blocks_give(struct blocks *blocks, struct batch *batch, bool decoded);

/* Whether there are other threads, and whether they have time to decode. */
bool blocks_shared(const struct blocks *blocks);
bool blocks_idle(struct blocks *blocks);

/* All that was given is done with, and the rows of the batch under way, which is decoded, are paired. */
void blocks_finish(struct blocks *blocks, struct batch *batch);

#endif
