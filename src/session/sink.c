/* SPDX-License-Identifier: MIT */
#include "session/sink.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "flow/ledger.h"
#include "session/blocks.h"

struct sink {
    struct sink_config config;
    struct blocks *blocks; /* NULL: rows are not kept */
    struct batch *batch;   /* of the block that is being filled */
    bool at_once;          /* sets are entered when they are taken */
    bool put_off;          /* the block is decoded when it is full */
    struct audit joined;   /* of a set that began in another block */
};

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

/* What is decoded of a batch, and not entered yet. */
static void enter_batch(void *user, struct batch *batch)
{
    struct sink *sink = user;
    while (batch->entered < batch->decoded)
        enter(sink, batch, &batch->flows[batch->entered++]);
}

static struct batch *lone_batch(void)
{
    struct batch *batch = batch_new();
    struct nfdec_columns *columns = alloc_new(sizeof *columns);
    batch_begin(batch, columns, 0);
    return batch;
}

struct sink *sink_new(const struct sink_config *config)
{
    struct sink *sink = alloc_new(sizeof *sink);
    const struct blocks_config blocks = { .store = config->store,
                                          .pairs = config->pairs,
                                          .threads = config->threads,
                                          .enter = enter_batch,
                                          .user = sink };
    sink->config = *config;
    if (config->store)
        sink->blocks = blocks_new(&blocks);
    sink->batch = sink->blocks ? blocks_begin(sink->blocks) : lone_batch();
    sink->at_once = config->at_once || !sink->blocks || !blocks_shared(sink->blocks);
    sink->put_off = !sink->at_once;
    return sink;
}

void sink_free(struct sink *sink)
{
    if (!sink)
        return;
    sink_finish(sink);
    if (sink->blocks) {
        blocks_free(sink->blocks, sink->batch);
    } else {
        free(sink->batch->columns);
        batch_free(sink->batch);
    }
    free(sink);
}

/* A full block goes to whoever works next; rows that nobody keeps give way to the next ones. */
static void look_at_room(struct sink *sink)
{
    if (sink->batch->rows < NFDEC_ROWS)
        return;
    if (!sink->blocks) {
        nfdec_columns_clear(sink->batch->columns);
        batch_begin(sink->batch, sink->batch->columns, 0);
        return;
    }
    sink->batch = blocks_give(sink->blocks, sink->batch, !sink->put_off);
    sink->put_off = !sink->at_once && blocks_idle(sink->blocks);
}

void sink_take(struct sink *sink, const struct nfdec_set *set, uint32_t entry)
{
    uint32_t done = 0;
    while (done < set->records) {
        bool copy = sink->put_off && batch_fits(sink->batch, set);
        done += batch_add(sink->batch, set, entry, done, copy);
        if (!copy)
            batch_decode(sink->batch);
        if (sink->at_once) {
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
    if (sink->blocks)
        blocks_finish(sink->blocks, sink->batch);
    enter_batch(sink, sink->batch);
}
