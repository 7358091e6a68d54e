/* SPDX-License-Identifier: MIT */
#include "session/sink.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "flow/ledger.h"

#define WORKERS (FLOW_LANES - 1) /* threads beside the caller's: for more there is not enough to do */
#define BLOCKS  16u              /* wide blocks: one is filled, the others are under way or spare */
#define BACKLOG 5u               /* blocks under way, from which on the others have enough to do */

/* A full block; it is done with when it is decoded, entered, paired, all before it having been, and sealed. */
struct full {
    struct batch *batch;
    struct flow_slot *slot;
    bool decoded, paired, sealed;
    bool claimed; /* somebody decodes and seals it, or did */
};

struct worker {
    struct sink *sink;
    unsigned lane;
    pthread_t thread;
};

/*
 * Whoever has nothing better to do takes the next job there is: to pair the next block, which is one thread's at a time
 * and in order, before to decode and seal one. Numbers count blocks from the first one on.
 */
struct sink {
    struct sink_config config;
    struct worker worker[WORKERS];
    unsigned workers;
    struct batch *batch;  /* of the block that is being filled */
    bool put_off;         /* it is decoded when it is full */
    struct audit joined;  /* of a set that began in another block */
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

/* The rows of a block that are not paired yet: all of them, unless sink_finish() has seen it half full. */
static void pair_rows(struct sink *sink, const struct nfdec_columns *block)
{
    uint32_t from = (uint32_t)(sink->rows_paired % NFDEC_ROWS);
    if (!sink->config.pairs || from >= block->rows)
        return;
    pairs_add(sink->config.pairs, block, from, block->rows, sink->rows_paired);
    sink->rows_paired += block->rows - from;
}

static void enter(struct sink *sink, const struct batch *batch, const struct batch_flows *flows)
{
    const struct sink_config *config = &sink->config;
    const struct audit *audit = &flows->audit;
    struct sink_set all = { .set = &flows->set, .first_row = LEDGER_NO_ROW, .entry = flows->entry };
    if (config->store)
        all.first_row = batch->first_row + flows->row - flows->first;
    config->rows(config->user, flows, batch->columns);
    if (flows->first)
        audit_join(&sink->joined, audit);
    else if (flows->count < flows->set.records)
        sink->joined = *audit;
    all.audit = flows->first ? &sink->joined : audit;
    if (flows->first + flows->count == flows->set.records)
        config->set(config->user, &all);
}

static void enter_batch(struct sink *sink, struct batch *batch)
{
    while (batch->entered < batch->decoded)
        enter(sink, batch, &batch->flows[batch->entered++]);
}

/* What is decoded of full blocks, as far as all before it is. */
static void enter_blocks(struct sink *sink)
{
    struct full *full;
    while (sink->entered < sink->filled && (full = &sink->full[sink->entered % BLOCKS])->decoded) {
        pthread_mutex_unlock(&sink->lock);
        enter_batch(sink, full->batch);
        pthread_mutex_lock(&sink->lock);
        sink->entered++;
    }
}

static void finish_blocks(struct sink *sink)
{
    while (sink->done < sink->entered) {
        struct full *full = &sink->full[sink->done % BLOCKS];
        if (!full->paired || !full->sealed)
            return;
        sink->spare[sink->spares++] = full->batch;
        sink->done++;
    }
}

static void pair_next(struct sink *sink)
{
    struct full *full = &sink->full[sink->pair_at++ % BLOCKS];
    sink->pairing = true;
    pthread_mutex_unlock(&sink->lock);
    pair_rows(sink, full->batch->columns);
    pthread_mutex_lock(&sink->lock);
    sink->pairing = false;
    full->paired = true;
}

static void decode_and_seal(struct sink *sink, struct full *full, unsigned lane)
{
    bool decoded = full->decoded;
    full->claimed = true;
    pthread_mutex_unlock(&sink->lock);
    if (!decoded) {
        batch_decode(full->batch);
        pthread_mutex_lock(&sink->lock);
        full->decoded = true;
        pthread_cond_broadcast(&sink->changed);
        pthread_mutex_unlock(&sink->lock);
    }
    flow_store_seal(sink->config.store, full->slot, full->batch->columns, lane);
    pthread_mutex_lock(&sink->lock);
    full->sealed = true;
}

/* The first block that nobody decodes or seals yet; NULL: none. */
static struct full *next_to_seal(struct sink *sink)
{
    while (sink->seal_at < sink->filled && sink->full[sink->seal_at % BLOCKS].claimed)
        sink->seal_at++;
    return sink->seal_at < sink->filled ? &sink->full[sink->seal_at % BLOCKS] : NULL;
}

static bool can_pair(const struct sink *sink)
{
    return !sink->pairing && sink->pair_at < sink->filled && sink->full[sink->pair_at % BLOCKS].decoded;
}

/* Does one job, without the lock meanwhile; false: there is none to be begun. */
static bool work(struct sink *sink, unsigned lane)
{
    struct full *full;
    if (can_pair(sink))
        pair_next(sink);
    else if ((full = next_to_seal(sink)))
        decode_and_seal(sink, full, lane);
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

/* The thread that reads lends a hand rather than wait for the others. */
static void help(struct sink *sink)
{
    enter_blocks(sink);
    finish_blocks(sink);
    if (sink->done < sink->filled && !work(sink, 0))
        pthread_cond_wait(&sink->changed, &sink->lock);
}

static void add_spare(struct sink *sink)
{
    struct batch *batch = batch_new();
    batch->columns = alloc_new(sizeof *batch->columns);
    sink->spare[sink->spares++] = batch;
}

static void start_workers(struct sink *sink)
{
    while (sink->workers + 1 < sink->config.threads && sink->workers < WORKERS) {
        struct worker *worker = &sink->worker[sink->workers];
        *worker = (struct worker) { .sink = sink, .lane = sink->workers + 1 };
        if (pthread_create(&worker->thread, NULL, run_worker, worker) != 0)
            break; /* then there are fewer of us */
        sink->workers++;
    }
}

struct sink *sink_new(const struct sink_config *config)
{
    struct sink *sink = alloc_new(sizeof *sink);
    sink->config = *config;
    pthread_mutex_init(&sink->lock, NULL);
    pthread_cond_init(&sink->changed, NULL);
    if (config->store)
        start_workers(sink);
    do
        add_spare(sink);
    while (sink->workers && sink->spares < BLOCKS - 1);
    sink->batch = config->store ? batch_new() : sink->spare[--sink->spares];
    batch_begin(sink->batch, config->store ? flow_store_tail(config->store) : sink->batch->columns, 0);
    sink->put_off = sink->workers && !config->at_once;
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
    if (!sink->config.store)
        free(sink->batch->columns);
    batch_free(sink->batch);
    for (unsigned i = 0; i < sink->spares; i++) {
        free(sink->spare[i]->columns);
        batch_free(sink->spare[i]);
    }
    pthread_mutex_destroy(&sink->lock);
    pthread_cond_destroy(&sink->changed);
    free(sink);
}

/* The block under way is full: it goes to whoever works next, and another one is begun. */
static void hand_over(struct sink *sink)
{
    pthread_mutex_lock(&sink->lock);
    struct batch *batch = sink->batch, *next = sink->spare[--sink->spares];
    struct full *full = &sink->full[sink->filled % BLOCKS];
    *full = (struct full) { .batch = batch, .decoded = !sink->put_off };
    full->slot = flow_store_detach(sink->config.store, &batch->columns, next->columns);
    sink->filled++;
    pthread_cond_broadcast(&sink->changed);
    if (sink->workers && !sink->put_off) { /* it is in this thread's cache now */
        decode_and_seal(sink, full, 0);
        finish_blocks(sink);
    }
    do {
        enter_blocks(sink);
        finish_blocks(sink);
        if (!sink->spares)
            help(sink);
    } while (!sink->spares);
    batch_begin(next, next->columns, batch->first_row + NFDEC_ROWS);
    sink->batch = next;
    sink->put_off = sink->workers && !sink->config.at_once && sink->filled - sink->done < BACKLOG;
    pthread_mutex_unlock(&sink->lock);
}

/* Rows that nobody keeps give way to the next ones. */
static void start_anew(struct sink *sink)
{
    nfdec_columns_clear(sink->batch->columns);
    batch_begin(sink->batch, sink->batch->columns, 0);
}

static void look_at_room(struct sink *sink)
{
    if (sink->batch->rows < NFDEC_ROWS)
        return;
    if (sink->config.store)
        hand_over(sink);
    else
        start_anew(sink);
}

void sink_take(struct sink *sink, const struct nfdec_set *set, uint32_t entry)
{
    uint32_t done = 0;
    while (done < set->records) {
        bool copy = sink->put_off && batch_fits(sink->batch, set);
        done += batch_add(sink->batch, set, entry, done, copy);
        if (!copy)
            batch_decode(sink->batch);
        if (!sink->workers || sink->config.at_once) {
            enter_batch(sink, sink->batch);
            batch_forget(sink->batch);
        }
        look_at_room(sink);
    }
}

struct nfdec_columns *sink_rows(struct sink *sink)
{
    batch_decode(sink->batch);
    return sink->batch->columns;
}

void sink_commit(struct sink *sink)
{
    sink->batch->rows = sink->batch->columns->rows;
    look_at_room(sink);
}

void sink_finish(struct sink *sink)
{
    batch_decode(sink->batch);
    pthread_mutex_lock(&sink->lock);
    while (sink->done < sink->filled)
        help(sink);
    pthread_mutex_unlock(&sink->lock);
    enter_batch(sink, sink->batch);
    if (sink->config.store)
        pair_rows(sink, sink->batch->columns);
}
