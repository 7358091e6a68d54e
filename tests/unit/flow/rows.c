/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

void rows_begin(struct rows *rows, uint64_t seed)
{
    *rows = (struct rows) { .store = flow_store_new(),
                            .wanted = calloc(ROWS_MAX, sizeof *rows->wanted),
                            .random = seed * 0x9E3779B97F4A7C15u + 1 };
    cr_assert_not_null(rows->wanted);
}

void rows_end(struct rows *rows)
{
    flow_store_free(rows->store);
    free(rows->wanted);
}

static uint64_t next_random(struct rows *rows)
{
    rows->random = rows->random * 6364136223846793005u + 1442695040888963407u;
    return rows->random ^ rows->random >> 29;
}

uint32_t rows_random(struct rows *rows, uint32_t below)
{
    return (uint32_t)(next_random(rows) >> 16) % below;
}

uint64_t rows_bits(struct rows *rows, unsigned bits)
{
    return bits ? next_random(rows) >> (64 - bits) : 0;
}

void rows_address(struct rows *rows, struct addr *address, unsigned family)
{
    uint8_t octets[16];
    *address = (struct addr) { .family = 0 };
    for (unsigned i = 0; i < 16; i++)
        octets[i] = (uint8_t)rows_random(rows, 256);
    if (family == 4)
        *address = addr_v4((uint32_t)rows_bits(rows, 32));
    else if (family == 6)
        *address = addr_v6(octets);
}

static uint64_t *open_column(struct nfdec_columns *c, unsigned column)
{
    if (!(c->used >> column & 1)) {
        memset(c->column[column], 0, sizeof c->column[column]);
        c->used |= 1u << column;
    }
    return &c->column[column][c->rows];
}

static void put_address(struct nfdec_columns *c, struct flow_row *row, const struct addr *address,
                        unsigned column, uint64_t ip4, uint64_t ip6)
{
    row->value[column] = 0;
    row->value[NFDEC_COL_FAMILY] |= address->family == 4 ? ip4 : address->family == 6 ? ip6 : 0;
    if (address->family == 4)
        row->value[column] = (uint64_t)address->octets[0] << 24 | (uint64_t)address->octets[1] << 16 |
                             (uint64_t)address->octets[2] << 8 | address->octets[3];
    if (address->family != 6)
        return;
    memcpy(c->ip6[c->ip6_count], address->octets, 16);
    row->value[column] = c->ip6_count++;
}

void rows_put(struct rows *rows, const struct flow_row *given)
{
    struct nfdec_columns *c = flow_store_tail(rows->store);
    struct flow_row *row = &rows->wanted[rows->count++];
    cr_assert_leq(rows->count, ROWS_MAX);
    *row = *given;
    row->value[NFDEC_COL_FAMILY] = 0;
    put_address(c, row, &row->src, NFDEC_COL_SRC, NFDEC_SRC_IP4, NFDEC_SRC_IP6);
    put_address(c, row, &row->dst, NFDEC_COL_DST, NFDEC_DST_IP4, NFDEC_DST_IP6);
    open_column(c, NFDEC_COL_FAMILY);
    for (unsigned i = 0; i < NFDEC_COLUMN_COUNT; i++)
        if (row->value[i] || c->used >> i & 1)
            *open_column(c, i) = row->value[i];
    c->rows++;
    flow_store_commit(rows->store);
}
