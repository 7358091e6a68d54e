/* SPDX-License-Identifier: MIT */
#include "session/ring.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "flow/copy.h"

#define PACKETS_A_LOOK 256u

struct mover {
    const struct flow_store *old;
    struct flow_store *fresh;
    struct sink *sink;
    uint64_t block; /* of the old store, unpacked in columns; UINT64_MAX: none */
    struct nfdec_columns columns;
    struct flow_copier copier;
};

/* The first message that stays: half of the rows, or of the messages where there are none, are before it. */
static uint32_t find_cut(const struct ledger *ledger, const struct flow_store *store)
{
    uint32_t messages = ledger_message_count(ledger), cut = messages / 2;
    uint64_t rows = store ? flow_store_rows(store) : 0;
    uint32_t set = rows > 0 ? ledger_set_of_row(ledger, rows / 2) : LEDGER_NONE;
    if (set != LEDGER_NONE)
        cut = ledger_set(ledger, set)->message;
    return cut < messages ? cut : messages ? messages - 1 : 0;
}

static void load(struct mover *mover, uint64_t block)
{
    if (mover->block == block)
        return;
    flow_store_block(mover->old, block, &mover->columns);
    flow_copy_begin(&mover->copier);
    mover->block = block;
}

static uint64_t move_rows(void *user, uint64_t row, uint32_t count)
{
    struct mover *mover = user;
    uint64_t first = flow_store_rows(mover->fresh);
    while (count > 0) {
        load(mover, row / NFDEC_ROWS);
        uint32_t n = flow_copy_rows(&mover->copier, sink_rows(mover->sink), &mover->columns,
                                    (uint32_t)(row % NFDEC_ROWS), count);
        sink_commit(mover->sink);
        row += n;
        count -= n;
    }
    return first;
}

static void move_all(const struct ring_parts *parts, const struct flow_store *old, uint32_t first)
{
    struct mover *mover = alloc_new(sizeof *mover);
    *mover = (struct mover) { .old = old, .fresh = *parts->store, .sink = *parts->sink, .block = UINT64_MAX };
    ledger_forget(parts->ledger, first, move_rows, mover);
    free(mover);
}

/* Empty ones in the place of store, pairs and sink. */
static void begin_again(const struct ring_parts *parts)
{
    struct sink_config config = parts->sink_config;
    sink_free(*parts->sink);
    if (*parts->pairs) {
        pairs_free(*parts->pairs);
        *parts->pairs = pairs_new(&parts->pairs_config);
    }
    *parts->store = flow_store_new();
    config.store = *parts->store;
    config.pairs = *parts->pairs;
    *parts->sink = sink_new(&config);
}

/* Flows and connections are made again, of the messages from `first` on. */
static void turn(const struct ring_parts *parts, uint32_t first)
{
    struct flow_store *old = *parts->store;
    if (old)
        begin_again(parts);
    move_all(parts, old, first);
    if (*parts->sink)
        sink_finish(*parts->sink);
    flow_store_free(old);
    if (parts->octets)
        octets_forget(parts->octets, first);
}

static size_t memory_of(const struct ring_parts *parts)
{
    return ledger_used(parts->ledger) + (*parts->store ? flow_store_used(*parts->store) : 0) +
           (*parts->pairs ? pairs_used(*parts->pairs) : 0) + (parts->octets ? octets_used(parts->octets) : 0);
}

static uint64_t rows_of(const struct ring_parts *parts)
{
    return *parts->store ? flow_store_rows(*parts->store) : 0;
}

void ring_init(struct ring *ring, size_t memory)
{
    *ring = (struct ring) { .memory = memory, .most = memory / 3 * 2 };
}

bool ring_bound(struct ring *ring, const struct ring_parts *parts)
{
    if (ring->memory == 0 || ++ring->asked % PACKETS_A_LOOK)
        return false;
    if (*parts->sink)
        sink_finish(*parts->sink); /* so that it does not depend on threads */
    if (memory_of(parts) < ring->most)
        return false;
    uint32_t first = find_cut(parts->ledger, *parts->store);
    if (first == 0)
        return false;
    uint64_t rows = rows_of(parts);
    turn(parts, first);
    ring->generation++;
    ring->messages += first;
    ring->rows += rows - rows_of(parts);
    /* a bound that is too low for anything is not kept to, or it would do nothing but turn */
    size_t now = memory_of(parts);
    ring->most = ring->memory / 3 * 2;
    if (ring->most < now + now / 2)
        ring->most = now + now / 2;
    return true;
}
