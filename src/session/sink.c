/* SPDX-License-Identifier: MIT */
#include "session/sink.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"

#define WORKERS (FLOW_LANES - 1) /* threads beside the caller's: for more there is not enough to do */
#define BLOCKS  16u              /* wide blocks: one is filled, the others are under way or spare */
#define BACKLOG 3u               /* blocks to be paired, from which on the others have enough to do */

/* A full block; it is done with when it is paired, all before it having been, and sealed. */
struct full {
    struct nfdec_columns *columns;
    struct flow_slot *slot;
    bool paired, sealed;
    bool claimed; /* is being sealed, or was */
};

struct worker {
    struct sink *sink;
    unsigned lane;
    pthread_t thread;
};

/*
 * Whoever has nothing better to do takes the next job there is: to pair the next block, which is one thread's at a time
 * and in order, before to seal one. Numbers count blocks from the first one on.
 */
struct sink {
    struct flow_store *store;
    struct pairs *pairs;
    struct worker worker[WORKERS];
    unsigned workers;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    struct full full[BLOCKS];  /* by number modulo BLOCKS */
    uint64_t filled;           /* blocks that were given */
    uint64_t pair_at, seal_at; /* the next one to be paired; to be looked at for sealing */
    uint64_t done;             /* up to here they are done with */
    struct nfdec_columns *spare[BLOCKS];
    unsigned spares;
    bool pairing, ended;
    uint64_t rows_paired; /* belongs to the one that pairs */
};

/* The rows of a block that are not paired yet: all of them, unless sink_finish() has seen it half full. */
static void pair_rows(struct sink *sink, const struct nfdec_columns *block)
{
    uint32_t from = (uint32_t)(sink->rows_paired % NFDEC_ROWS);
    if (!sink->pairs || from >= block->rows)
        return;
    pairs_add(sink->pairs, block, from, block->rows, sink->rows_paired);
    sink->rows_paired += block->rows - from;
}

static void finish_blocks(struct sink *sink)
{
    while (sink->done < sink->filled) {
        struct full *full = &sink->full[sink->done % BLOCKS];
        if (!full->paired || !full->sealed)
            return;
        sink->spare[sink->spares++] = full->columns;
        sink->done++;
    }
}

static void pair_next(struct sink *sink)
{
    struct full *full = &sink->full[sink->pair_at++ % BLOCKS];
    sink->pairing = true;
    pthread_mutex_unlock(&sink->lock);
    pair_rows(sink, full->columns);
    pthread_mutex_lock(&sink->lock);
    sink->pairing = false;
    full->paired = true;
}

static void seal(struct sink *sink, struct full *full, unsigned lane)
{
    full->claimed = true;
    pthread_mutex_unlock(&sink->lock);
    flow_store_seal(sink->store, full->slot, full->columns, lane);
    pthread_mutex_lock(&sink->lock);
    full->sealed = true;
}

/* The first block that nobody seals yet; NULL: none. */
static struct full *next_to_seal(struct sink *sink)
{
    while (sink->seal_at < sink->filled && sink->full[sink->seal_at % BLOCKS].claimed)
        sink->seal_at++;
    return sink->seal_at < sink->filled ? &sink->full[sink->seal_at % BLOCKS] : NULL;
}

/* Does one job, without the lock meanwhile; false: there is none to be begun. */
static bool work(struct sink *sink, unsigned lane)
{
    struct full *full;
    if (!sink->pairing && sink->pair_at < sink->filled)
        pair_next(sink);
    else if ((full = next_to_seal(sink)))
        seal(sink, full, lane);
    else
        return false;
    finish_blocks(sink);
    pthread_cond_broadcast(&sink->changed);
    return true;
}

static void *run_worker(void *argument)
{
    struct worker *worker = argument;
    struct sink *sink = worker->sink;
    pthread_mutex_lock(&sink->lock);
    while (!sink->ended)
        if (!work(sink, worker->lane))
            pthread_cond_wait(&sink->changed, &sink->lock);
    pthread_mutex_unlock(&sink->lock);
    return NULL;
}

struct sink *sink_new(struct flow_store *store, struct pairs *pairs, unsigned threads)
{
    struct sink *sink = alloc_new(sizeof *sink);
    sink->store = store;
    sink->pairs = pairs;
    pthread_mutex_init(&sink->lock, NULL);
    pthread_cond_init(&sink->changed, NULL);
    while (sink->workers + 1 < threads && sink->workers < WORKERS) {
        struct worker *worker = &sink->worker[sink->workers];
        *worker = (struct worker) { .sink = sink, .lane = sink->workers + 1 };
        if (pthread_create(&worker->thread, NULL, run_worker, worker) != 0)
            break; /* then there are fewer of us */
        sink->workers++;
    }
    for (unsigned blocks = sink->workers ? BLOCKS - 1 : 1; sink->spares < blocks; sink->spares++)
        sink->spare[sink->spares] = alloc_new(sizeof(struct nfdec_columns));
    return sink;
}

void sink_free(struct sink *sink)
{
    if (!sink)
        return;
    sink_finish(sink);
    pthread_mutex_lock(&sink->lock);
    sink->ended = true;
    pthread_cond_broadcast(&sink->changed);
    pthread_mutex_unlock(&sink->lock);
    for (unsigned i = 0; i < sink->workers; i++)
        pthread_join(sink->worker[i].thread, NULL);
    for (unsigned i = 0; i < sink->spares; i++)
        free(sink->spare[i]);
    pthread_mutex_destroy(&sink->lock);
    pthread_cond_destroy(&sink->changed);
    free(sink);
}

struct nfdec_columns *sink_rows(struct sink *sink)
{
    return flow_store_tail(sink->store);
}

void sink_commit(struct sink *sink)
{
    if (flow_store_tail(sink->store)->rows < NFDEC_ROWS)
        return;
    pthread_mutex_lock(&sink->lock);
    struct full *full = &sink->full[sink->filled % BLOCKS];
    *full = (struct full) { .columns = NULL };
    full->slot = flow_store_detach(sink->store, &full->columns, sink->spare[--sink->spares]);
    sink->filled++;
    pthread_cond_broadcast(&sink->changed);
    if (sink->workers && sink->filled - sink->pair_at > BACKLOG) { /* it is in this thread's cache now */
        seal(sink, full, 0);
        finish_blocks(sink);
    }
    while (!sink->spares) /* help the others rather than wait for them */
        if (!work(sink, 0))
            pthread_cond_wait(&sink->changed, &sink->lock);
    pthread_mutex_unlock(&sink->lock);
}

void sink_finish(struct sink *sink)
{
    pthread_mutex_lock(&sink->lock);
    while (sink->done < sink->filled)
        if (!work(sink, 0))
            pthread_cond_wait(&sink->changed, &sink->lock);
    pthread_mutex_unlock(&sink->lock);
    pair_rows(sink, flow_store_tail(sink->store));
}
