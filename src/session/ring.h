/* SPDX-License-Identifier: MIT */
/*
 * A bound on memory: when what is kept of a run has grown to it, the older half is let go, messages with their sets,
 * flows, connections and octets. What is left is numbered anew from 0; exporters and their totals stay. While it turns,
 * what stays is there twice.
 */
#ifndef SESSION_RING_H
#define SESSION_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/ledger.h"
#include "flow/store.h"
#include "pair/pair.h"
#include "session/octets.h"
#include "session/sink.h"

struct ring {
    size_t memory;       /* octets; 0: no bound */
    size_t most;         /* at so many it turns next */
    uint64_t asked;      /* how often, so that it does not look at memory every time */
    uint32_t generation; /* how often it has turned */
    uint64_t messages;   /* that were let go, ... */
    uint64_t rows;       /* ... and flows in them */
};

/* What a run keeps; stores, pairs and sink are replaced, and NULL where there are none. */
struct ring_parts {
    struct ledger *ledger;
    struct octets *octets;
    struct flow_store **store;
    struct pairs **pairs;
    struct sink **sink;
    struct pairs_config pairs_config;
    struct sink_config sink_config;
};

void ring_init(struct ring *ring, size_t memory);

/* To be called behind each export packet: lets go of the older half where memory is full; whether it did. */
bool ring_bound(struct ring *ring, const struct ring_parts *parts);

#endif
