/* SPDX-License-Identifier: MIT */
#include "flow/pack.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vectors.h"

struct packed_column {
    uint64_t base;
    uint32_t unit;
    uint16_t offset; /* of its octets in packed_block.octets, in PIECE */
    uint8_t width;   /* bits a row, 0 ... 64 */
};

/* What one bit of every row takes, in octets: each column takes as many of these as it has bits. */
#define PIECE (NFDEC_ROWS / 8u)

/* Behind the last octets stand SLACK more, as values are read eight octets at a time, and one more. */
#define SLACK 9u

struct packed_head {
    uint32_t used, ip6_count, ip6_offset;
    struct packed_column column[NFDEC_COLUMN_COUNT];
};

struct packed_block {
    struct packed_head head;
    uint8_t octets[];
};

/*
 * The values of a column stand in STREAMS streams, one behind the other: row r is in stream r % STREAMS. So as many
 * neighbours are shifted into place at once, and none of them waits for the one before it.
 */
#define STREAMS 4u
#define LENGTH  (NFDEC_ROWS / STREAMS) /* values of a stream */

typedef uint64_t lanes __attribute__((vector_size(STREAMS * sizeof(uint64_t))));
typedef int64_t signed_lanes __attribute__((vector_size(STREAMS * sizeof(int64_t))));

/* Macros, as a function would take vectors that not every processor has. */
typedef lanes loose_lanes __attribute__((aligned(8), may_alias));
#define LOAD(values)         (*(const loose_lanes *)(values))
#define STORE(values, lanes) ((void)(*(loose_lanes *)(values) = (lanes)))

/* Where a row is, counted along the streams. */
static uint32_t place_of(uint32_t row)
{
    return row % STREAMS * LENGTH + row / STREAMS;
}

static uint8_t width_for(uint64_t all_bits)
{
    return all_bits ? (uint8_t)(64 - __builtin_clzll(all_bits)) : 0;
}

/* Where all values are the same, the base alone says it all. */
WIDE_VECTORS static struct packed_column plan_plain(const uint64_t *values)
{
    lanes any = LOAD(values), all = any;
    for (uint32_t i = 0; i < NFDEC_ROWS; i += 2 * STREAMS) {
        any |= LOAD(values + i) | LOAD(values + i + STREAMS);
        all &= LOAD(values + i) & LOAD(values + i + STREAMS);
    }
    uint64_t any_bits = any[0], all_bits = all[0];
    for (unsigned s = 1; s < STREAMS; s++) {
        any_bits |= any[s];
        all_bits &= all[s];
    }
    if (any_bits == all_bits)
        return (struct packed_column) { .base = any_bits, .unit = 1 };
    return (struct packed_column) { .unit = 1, .width = width_for(any_bits) };
}

WIDE_VECTORS static uint64_t lowest(const uint64_t *values)
{
    signed_lanes low = (signed_lanes)LOAD(values);
    for (uint32_t i = STREAMS; i < NFDEC_ROWS; i += STREAMS) {
        signed_lanes at = (signed_lanes)LOAD(values + i), less = at < low;
        low = (at & less) | (low & ~less);
    }
    int64_t lowest = low[0];
    for (unsigned s = 1; s < STREAMS; s++)
        lowest = low[s] < lowest ? low[s] : lowest;
    return (uint64_t)lowest;
}

/*
 * Units of times: 2^shift * odd, and the inverse of the odd part modulo 2^64. Through it a multiple of the unit gives
 * its quotient, and anything else a number above the largest quotient there is, which has more than `most` bits.
 */
static const struct unit {
    uint32_t unit;
    uint8_t shift, most;
    uint64_t inverse;
} units[] = {
    { 1000000, 6, 44, UINT64_C(0x790FB65668C26139) },
    { 1000, 3, 54, UINT64_C(0x1CAC083126E978D5) },
    { 1, 0, 64, 1 },
};

/* Distances from the values at `from`, or from the same few for all rows (`step` 0), in a unit; returns all bits. */
WIDE_VECTORS static uint64_t distances(uint64_t *out, const uint64_t *values, const uint64_t *from,
                                       size_t step, const struct unit *unit)
{
    lanes any = { 0 };
    uint64_t shift = unit->shift, back = (64 - shift) % 64, bits = 0;
    for (size_t i = 0; i < NFDEC_ROWS; i += STREAMS) {
        lanes quotients = (LOAD(values + i) - LOAD(from + i * step)) * unit->inverse;
        quotients = quotients >> shift | quotients << back;
        any |= quotients;
        STORE(out + i, quotients);
    }
    for (unsigned s = 0; s < STREAMS; s++)
        bits |= any[s];
    return bits;
}

/* In the largest unit that loses nothing. */
static struct packed_column plan_distances(uint64_t *out, const uint64_t *values, const uint64_t *from,
                                           size_t step)
{
    const struct unit *unit = units;
    uint8_t width = width_for(distances(out, values, from, step, unit));
    while (width > unit->most) {
        unit++;
        width = width_for(distances(out, values, from, step, unit));
    }
    return (struct packed_column) { .unit = unit->unit, .width = width };
}

