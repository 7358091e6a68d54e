/* SPDX-License-Identifier: MIT */
/*
 * The flow store: rows of the columns of nfdec/columns.h, addressed by row number from 0 in the order in which
 * they were decoded. The newest rows stand wide in one block that the decoder fills; a full block is sealed:
 * every column is narrowed to the bits its values need (none where all are equal), which makes some 30
 * octets of the 232 a wide row has. Sealed blocks never move and never change.
 *
 *     struct nfdec_columns *tail = flow_store_tail(store);    // has room for at least one row
 *     uint32_t n = nfdec_columns_add(tail, set, done, &place);
 *     ...look at the new rows while they are in the cache...
 *     flow_store_commit(store);                                // seals the block if it is full
 *
 * Owner: the session. Readers may read while rows are added, but from the same thread.
 */
#ifndef FLOW_STORE_H
#define FLOW_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "nfdec/columns.h"

struct flow_store;

/* One row, wide. Which values the record really had is a matter of its template, see ledger.h. */
struct flow_row {
    uint64_t value[NFDEC_COLUMN_COUNT];
    struct addr src, dst; /* family 0 where the record has no such address */
};

struct flow_store *flow_store_new(void);
void flow_store_free(struct flow_store *store);
struct nfdec_columns *flow_store_tail(struct flow_store *store);
void flow_store_commit(struct flow_store *store);

/*
 * For filling and sealing in several threads: detach takes the full block away, and `fresh` (of malloc, given to the
 * store) is filled from then on; seal packs a detached block into its slot, each thread in a lane of its own, blocks
 * in any order. Until every one is sealed, rows must not be read.
 */
#define FLOW_LANES 4u

struct flow_slot;

struct flow_slot *flow_store_detach(struct flow_store *store, struct nfdec_columns **full,
                                    struct nfdec_columns *fresh);
void flow_store_seal(struct flow_store *store, struct flow_slot *slot, const struct nfdec_columns *full,
                     unsigned lane);

uint64_t flow_store_rows(const struct flow_store *store);
size_t flow_store_memory(const struct flow_store *store); /* octets held */
size_t flow_store_used(
    const struct flow_store *store); /* ... without room for more: the same for any number of lanes */

/* Block number `block` (rows block * NFDEC_ROWS ...), unpacked into *out. */
void flow_store_block(const struct flow_store *store, uint64_t block, struct nfdec_columns *out);

/* One column of a block, unpacked; returns the number of rows. */
uint32_t flow_store_column(const struct flow_store *store, uint64_t block, enum nfdec_column column,
                           uint64_t out[NFDEC_ROWS]);

/*
 * Bounds of a column of a sealed block without unpacking it: all values are somewhere from *low to *high, counted up
 * from *low (so that of times *high may be the smaller number). False: not known.
 */
bool flow_store_bounds(const struct flow_store *store, uint64_t block, enum nfdec_column column,
                       uint64_t *low, uint64_t *high);

/* The 16 octets of an IPv6 address by its index in a block, as address columns have it; NULL: there is no such index. */
const uint8_t *flow_store_ip6(const struct flow_store *store, uint64_t block, uint64_t index);

/* Those of the source and the destination of a row of IPv6; and what is read for that, to be fetched before. */
void flow_store_ip6_fetch(const struct flow_store *store, uint64_t row);
void flow_store_ip6_ends(const struct flow_store *store, uint64_t row, const uint8_t *ip[2]);

/* A single value, and a single row: for random access. */
uint64_t flow_store_value(const struct flow_store *store, uint64_t row, enum nfdec_column column);
void flow_store_row(const struct flow_store *store, uint64_t row, struct flow_row *out);

/* Begins to fetch a value that will be asked for soon. */
void flow_store_soon(const struct flow_store *store, uint64_t row, enum nfdec_column column);

/*
 * For access in runs: keeps the block of the last row unpacked. Owner: the caller; flow_reader_free when done.
 * The row is valid until the next call.
 */
struct flow_reader;
struct flow_reader *flow_reader_new(const struct flow_store *store);
void flow_reader_free(struct flow_reader *reader);
const struct flow_row *flow_reader_row(struct flow_reader *reader, uint64_t row);

#endif
