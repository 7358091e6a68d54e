/* SPDX-License-Identifier: MIT */
#include "session/blocks.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"

#define WORKERS (FLOW_LANES - 1) /* threads beside the caller's: for more there is not enough to do */
#define BLOCKS  16u              /* wide blocks: one is filled, the others are under way or spare */
#define BACKLOG 14u              /* blocks under way, from which on the others have enough to do ... */
#define PAIRED  5u               /* ... where they pair, too: as measured, more of them leave the caches */

/* A full block; it is done with when it is decoded, entered, paired, all before it having been, and sealed. */
struct full {
    struct batch *batch;
    struct flow_slot *slot;
    bool decoded, paired, sealed;
    bool claimed; /* somebody decodes and seals it, or did */
};

struct worker {
    struct blocks *blocks;
    unsigned lane;
    pthread_t thread;
};

/*
 * Whoever has nothing better to do takes the next job there is: to pair the next block, which is one thread's at a time
 * and in order, before to decode and seal one. Numbers count blocks from the first one on.
 */
struct blocks {
    struct blocks_config config;
    struct worker worker[WORKERS];
    unsigned workers;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    struct full full[BLOCKS];  /* by number modulo BLOCKS */
    uint64_t filled;           /* blocks that were given */
    uint64_t pair_at, seal_at; /* the next one to be paired; to be looked at for decoding and sealing */
    uint64_t entered;          /* up to here their sets are entered */
    uint64_t done;             /* up to here they are done with */
    struct batch *spare[BLOCKS];
    unsigned spares;
    bool pairing, ended;
    uint64_t rows_paired; /* belongs to the one that pairs */
};

/* What pairing can begin with while the rows, which are decoded, are in this thread's cache. */
static void make_candidates(struct blocks *blocks, struct batch *batch)
{
    if (!blocks->config.pairs)
        return;
    if (!batch->candidates)
        batch->candidates = candidates_new();
    candidates_make(batch->candidates, blocks->config.pairs, batch->columns);
}

/* The rows of a block that are not paired yet: all of them, unless blocks_finish() has seen it half full. */
static void pair_rows(struct blocks *blocks, const struct batch *batch)
{
    uint32_t from = (uint32_t)(blocks->rows_paired % NFDEC_ROWS);
    if (!blocks->config.pairs || from >= batch->columns->rows)
        return;
    pairs_enter(blocks->config.pairs, batch->candidates, from, blocks->rows_paired);
    blocks->rows_paired += batch->columns->rows - from;
}

/* What is decoded of full blocks, as far as all before it is. */
static void enter_blocks(struct blocks *blocks)
{
    struct full *full;
    while (blocks->entered < blocks->filled && (full = &blocks->full[blocks->entered % BLOCKS])->decoded) {
        pthread_mutex_unlock(&blocks->lock);
        blocks->config.enter(blocks->config.user, full->batch);
        pthread_mutex_lock(&blocks->lock);
        blocks->entered++;
    }
}

static void finish_blocks(struct blocks *blocks)
{
    while (blocks->done < blocks->entered) {
        struct full *full = &blocks->full[blocks->done % BLOCKS];
        if (!full->paired || !full->sealed)
            return;
        blocks->spare[blocks->spares++] = full->batch;
        blocks->done++;
    }
}

static void pair_next(struct blocks *blocks)
{
    struct full *full = &blocks->full[blocks->pair_at++ % BLOCKS];
    blocks->pairing = true;
    pthread_mutex_unlock(&blocks->lock);
    pair_rows(blocks, full->batch);
    pthread_mutex_lock(&blocks->lock);
    blocks->pairing = false;
    full->paired = true;
}

static void decode_and_seal(struct blocks *blocks, struct full *full, unsigned lane)
{
    bool decoded = full->decoded;
    full->claimed = true;
    pthread_mutex_unlock(&blocks->lock);
    if (!decoded) {
        batch_decode(full->batch);
        make_candidates(blocks, full->batch);
        pthread_mutex_lock(&blocks->lock);
        full->decoded = true;
        pthread_cond_broadcast(&blocks->changed);
        pthread_mutex_unlock(&blocks->lock);
    }
    flow_store_seal(blocks->config.store, full->slot, full->batch->columns, lane);
    pthread_mutex_lock(&blocks->lock);
    full->sealed = true;
}

/* The first block that nobody decodes or seals yet; NULL: none. */
static struct full *next_to_seal(struct blocks *blocks)
{
    while (blocks->seal_at < blocks->filled && blocks->full[blocks->seal_at % BLOCKS].claimed)
        blocks->seal_at++;
    return blocks->seal_at < blocks->filled ? &blocks->full[blocks->seal_at % BLOCKS] : NULL;
}

static bool can_pair(const struct blocks *blocks)
{
    return !blocks->pairing && blocks->pair_at < blocks->filled &&
           blocks->full[blocks->pair_at % BLOCKS].decoded;
}

