/* SPDX-License-Identifier: MIT */
#include "flow/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/chunks.h"
#include "flow/pack.h"

struct flow_slot {
    struct packed_block *sealed; /* NULL: detached */
};

#define SLOT_SHIFT 10u

struct lane {
    struct arena arena;    /* of sealed blocks */
    struct packer *packer; /* NULL: none was sealed yet */
};

struct flow_store {
    struct chunks slots; /* struct flow_slot, by block number: they do not move, so others may write them */
    struct lane lane[FLOW_LANES];
    struct nfdec_columns *tail;
};

struct flow_reader {
    const struct flow_store *store;
    uint64_t block; /* unpacked in columns; UINT64_MAX: none */
    uint32_t rows;  /* of that block when it was unpacked */
    struct nfdec_columns columns;
    struct flow_row row;
};

struct flow_store *flow_store_new(void)
{
    struct flow_store *store = alloc_new(sizeof *store);
    store->slots = (struct chunks) { .size = sizeof(struct flow_slot), .shift = SLOT_SHIFT };
    store->tail = alloc_new(sizeof *store->tail);
    nfdec_columns_clear(store->tail);
    return store;
}

void flow_store_free(struct flow_store *store)
{
    if (!store)
        return;
    for (unsigned lane = 0; lane < FLOW_LANES; lane++) {
        arena_release(&store->lane[lane].arena);
        packer_free(store->lane[lane].packer);
    }
    chunks_release(&store->slots);
    free(store->tail);
    free(store);
}

struct nfdec_columns *flow_store_tail(struct flow_store *store)
{
    return store->tail;
}

void flow_store_commit(struct flow_store *store)
{
    if (store->tail->rows < NFDEC_ROWS)
        return;
    flow_store_seal(store, chunks_add(&store->slots), store->tail, 0);
    nfdec_columns_clear(store->tail);
}

struct flow_slot *flow_store_detach(struct flow_store *store, struct nfdec_columns **full,
                                    struct nfdec_columns *fresh)
{
    *full = store->tail;
    nfdec_columns_clear(fresh);
    store->tail = fresh;
    return chunks_add(&store->slots);
}

void flow_store_seal(struct flow_store *store, struct flow_slot *slot, const struct nfdec_columns *full,
                     unsigned lane)
{
    struct lane *own = &store->lane[lane];
    if (!own->packer)
        own->packer = packer_new();
    slot->sealed = pack_block(own->packer, full, &own->arena);
}

uint64_t flow_store_rows(const struct flow_store *store)
{
    return store->slots.count * (uint64_t)NFDEC_ROWS + store->tail->rows;
}

size_t flow_store_memory(const struct flow_store *store)
{
    size_t octets = sizeof *store + sizeof *store->tail + chunks_memory(&store->slots);
    for (unsigned lane = 0; lane < FLOW_LANES; lane++)
        octets += store->lane[lane].arena.octets + (store->lane[lane].packer ? packer_memory() : 0);
    return octets;
}

size_t flow_store_used(const struct flow_store *store)
{
    size_t octets = sizeof *store + sizeof *store->tail + chunks_used(&store->slots);
    for (unsigned lane = 0; lane < FLOW_LANES; lane++)
        octets += store->lane[lane].arena.used;
    return octets;
}

static const struct packed_block *sealed_block(const struct flow_store *store, uint64_t block)
{
    return ((const struct flow_slot *)chunks_at(&store->slots, block))->sealed;
}

void flow_store_block(const struct flow_store *store, uint64_t block, struct nfdec_columns *out)
{
    if (block < store->slots.count) {
        unpack_block(sealed_block(store, block), out);
        return;
    }
    const struct nfdec_columns *tail = store->tail;
    out->rows = tail->rows;
    out->used = tail->used;
    out->ip6_count = tail->ip6_count;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        if (tail->used >> c & 1)
            memcpy(out->column[c], tail->column[c], tail->rows * sizeof tail->column[c][0]);
    memcpy(out->ip6, tail->ip6, tail->ip6_count * sizeof tail->ip6[0]);
}

uint32_t flow_store_column(const struct flow_store *store, uint64_t block, enum nfdec_column column,
                           uint64_t out[NFDEC_ROWS])
{
    if (block < store->slots.count)
        return unpack_column(sealed_block(store, block), column, out);
    const struct nfdec_columns *tail = store->tail;
    if (tail->used >> column & 1)
        memcpy(out, tail->column[column], tail->rows * sizeof *out);
    else
        memset(out, 0, tail->rows * sizeof *out);
    return tail->rows;
}

uint64_t flow_store_value(const struct flow_store *store, uint64_t row, enum nfdec_column column)
{
    uint64_t block = row / NFDEC_ROWS;
    uint32_t at = (uint32_t)(row % NFDEC_ROWS);
    if (block < store->slots.count)
        return unpack_one(sealed_block(store, block), column, at);
    return store->tail->used >> column & 1 ? store->tail->column[column][at] : 0;
}

