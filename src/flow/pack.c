/* SPDX-License-Identifier: MIT */
#include "flow/pack.h"

#include <endian.h>
#include <string.h>

#include "base/vectors.h"

#define UNIT_MS UINT64_C(1000000)
#define UNIT_US UINT64_C(1000)

struct packed_column {
    uint64_t base;
    uint32_t unit;
    uint32_t offset; /* of its octets in packed_block.octets */
    uint8_t width;   /* bits a row, 0 ... 64 */
};

/* Behind the last octets stand SLACK more, as values are read eight octets at a time, and one more. */
#define SLACK 9u

struct packed_head {
    uint32_t rows, used, ip6_count, ip6_offset;
    struct packed_column column[NFDEC_COLUMN_COUNT];
};

struct packed_block {
    struct packed_head head;
    uint8_t octets[];
};

static uint8_t width_for(uint64_t all_bits)
{
    return all_bits ? (uint8_t)(64 - __builtin_clzll(all_bits)) : 0;
}

/* Bits in which any value differs from the first: none means that the base alone says it all. */
WIDE_VECTORS static struct packed_column plan_plain(const uint64_t *values, uint32_t rows)
{
    uint64_t differ = 0, any = 0, first = values[0];
    for (uint32_t i = 0; i < rows; i++) {
        differ |= values[i] ^ first;
        any |= values[i];
    }
    if (!differ)
        return (struct packed_column) { .base = first, .unit = 1 };
    return (struct packed_column) { .unit = 1, .width = width_for(any) };
}

/*
 * Exact division of all values by 2^shift * odd, through the inverse of the odd part modulo 2^64: a value that
 * divides gives its quotient, any other one a number above the largest quotient there is.
 */
static bool divide(uint64_t *out, const uint64_t *values, uint32_t rows, unsigned shift, uint64_t inverse,
                   uint64_t unit)
{
    uint64_t limit = UINT64_MAX / unit, over = 0;
    for (uint32_t i = 0; i < rows; i++) {
        uint64_t q = values[i] * inverse;
        q = q >> shift | q << (64 - shift);
        over |= q > limit;
        out[i] = q;
    }
    return !over;
}

/* Differences of times, scaled by the largest unit that loses nothing: they are replaced by quotients. */
WIDE_VECTORS static struct packed_column plan_scaled(uint64_t base, uint64_t *values, uint32_t rows)
{
    static const struct {
        uint64_t unit, inverse; /* of unit >> shift */
        unsigned shift;
    } units[] = { { UNIT_MS, UINT64_C(0x790FB65668C26139), 6 },
                  { UNIT_US, UINT64_C(0x1CAC083126E978D5), 3 } };
    struct packed_column column = { .base = base, .unit = 1 };
    uint64_t quotient[NFDEC_ROWS], any = 0;
    for (unsigned u = 0; u < 2 && column.unit == 1; u++) {
        if (divide(quotient, values, rows, units[u].shift, units[u].inverse, units[u].unit)) {
            memcpy(values, quotient, rows * sizeof *values);
            column.unit = (uint32_t)units[u].unit;
        }
    }
    for (uint32_t i = 0; i < rows; i++)
        any |= values[i];
    column.width = width_for(any);
    return column;
}

static uint64_t lowest(const uint64_t *values, uint32_t rows)
{
    int64_t low = (int64_t)values[0];
    for (uint32_t i = 1; i < rows; i++)
        low = (int64_t)values[i] < low ? (int64_t)values[i] : low;
    return (uint64_t)low;
}

/* The same octets on every machine. One move: assembled octet by octet it is eight where the loop around is unrolled. */
static uint64_t load64(const uint8_t *p)
{
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return le64toh(value);
}