/* Does one job, without the lock meanwhile; false: there is none to be begun. */
static bool work(struct blocks *blocks, unsigned lane)
{
    struct full *full;
    if (can_pair(blocks))
        pair_next(blocks);
    else if ((full = next_to_seal(blocks)))
        decode_and_seal(blocks, full, lane);
    else
        return false;
    finish_blocks(blocks);
    pthread_cond_broadcast(&blocks->changed);
    return true;
}

static void *run_worker(void *argument)
{
    struct worker *worker = argument;
    struct blocks *blocks = worker->blocks;
    pthread_mutex_lock(&blocks->lock);
    while (!blocks->ended)
        if (!work(blocks, worker->lane))
            pthread_cond_wait(&blocks->changed, &blocks->lock);
    pthread_mutex_unlock(&blocks->lock);
    return NULL;
}

static void start_workers(struct blocks *blocks)
{
    while (blocks->workers + 1 < blocks->config.threads && blocks->workers < WORKERS) {
        struct worker *worker = &blocks->worker[blocks->workers];
        *worker = (struct worker) { .blocks = blocks, .lane = blocks->workers + 1 };
        if (pthread_create(&worker->thread, NULL, run_worker, worker) != 0)
            break; /* then there are fewer of us */
        blocks->workers++;
    }
}

struct blocks *blocks_new(const struct blocks_config *config)
{
    struct blocks *blocks = alloc_new(sizeof *blocks);
    blocks->config = *config;
    pthread_mutex_init(&blocks->lock, NULL);
    pthread_cond_init(&blocks->changed, NULL);
    start_workers(blocks);
    for (unsigned spares = blocks->workers ? BLOCKS - 1 : 1; blocks->spares < spares;) {
        struct batch *batch = batch_new();
        batch->columns = alloc_new(sizeof *batch->columns);
        blocks->spare[blocks->spares++] = batch;
    }
    return blocks;
}

void blocks_free(struct blocks *blocks, struct batch *batch)
{
    pthread_mutex_lock(&blocks->lock);
    blocks->ended = true;
    pthread_cond_broadcast(&blocks->changed);
    pthread_mutex_unlock(&blocks->lock);
    for (unsigned i = 0; i < blocks->workers; i++)
        pthread_join(blocks->worker[i].thread, NULL);
    for (unsigned i = 0; i < blocks->spares; i++) {
        free(blocks->spare[i]->columns);
        batch_free(blocks->spare[i]);
    }
    batch_free(batch); /* its columns are the store's */
    pthread_mutex_destroy(&blocks->lock);
    pthread_cond_destroy(&blocks->changed);
    free(blocks);
}

struct batch *blocks_begin(struct blocks *blocks)
{
    struct batch *batch = batch_new();
    batch_begin(batch, flow_store_tail(blocks->config.store), 0);
    return batch;
}

bool blocks_shared(const struct blocks *blocks)
{
    return blocks->workers > 0;
}

bool blocks_idle(struct blocks *blocks)
{
    pthread_mutex_lock(&blocks->lock);
    bool idle = blocks->filled - blocks->done < (blocks->config.pairs ? PAIRED : BACKLOG);
    pthread_mutex_unlock(&blocks->lock);
    return blocks->workers > 0 && idle;
}

/* The thread that gives blocks lends a hand rather than wait for the others. */
static void help(struct blocks *blocks)
{
    if (!work(blocks, 0))
        pthread_cond_wait(&blocks->changed, &blocks->lock);
}

struct batch *blocks_give(struct blocks *blocks, struct batch *batch, bool decoded)
{
    if (decoded)
        make_candidates(blocks, batch);
    pthread_mutex_lock(&blocks->lock);
    struct batch *next = blocks->spare[--blocks->spares];
    struct full *full = &blocks->full[blocks->filled % BLOCKS];
    *full = (struct full) { .batch = batch, .decoded = decoded };
    full->slot = flow_store_detach(blocks->config.store, &batch->columns, next->columns);
    blocks->filled++;
    pthread_cond_broadcast(&blocks->changed);
    if (blocks->workers && decoded) /* it is in this thread's cache now */
        decode_and_seal(blocks, full, 0);
    for (;;) { /* there is always a spare one */
        enter_blocks(blocks);
        finish_blocks(blocks);
        if (blocks->spares)
            break;
        help(blocks);
    }
    pthread_mutex_unlock(&blocks->lock);
    batch_begin(next, next->columns, batch->first_row + NFDEC_ROWS);
    return next;
}

void blocks_finish(struct blocks *blocks, struct batch *batch)
{
    pthread_mutex_lock(&blocks->lock);
    for (;;) {
        enter_blocks(blocks);
        finish_blocks(blocks);
        if (blocks->done == blocks->filled)
            break;
        help(blocks);
    }
    pthread_mutex_unlock(&blocks->lock);
    make_candidates(blocks, batch);
    pair_rows(blocks, batch);
}
