/* SPDX-License-Identifier: MIT */
#include "flow/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "flow/pack.h"

struct flow_store {
    struct packed_block **sealed;
    size_t count, capacity;
    struct arena arena;         /* of sealed blocks */
    uint64_t blocks;            /* full ones, sealed or detached */
    struct nfdec_columns *tail; /* ours, or the caller's since flow_store_detach() */
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
    store->tail = alloc_new(sizeof *store->tail);
    nfdec_columns_clear(store->tail);
    return store;
}

void flow_store_free(struct flow_store *store)
{
    if (!store)
        return;
    arena_release(&store->arena);
    free(store->sealed);
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
    store->blocks++;
    flow_store_append(store, store->tail);
    nfdec_columns_clear(store->tail);
}

struct nfdec_columns *flow_store_detach(struct flow_store *store, struct nfdec_columns *fresh)
{
    struct nfdec_columns *full = store->tail;
    nfdec_columns_clear(fresh);
    store->tail = fresh;
    store->blocks++;
    return full;
}

void flow_store_append(struct flow_store *store, const struct nfdec_columns *full)
{
    store->sealed = alloc_grow(store->sealed, store->count, &store->capacity, sizeof *store->sealed);
    store->sealed[store->count++] = pack_block(full, &store->arena);
}

uint64_t flow_store_rows(const struct flow_store *store)
{
    return store->blocks * NFDEC_ROWS + store->tail->rows;
}

size_t flow_store_memory(const struct flow_store *store)
{
    return sizeof *store + store->arena.octets + store->capacity * sizeof *store->sealed;
}

void flow_store_block(const struct flow_store *store, uint64_t block, struct nfdec_columns *out)
{
    if (block < store->count) {
        unpack_block(store->sealed[block], out);
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
    if (block < store->count)
        return unpack_column(store->sealed[block], column, out);
    const struct nfdec_columns *tail = store->tail;
    if (tail->used >> column & 1)
        memcpy(out, tail->column[column], tail->rows * sizeof *out);
    else
        memset(out, 0, tail->rows * sizeof *out);
    return tail->rows;
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
    if (block < store->count) {
        unpack_row(store->sealed[block], at, out->value);
        src = unpack_ip6(store->sealed[block], out->value[NFDEC_COL_SRC]);
        dst = unpack_ip6(store->sealed[block], out->value[NFDEC_COL_DST]);
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
