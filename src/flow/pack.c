/* SPDX-License-Identifier: MIT */
#include "flow/pack.h"

#include <string.h>

#include "base/alloc.h"

struct packed_column {
    uint64_t base;
    uint32_t unit;
    uint32_t offset; /* of its octets in packed_block.octets */
    uint8_t width;   /* octets a row */
};

struct packed_block {
    uint32_t rows, used, ip6_count, ip6_offset;
    struct packed_column column[NFDEC_COLUMN_COUNT];
    uint8_t octets[];
};

static uint8_t width_for(uint64_t all_bits)
{
    return all_bits == 0            ? 0
           : all_bits < 1u << 8     ? 1
           : all_bits < 1u << 16    ? 2
           : all_bits <= UINT32_MAX ? 4
                                    : 8;
}

/* Bits in which any value differs from the first: none means that the base alone says it all. */
static struct packed_column plan_plain(const uint64_t *values, uint32_t rows)
{
    uint64_t differ = 0, any = 0;
    for (uint32_t i = 0; i < rows; i++) {
        differ |= values[i] ^ values[0];
        any |= values[i];
    }
    if (!differ)
        return (struct packed_column) { .base = values[0], .unit = 1 };
    return (struct packed_column) { .unit = 1, .width = width_for(any) };
}

static bool divides(uint32_t unit, uint64_t base, const uint64_t *values, uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++)
        if ((values[i] - base) % unit)
            return false;
    return true;
}

/* Differences to `base`, scaled by the largest unit that loses nothing. */
static struct packed_column plan_scaled(uint64_t base, const uint64_t *values, uint32_t rows)
{
    struct packed_column column = { .base = base, .unit = 1 };
    if (divides(1000000, base, values, rows))
        column.unit = 1000000;
    else if (divides(1000, base, values, rows))
        column.unit = 1000;
    uint64_t any = 0;
    for (uint32_t i = 0; i < rows; i++)
        any |= (values[i] - base) / column.unit;
    column.width = width_for(any);
    return column;
}

static uint64_t lowest(const uint64_t *values, uint32_t rows)
{
    int64_t low = (int64_t)values[0];
    for (uint32_t i = 1; i < rows; i++)
        if ((int64_t)values[i] < low)
            low = (int64_t)values[i];
    return (uint64_t)low;
}

static void put(uint8_t *out, const struct packed_column *column, const uint64_t *values, uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) {
        uint64_t v = values[i] - column->base;
        if (column->unit != 1)
            v /= column->unit;
        switch (column->width) {
        case 1:
            out[i] = (uint8_t)v;
            break;
        case 2: {
            uint16_t narrow = (uint16_t)v;
            memcpy(out + 2 * (size_t)i, &narrow, 2);
            break;
        }
        case 4: {
            uint32_t narrow = (uint32_t)v;
            memcpy(out + 4 * (size_t)i, &narrow, 4);
            break;
        }
        default:
            memcpy(out + 8 * (size_t)i, &v, 8);
        }
    }
}

static uint64_t get(const uint8_t *from, const struct packed_column *column, uint32_t row)
{
    uint64_t value = 0;
    uint16_t two;
    uint32_t four;
    switch (column->width) {
    case 0:
        break;
    case 1:
        value = from[row];
        break;
    case 2:
        memcpy(&two, from + 2 * (size_t)row, 2);
        value = two;
        break;
    case 4:
        memcpy(&four, from + 4 * (size_t)row, 4);
        value = four;
        break;
    default:
        memcpy(&value, from + 8 * (size_t)row, 8);
    }
    return column->base + value * column->unit;
}

static bool is_used(uint32_t used, unsigned column)
{
    return used >> column & 1;
}

struct packed_block *pack_block(const struct nfdec_columns *columns, size_t *octets)
{
    struct packed_block plan = { .rows = columns->rows,
                                 .used = columns->used,
                                 .ip6_count = columns->ip6_count };
    uint64_t distance[NFDEC_ROWS];
    const uint64_t *values[NFDEC_COLUMN_COUNT];
    uint32_t at = 0;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++) {
        values[c] = columns->column[c];
        if (!is_used(columns->used, c))
            continue;
        if (c == NFDEC_COL_START)
            plan.column[c] = plan_scaled(lowest(values[c], columns->rows), values[c], columns->rows);
        else if (c == NFDEC_COL_END) {
            bool start = is_used(columns->used, NFDEC_COL_START);
            for (uint32_t i = 0; i < columns->rows; i++)
                distance[i] = values[c][i] - (start ? values[NFDEC_COL_START][i] : 0);
            values[c] = distance;
            plan.column[c] = plan_scaled(0, values[c], columns->rows);
        } else
            plan.column[c] = plan_plain(values[c], columns->rows);
        plan.column[c].offset = at;
        at += plan.column[c].width * columns->rows;
    }
    plan.ip6_offset = at;
    *octets = sizeof plan + at + columns->ip6_count * (size_t)16;
    struct packed_block *block = alloc_new(*octets);
    *block = plan;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        if (plan.column[c].width)
            put(block->octets + plan.column[c].offset, &plan.column[c], values[c], columns->rows);
    memcpy(block->octets + at, columns->ip6, columns->ip6_count * (size_t)16);
    return block;
}

static void unpack_values(const struct packed_block *block, unsigned c, uint64_t *out)
{
    const struct packed_column *column = &block->column[c];
    const uint8_t *from = block->octets + column->offset;
    for (uint32_t i = 0; i < block->rows; i++)
        out[i] = get(from, column, i);
}

uint32_t unpack_column(const struct packed_block *block, enum nfdec_column column, uint64_t out[NFDEC_ROWS])
{
    unpack_values(block, column, out);
    if (column == NFDEC_COL_END && is_used(block->used, NFDEC_COL_END)) {
        uint64_t start[NFDEC_ROWS];
        unpack_values(block, NFDEC_COL_START, start);
        for (uint32_t i = 0; i < block->rows; i++)
            out[i] += start[i];
    }
    return block->rows;
}

void unpack_block(const struct packed_block *block, struct nfdec_columns *out)
{
    out->rows = block->rows;
    out->used = block->used;
    out->ip6_count = block->ip6_count;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        if (is_used(block->used, c))
            unpack_values(block, c, out->column[c]);
    if (is_used(block->used, NFDEC_COL_END) && is_used(block->used, NFDEC_COL_START))
        for (uint32_t i = 0; i < block->rows; i++)
            out->column[NFDEC_COL_END][i] += out->column[NFDEC_COL_START][i];
    memcpy(out->ip6, block->octets + block->ip6_offset, block->ip6_count * (size_t)16);
}

void unpack_row(const struct packed_block *block, uint32_t row, uint64_t out[NFDEC_COLUMN_COUNT])
{
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        out[c] = get(block->octets + block->column[c].offset, &block->column[c], row);
    if (is_used(block->used, NFDEC_COL_END))
        out[NFDEC_COL_END] += out[NFDEC_COL_START];
}

const uint8_t *unpack_ip6(const struct packed_block *block, uint64_t index)
{
    return index < block->ip6_count ? block->octets + block->ip6_offset + 16 * index : NULL;
}