static void store64(uint8_t *p, uint64_t value, size_t octets)
{
    for (unsigned i = 0; i < octets; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

/* Values of `width` bits each, from the lowest bit of the first octet on. */
static void put(uint8_t *out, unsigned width, const uint64_t *values, uint32_t rows)
{
    uint64_t word = 0;
    unsigned fill = 0;
    for (uint32_t i = 0; i < rows; i++) {
        word |= values[i] << fill;
        fill += width;
        if (fill < 64)
            continue;
        store64(out, word, 8);
        out += 8;
        fill -= 64;
        word = fill ? values[i] >> (width - fill) : 0;
    }
    store64(out, word, (fill + 7) / 8);
}

/* Makes one value of every two neighbours, which compilers do several at a time; returns how many are left. */
static uint32_t join_neighbours(uint64_t *restrict out, const uint64_t *restrict values, uint32_t rows,
                                unsigned width)
{
    uint32_t pairs = rows / 2;
    for (uint32_t i = 0; i < pairs; i++)
        out[i] = values[2 * i] | values[2 * i + 1] << width;
    if (rows % 2)
        out[pairs] = values[rows - 1];
    return pairs + rows % 2;
}

/*
 * The same octets as put(), sooner: narrow values are joined first, as in put() each one waits for the one before
 * it. Where their number is odd, up to seven octets of zeros are written behind the last.
 */
WIDE_VECTORS static void put_joined(uint8_t *out, unsigned width, const uint64_t *values, uint32_t rows)
{
    uint64_t joined[2][NFDEC_ROWS / 2];
    for (unsigned step = 0; width <= 32 && rows > 1; step++, width *= 2) {
        rows = join_neighbours(joined[step % 2], values, rows, width);
        values = joined[step % 2];
    }
    put(out, width, values, rows);
}

static uint64_t get(const uint8_t *from, unsigned width, uint32_t row)
{
    size_t bit = (size_t)row * width;
    unsigned shift = bit & 7;
    if (!width)
        return 0;
    uint64_t value = load64(from + bit / 8) >> shift;
    if (shift + width > 64)
        value |= (uint64_t)from[bit / 8 + 8] << (64 - shift);
    return value & UINT64_MAX >> (64 - width);
}

static size_t octets_for(unsigned width, uint32_t rows)
{
    return ((size_t)width * rows + 7) / 8;
}

/* What is stored of each column: itself, or for times the distance in units. */
struct packing {
    struct packed_head head;
    const uint64_t *values[NFDEC_COLUMN_COUNT];
    uint64_t start[NFDEC_ROWS], length[NFDEC_ROWS];
    uint32_t octets;
};

/* The end is stored as its distance from the start; a block without starts has them at 0. */
static void plan_times(struct packing *p, const struct nfdec_columns *columns)
{
    static const uint64_t none[NFDEC_ROWS];
    bool starts = columns->used & NFDEC_BIT(START), ends = columns->used & NFDEC_BIT(END);
    const uint64_t *start = starts ? columns->column[NFDEC_COL_START] : none;
    const uint64_t *end = columns->column[NFDEC_COL_END];
    uint64_t base = lowest(start, columns->rows);
    if (ends) {
        for (uint32_t i = 0; i < columns->rows; i++)
            p->length[i] = end[i] - start[i];
        p->values[NFDEC_COL_END] = p->length;
        p->head.column[NFDEC_COL_END] = plan_scaled(0, p->length, columns->rows);
    }
    if (starts) {
        for (uint32_t i = 0; i < columns->rows; i++)
            p->start[i] = start[i] - base;
        p->values[NFDEC_COL_START] = p->start;
        p->head.column[NFDEC_COL_START] = plan_scaled(base, p->start, columns->rows);
    }
}

static void plan_block(struct packing *p, const struct nfdec_columns *columns)
{
    uint32_t times = NFDEC_BIT(START) | NFDEC_BIT(END);
    p->head = (struct packed_head) { .rows = columns->rows,
                                     .used = columns->used,
                                     .ip6_count = columns->ip6_count };
    p->octets = 0;
    if (columns->used & times)
        plan_times(p, columns);
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++) {
        struct packed_column *column = &p->head.column[c];
        if (!(columns->used >> c & 1))
            continue;
        if (!(times >> c & 1)) {
            p->values[c] = columns->column[c];
            *column = plan_plain(columns->column[c], columns->rows);
        }
        column->offset = p->octets;
        p->octets += (uint32_t)octets_for(column->width, columns->rows);
    }
    p->head.ip6_offset = p->octets;
}

struct packed_block *pack_block(const struct nfdec_columns *columns, struct arena *arena)
{
    struct packing p;
    plan_block(&p, columns);
    size_t ip6 = columns->ip6_count * sizeof columns->ip6[0];
    struct packed_block *block = arena_take(arena, sizeof *block + p.octets + ip6 + SLACK);
    block->head = p.head;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT;
         c++) /* in order of offsets: what is behind one is written later */
        if (block->head.column[c].width)
            put_joined(block->octets + block->head.column[c].offset, block->head.column[c].width, p.values[c],
                       columns->rows);
    memcpy(block->octets + p.octets, columns->ip6, ip6);
    return block;
}