/* The same octets on every machine. One move: assembled octet by octet it is eight where the loop around is unrolled. */
static uint64_t load64(const uint8_t *p)
{
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return le64toh(value);
}

static void store64(uint8_t *p, uint64_t value)
{
    value = htole64(value);
    memcpy(p, &value, sizeof value);
}

/*
 * Values of `width` bits each, in every stream from the lowest bit of its first octet on. As `many` as have 64 bits at
 * the most are joined first.
 */
static inline __attribute__((always_inline)) void put_joined(uint8_t *out, unsigned width,
                                                             const uint64_t *values, unsigned many)
{
    size_t stream = width * PIECE / STREAMS;
    unsigned fill = 0;
    lanes word = { 0 };
    for (uint32_t i = 0; i < NFDEC_ROWS; i += many * STREAMS) {
        lanes joined = LOAD(values + i);
        for (unsigned k = 1; k < many; k++)
            joined |= LOAD(values + i + k * STREAMS) << (uint64_t)(k * width);
        word |= joined << (uint64_t)fill;
        fill += many * width;
        if (fill < 64)
            continue;
        for (unsigned s = 0; s < STREAMS; s++)
            store64(out + s * stream, word[s]);
        out += 8;
        fill -= 64;
        word = fill ? joined >> (uint64_t)(many * width - fill) : (lanes) { 0 };
    }
}

WIDE_VECTORS static void put(uint8_t *out, unsigned width, const uint64_t *values)
{
    if (width > 32)
        put_joined(out, width, values, 1);
    else if (width > 16)
        put_joined(out, width, values, 2);
    else if (width > 0)
        put_joined(out, width, values, 4);
}

static uint64_t get(const uint8_t *from, unsigned width, uint32_t row)
{
    size_t bit = (size_t)place_of(row) * width;
    unsigned shift = bit & 7;
    if (!width)
        return 0;
    uint64_t value = load64(from + bit / 8) >> shift;
    if (shift + width > 64)
        value |= (uint64_t)from[bit / 8 + 8] << (64 - shift);
    return value & UINT64_MAX >> (64 - width);
}

struct packer {
    struct packed_head head;
    uint32_t pieces;
    uint64_t length[NFDEC_ROWS], start[NFDEC_ROWS]; /* what is stored of times */
    uint8_t octets[NFDEC_COLUMN_COUNT * 64 * PIECE];
};

struct packer *packer_new(void)
{
    return alloc_new(sizeof(struct packer));
}

void packer_free(struct packer *packer)
{
    free(packer);
}

size_t packer_memory(void)
{
    return sizeof(struct packer);
}

/* While the values are in the nearest cache. */
static void add_column(struct packer *p, unsigned c, struct packed_column column, const uint64_t *values)
{
    column.offset = (uint16_t)p->pieces;
    p->head.column[c] = column;
    put(p->octets + p->pieces * PIECE, column.width, values);
    p->pieces += column.width;
}

/* The end is stored as its distance from the start; a block without starts has them at 0. */
static void add_times(struct packer *p, const struct nfdec_columns *columns)
{
    const uint64_t *start = columns->column[NFDEC_COL_START], *end = columns->column[NFDEC_COL_END];
    uint64_t base[STREAMS] = { 0 };
    bool starts = columns->used & NFDEC_BIT(START);
    if (columns->used & NFDEC_BIT(END))
        add_column(p, NFDEC_COL_END, plan_distances(p->length, end, starts ? start : base, starts),
                   p->length);
    if (!starts)
        return;
    base[0] = lowest(start);
    for (unsigned s = 1; s < STREAMS; s++)
        base[s] = base[0];
    struct packed_column column = plan_distances(p->start, start, base, 0);
    column.base = base[0];
    add_column(p, NFDEC_COL_START, column, p->start);
}

static void add_columns(struct packer *p, const struct nfdec_columns *columns)
{
    uint32_t times = NFDEC_BIT(START) | NFDEC_BIT(END);
    p->head = (struct packed_head) { .used = columns->used, .ip6_count = columns->ip6_count };
    p->pieces = 0;
    add_times(p, columns);
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        if ((columns->used & ~times) >> c & 1)
            add_column(p, c, plan_plain(columns->column[c]), columns->column[c]);
    p->head.ip6_offset = p->pieces * PIECE;
}

struct packed_block *pack_block(struct packer *packer, const struct nfdec_columns *columns,
                                struct arena *arena)
{
    assert(columns->rows == NFDEC_ROWS);
    add_columns(packer, columns);
    size_t octets = packer->head.ip6_offset, ip6 = columns->ip6_count * sizeof columns->ip6[0];
    struct packed_block *block = arena_take(arena, sizeof *block + octets + ip6 + SLACK);
    block->head = packer->head;
    memcpy(block->octets, packer->octets, octets);
    memcpy(block->octets + octets, columns->ip6, ip6);
    return block;
}

static const uint8_t *octets_of(const struct packed_block *block, unsigned c)
{
    return block->octets + block->head.column[c].offset * PIECE;
}