void flow_store_soon(const struct flow_store *store, uint64_t row, enum nfdec_column column)
{
    uint64_t block = row / NFDEC_ROWS;
    if (block < store->slots.count)
        unpack_soon(sealed_block(store, block), column, (uint32_t)(row % NFDEC_ROWS));
}

bool flow_store_bounds(const struct flow_store *store, uint64_t block, enum nfdec_column column,
                       uint64_t *low, uint64_t *high)
{
    return block < store->slots.count && unpack_bounds(sealed_block(store, block), column, low, high);
}

const uint8_t *flow_store_ip6(const struct flow_store *store, uint64_t block, uint64_t index)
{
    if (block < store->slots.count)
        return unpack_ip6(sealed_block(store, block), index);
    return index < store->tail->ip6_count ? store->tail->ip6[index] : NULL;
}

void flow_store_ip6_fetch(const struct flow_store *store, uint64_t row)
{
    if (row / NFDEC_ROWS < store->slots.count)
        unpack_ip6_fetch(sealed_block(store, row / NFDEC_ROWS), (uint32_t)(row % NFDEC_ROWS));
}

void flow_store_ip6_ends(const struct flow_store *store, uint64_t row, const uint8_t *ip[2])
{
    uint64_t block = row / NFDEC_ROWS;
    uint32_t at = (uint32_t)(row % NFDEC_ROWS);
    if (block < store->slots.count) {
        unpack_ip6_ends(sealed_block(store, block), at, ip);
        return;
    }
    for (int end = 0; end < 2; end++)
        ip[end] = flow_store_ip6(store, block, store->tail->column[end ? NFDEC_COL_DST : NFDEC_COL_SRC][at]);
}

static struct addr row_address(uint64_t value, uint64_t family, uint64_t ip4, uint64_t ip6,
                               const uint8_t *octets)
{
    if (family & ip4)
        return addr_v4((uint32_t)value);
    if (family & ip6)
        return addr_v6(octets);
    return (struct addr) { .family = 0 };
}

void flow_store_row(const struct flow_store *store, uint64_t row, struct flow_row *out)
{
    uint64_t block = row / NFDEC_ROWS;
    uint32_t at = (uint32_t)(row % NFDEC_ROWS);
    const uint8_t *src = NULL, *dst = NULL;
    if (block < store->slots.count) {
        unpack_row(sealed_block(store, block), at, out->value);
        src = unpack_ip6(sealed_block(store, block), out->value[NFDEC_COL_SRC]);
        dst = unpack_ip6(sealed_block(store, block), out->value[NFDEC_COL_DST]);
    } else {
        const struct nfdec_columns *tail = store->tail;
        for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
            out->value[c] = tail->used >> c & 1 ? tail->column[c][at] : 0;
        uint64_t family = out->value[NFDEC_COL_FAMILY];
        if (family & NFDEC_SRC_IP6)
            src = tail->ip6[out->value[NFDEC_COL_SRC]];
        if (family & NFDEC_DST_IP6)
            dst = tail->ip6[out->value[NFDEC_COL_DST]];
    }
    uint64_t family = out->value[NFDEC_COL_FAMILY];
    out->src = row_address(out->value[NFDEC_COL_SRC], family, NFDEC_SRC_IP4, NFDEC_SRC_IP6, src);
    out->dst = row_address(out->value[NFDEC_COL_DST], family, NFDEC_DST_IP4, NFDEC_DST_IP6, dst);
}

struct flow_reader *flow_reader_new(const struct flow_store *store)
{
    struct flow_reader *reader = alloc_new(sizeof *reader);
    reader->store = store;
    reader->block = UINT64_MAX;
    return reader;
}

void flow_reader_free(struct flow_reader *reader)
{
    free(reader);
}

const struct flow_row *flow_reader_row(struct flow_reader *reader, uint64_t row)
{
    uint64_t block = row / NFDEC_ROWS;
    uint32_t at = (uint32_t)(row % NFDEC_ROWS);
    struct nfdec_columns *columns = &reader->columns;
    if (block != reader->block || at >= reader->rows) {
        flow_store_block(reader->store, block, columns);
        reader->block = block;
        reader->rows = columns->rows;
    }
    struct flow_row *out = &reader->row;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        out->value[c] = columns->used >> c & 1 ? columns->column[c][at] : 0;
    uint64_t family = out->value[NFDEC_COL_FAMILY], src = out->value[NFDEC_COL_SRC],
             dst = out->value[NFDEC_COL_DST];
    out->src = row_address(src, family, NFDEC_SRC_IP4, NFDEC_SRC_IP6,
                           family & NFDEC_SRC_IP6 ? columns->ip6[src] : NULL);
    out->dst = row_address(dst, family, NFDEC_DST_IP4, NFDEC_DST_IP6,
                           family & NFDEC_DST_IP6 ? columns->ip6[dst] : NULL);
    return out;
}