/* Any value of so many bits is within eight octets, wherever it begins. */
#define WITHIN_LOAD 57u

static void unpack_values(const struct packed_block *block, unsigned c, uint64_t *out)
{
    const struct packed_column *column = &block->head.column[c];
    const uint8_t *from = block->octets + column->offset;
    uint64_t base = column->base, unit = column->unit;
    uint32_t rows = block->head.rows;
    unsigned width = column->width;
    if (width == 0) {
        for (uint32_t i = 0; i < rows; i++)
            out[i] = base;
    } else if (width <= WITHIN_LOAD) {
        uint64_t mask = UINT64_MAX >> (64 - width);
        for (size_t i = 0, bit = 0; i < rows; i++, bit += width)
            out[i] = base + (load64(from + bit / 8) >> bit % 8 & mask) * unit;
    } else {
        for (uint32_t i = 0; i < rows; i++)
            out[i] = base + get(from, width, i) * unit;
    }
}

uint32_t unpack_column(const struct packed_block *block, enum nfdec_column column, uint64_t out[NFDEC_ROWS])
{
    unpack_values(block, column, out);
    if (column == NFDEC_COL_END && block->head.used >> NFDEC_COL_END & 1) {
        uint64_t start[NFDEC_ROWS];
        unpack_values(block, NFDEC_COL_START, start);
        for (uint32_t i = 0; i < block->head.rows; i++)
            out[i] += start[i];
    }
    return block->head.rows;
}

void unpack_block(const struct packed_block *block, struct nfdec_columns *out)
{
    out->rows = block->head.rows;
    out->used = block->head.used;
    out->ip6_count = block->head.ip6_count;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        if (block->head.used >> c & 1)
            unpack_values(block, c, out->column[c]);
    uint32_t times = NFDEC_BIT(START) | NFDEC_BIT(END);
    if ((block->head.used & times) == times)
        for (uint32_t i = 0; i < block->head.rows; i++)
            out->column[NFDEC_COL_END][i] += out->column[NFDEC_COL_START][i];
    memcpy(out->ip6, block->octets + block->head.ip6_offset, block->head.ip6_count * sizeof out->ip6[0]);
}

static uint64_t unpack_value(const struct packed_block *block, unsigned c, uint32_t row)
{
    const struct packed_column *column = &block->head.column[c];
    return column->base + get(block->octets + column->offset, column->width, row) * column->unit;
}

uint64_t unpack_one(const struct packed_block *block, enum nfdec_column column, uint32_t row)
{
    uint64_t value = unpack_value(block, column, row);
    if (column == NFDEC_COL_END && block->head.used >> NFDEC_COL_END & 1)
        value += unpack_value(block, NFDEC_COL_START, row);
    return value;
}

void unpack_row(const struct packed_block *block, uint32_t row, uint64_t out[NFDEC_COLUMN_COUNT])
{
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        out[c] = unpack_value(block, c, row);
    if (block->head.used >> NFDEC_COL_END & 1)
        out[NFDEC_COL_END] += out[NFDEC_COL_START];
}

const uint8_t *unpack_ip6(const struct packed_block *block, uint64_t index)
{
    return index < block->head.ip6_count ? block->octets + block->head.ip6_offset + 16 * index : NULL;
}

bool unpack_bounds(const struct packed_block *block, enum nfdec_column column, uint64_t *low, uint64_t *high)
{
    const struct packed_column *from = &block->head.column[column];
    uint64_t most = from->width ? UINT64_MAX >> (64 - from->width) : 0;
    if (column == NFDEC_COL_END || __builtin_mul_overflow(most, from->unit, &most))
        return false;
    *low = from->base;
    *high = from->base + most;
    return true;
}