/* Any value of so many bits is within eight octets, wherever it begins. */
#define WITHIN_LOAD 57u

static void unpack_wide(const uint8_t *from, const struct packed_column *column, uint64_t *out)
{
    for (uint32_t i = 0; i < NFDEC_ROWS; i++)
        out[i] = column->base + get(from, column->width, i) * column->unit;
}

/* As `many` rows of each stream as are within one load. */
static inline __attribute__((always_inline)) void get_joined(const uint8_t *from,
                                                             const struct packed_column *column,
                                                             uint64_t *out, unsigned many)
{
    uint64_t base = column->base, unit = column->unit, width = column->width;
    uint64_t mask = UINT64_MAX >> (64 - width);
    size_t stream = width * PIECE / STREAMS, bit = 0;
    for (uint32_t i = 0; i < NFDEC_ROWS; i += many * STREAMS, bit += many * width) {
        const uint8_t *at = from + bit / 8;
        lanes joined = { load64(at), load64(at + stream), load64(at + 2 * stream), load64(at + 3 * stream) };
        joined >>= (uint64_t)(bit % 8);
        for (unsigned k = 0; k < many; k++) {
            lanes values = joined >> k * width & mask;
            STORE(out + i + k * STREAMS, unit == 1 ? values + base : values * unit + base);
        }
    }
}

WIDE_VECTORS static void unpack_narrow(const uint8_t *from, const struct packed_column *column, uint64_t *out)
{
    if (column->width > WITHIN_LOAD / 2)
        get_joined(from, column, out, 1);
    else if (column->width > WITHIN_LOAD / 4)
        get_joined(from, column, out, 2);
    else if (column->width > WITHIN_LOAD / 8)
        get_joined(from, column, out, 4);
    else
        get_joined(from, column, out, 8);
}

static void unpack_values(const struct packed_block *block, unsigned c, uint64_t *out)
{
    const struct packed_column *column = &block->head.column[c];
    if (column->width > WITHIN_LOAD)
        unpack_wide(octets_of(block, c), column, out);
    else if (column->width)
        unpack_narrow(octets_of(block, c), column, out);
    else
        for (uint32_t i = 0; i < NFDEC_ROWS; i++)
            out[i] = column->base;
}

uint32_t unpack_column(const struct packed_block *block, enum nfdec_column column, uint64_t out[NFDEC_ROWS])
{
    unpack_values(block, column, out);
    if (column == NFDEC_COL_END && block->head.used >> NFDEC_COL_END & 1) {
        uint64_t start[NFDEC_ROWS];
        unpack_values(block, NFDEC_COL_START, start);
        for (uint32_t i = 0; i < NFDEC_ROWS; i++)
            out[i] += start[i];
    }
    return NFDEC_ROWS;
}

void unpack_block(const struct packed_block *block, struct nfdec_columns *out)
{
    out->rows = NFDEC_ROWS;
    out->used = block->head.used;
    out->ip6_count = block->head.ip6_count;
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        if (block->head.used >> c & 1)
            unpack_values(block, c, out->column[c]);
    uint32_t times = NFDEC_BIT(START) | NFDEC_BIT(END);
    if ((block->head.used & times) == times)
        for (uint32_t i = 0; i < NFDEC_ROWS; i++)
            out->column[NFDEC_COL_END][i] += out->column[NFDEC_COL_START][i];
    memcpy(out->ip6, block->octets + block->head.ip6_offset, block->head.ip6_count * sizeof out->ip6[0]);
}

static uint64_t unpack_value(const struct packed_block *block, unsigned c, uint32_t row)
{
    const struct packed_column *column = &block->head.column[c];
    return column->base + get(octets_of(block, c), column->width, row) * column->unit;
}

uint64_t unpack_one(const struct packed_block *block, enum nfdec_column column, uint32_t row)
{
    uint64_t value = unpack_value(block, column, row);
    if (column == NFDEC_COL_END && block->head.used >> NFDEC_COL_END & 1)
        value += unpack_value(block, NFDEC_COL_START, row);
    return value;
}

void unpack_soon(const struct packed_block *block, enum nfdec_column column, uint32_t row)
{
    __builtin_prefetch(octets_of(block, column) +
                       (size_t)place_of(row) * block->head.column[column].width / 8);
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

void unpack_ip6_fetch(const struct packed_block *block, uint32_t row)
{
    static const enum nfdec_column ends[2] = { NFDEC_COL_SRC, NFDEC_COL_DST };
    for (unsigned i = 0; i < 2; i++)
        __builtin_prefetch(octets_of(block, ends[i]) +
                           (size_t)place_of(row) * block->head.column[ends[i]].width / 8);
}

void unpack_ip6_ends(const struct packed_block *block, uint32_t row, const uint8_t *ip[2])
{
    ip[0] = unpack_ip6(block, unpack_value(block, NFDEC_COL_SRC, row));
    ip[1] = unpack_ip6(block, unpack_value(block, NFDEC_COL_DST, row));
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
