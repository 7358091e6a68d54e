/* SPDX-License-Identifier: MIT */
#include "flow/store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

static void expect_row(const struct flow_row *got, const struct flow_row *wanted, uint64_t row)
{
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        cr_assert_eq(got->value[c], wanted->value[c], "row %ju, %s: %jx, not %jx", (uintmax_t)row,
                     nfdec_column_name(c), (uintmax_t)got->value[c], (uintmax_t)wanted->value[c]);
    cr_assert(addr_equal(&got->src, &wanted->src), "row %ju: source", (uintmax_t)row);
    cr_assert(addr_equal(&got->dst, &wanted->dst), "row %ju: destination", (uintmax_t)row);
}

static void check_rows(const struct rows *rows)
{
    struct flow_row row;
    struct flow_reader *reader = flow_reader_new(rows->store);
    cr_assert_eq(flow_store_rows(rows->store), rows->count);
    for (uint32_t i = 0; i < rows->count; i++) {
        flow_store_row(rows->store, i, &row);
        expect_row(&row, &rows->wanted[i], i);
        expect_row(flow_reader_row(reader, i), &rows->wanted[i], i);
        uint32_t other = (uint32_t)((uint64_t)i * 7919 % rows->count); /* there and back between blocks */
        if (i % 64 == 0)
            expect_row(flow_reader_row(reader, other), &rows->wanted[other], other);
    }
    flow_reader_free(reader);
}

static void check_columns(const struct rows *rows)
{
    static uint64_t values[NFDEC_ROWS];
    uint64_t blocks = (rows->count + NFDEC_ROWS - 1) / NFDEC_ROWS;
    for (uint64_t b = 0; b < blocks; b++) {
        for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++) {
            memset(values, 0xee, sizeof values);
            uint32_t n = flow_store_column(rows->store, b, c, values);
            cr_assert_eq(n, b + 1 < blocks ? NFDEC_ROWS : rows->count - b * NFDEC_ROWS);
            for (uint32_t i = 0; i < n; i += 13)
                cr_assert_eq(flow_store_value(rows->store, b * NFDEC_ROWS + i, (enum nfdec_column)c),
                             values[i]);
            for (uint32_t i = 0; i < n; i++)
                cr_assert_eq(values[i], rows->wanted[b * NFDEC_ROWS + i].value[c], "block %ju, %s, row %u",
                             (uintmax_t)b, nfdec_column_name(c), i);
        }
    }
}

static void check_block(const struct rows *rows, uint64_t block, const struct nfdec_columns *columns)
{
    for (uint32_t i = 0; i < columns->rows; i++) {
        const struct flow_row *wanted = &rows->wanted[block * NFDEC_ROWS + i];
        for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++) {
            uint64_t value = columns->used >> c & 1 ? columns->column[c][i] : 0;
            cr_assert_eq(value, wanted->value[c], "%s, row %u", nfdec_column_name(c), i);
        }
        if (wanted->src.family == 6)
            cr_assert(memcmp(columns->ip6[wanted->value[NFDEC_COL_SRC]], wanted->src.octets, 16) == 0);
        if (wanted->dst.family == 6)
            cr_assert(memcmp(columns->ip6[wanted->value[NFDEC_COL_DST]], wanted->dst.octets, 16) == 0);
    }
}

static void check_blocks(const struct rows *rows)
{
    struct nfdec_columns *columns = malloc(sizeof *columns);
    cr_assert_not_null(columns);
    uint32_t seen = 0;
    for (uint64_t b = 0; seen < rows->count; b++) {
        memset(columns, 0xee, sizeof *columns);
        flow_store_block(rows->store, b, columns);
        check_block(rows, b, columns);
        seen += columns->rows;
    }
    cr_expect_eq(seen, rows->count);
    free(columns);
}

static void check(const struct rows *rows)
{
    check_rows(rows);
    check_columns(rows);
    check_blocks(rows);
}

static int64_t random_time(struct rows *rows, unsigned kind)
{
    static const int64_t near[] = { 0, 1509229021000000000, -5000000000, INT64_MAX, INT64_MIN };
    uint64_t base = (uint64_t)near[kind % 5];
    uint64_t unit = kind / 5 % 3 == 0 ? 1000000 : kind / 5 % 3 == 1 ? 1000 : 1;
    uint64_t distance = rows_bits(rows, 8 * (kind / 15 % 4)) * unit;
    return (int64_t)(base == (uint64_t)INT64_MAX ? base - distance : base + distance);
}

/* What a block is like, column by column: not used, one value for all rows, or so many bits. */
struct shape {
    unsigned bits[NFDEC_COLUMN_COUNT];
    uint64_t constant[NFDEC_COLUMN_COUNT];
    unsigned time, families;
    bool end_first;
};

static struct shape random_shape(struct rows *rows)
{
    static const unsigned widths[] = { 0, 0, 1, 8, 9, 16, 17, 32, 33, 63, 64 };
    struct shape shape = { .time = rows_random(rows, 60),
                           .families = rows_random(rows, 4),
                           .end_first = rows_random(rows, 4) == 0 };
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++) {
        shape.bits[c] = widths[rows_random(rows, 11)];
        shape.constant[c] = rows_random(rows, 2) ? rows_bits(rows, 64) : 0;
    }
    return shape;
}

static void random_row(struct rows *rows, const struct shape *shape)
{
    static const unsigned families[] = { 4, 6, 0 };
    struct flow_row row = { .value = { 0 } };
    for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++)
        row.value[c] = shape->bits[c] ? rows_bits(rows, shape->bits[c]) : shape->constant[c];
    uint64_t start = (uint64_t)random_time(rows, shape->time), unit = shape->time % 2 ? 1000000 : 1;
    uint64_t distance = rows_bits(rows, rows_random(rows, 40)) * unit;
    row.value[NFDEC_COL_START] = start;
    row.value[NFDEC_COL_END] = shape->end_first ? start - distance : start + distance;
    rows_address(rows, &row.src, families[shape->families == 3 ? rows_random(rows, 3) : shape->families]);
    rows_address(rows, &row.dst, families[shape->families == 3 ? rows_random(rows, 3) : shape->families]);
    rows_put(rows, &row);
}

Test(store, gives_back_what_was_put_in)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct rows rows;
        rows_begin(&rows, seed);
        uint32_t count = rows_random(&rows, 2 * NFDEC_ROWS) + NFDEC_ROWS;
        while (rows.count < count) {
            struct shape shape = random_shape(&rows);
            uint32_t run = rows_random(&rows, 2) ? NFDEC_ROWS : 1 + rows_random(&rows, 100);
            for (uint32_t i = 0; i < run && rows.count < count; i++)
                random_row(&rows, &shape);
        }
        check(&rows);
        rows_end(&rows);
    }
}

Test(store, gives_back_every_width_at_its_border)
{
    struct rows rows;
    rows_begin(&rows, 1);
    for (uint32_t i = 0; i < NFDEC_ROWS + 5; i++) {
        struct flow_row row = { .value = { 0 } };
        for (unsigned c = 0; c < NFDEC_COLUMN_COUNT; c++) {
            uint64_t border = c % 8 < 7 ? UINT64_C(1) << 8 * (c % 8 + 1) : 0;
            row.value[c] = i % 3 == 0 ? border - 1 : i % 3 == 1 && c > 8 ? border : i;
        }
        row.value[NFDEC_COL_SRC] = row.value[NFDEC_COL_DST] = 0;
        rows_put(&rows, &row);
    }
    check(&rows);
    rows_end(&rows);
}

Test(store, times_at_the_limits)
{
    static const int64_t times[] = { INT64_MIN, INT64_MAX, 0, -1, 1, INT64_MIN + 1, 999999, 1000000 };
    struct rows rows;
    rows_begin(&rows, 1);
    for (uint32_t i = 0; i < 2 * NFDEC_ROWS; i++) {
        struct flow_row row = { .value = { 0 } };
        unsigned some = i < NFDEC_ROWS ? 8 : 2;
        row.value[NFDEC_COL_START] = (uint64_t)times[i % some];
        row.value[NFDEC_COL_END] = (uint64_t)times[i / some % some];
        rows_put(&rows, &row);
    }
    check(&rows);
    rows_end(&rows);
}

/* Columns of times that nobody filled are 0, whatever the other one holds. */
Test(store, one_end_without_the_other)
{
    for (unsigned only = NFDEC_COL_START; only <= NFDEC_COL_END; only++) {
        struct rows rows;
        rows_begin(&rows, only);
        memset(flow_store_tail(rows.store)->column, 0x5a, sizeof flow_store_tail(rows.store)->column);
        for (uint32_t i = 0; i < NFDEC_ROWS; i++) {
            struct flow_row row = { .value = { 0 } };
            row.value[only] = 1509229021000000000u + i * 1000;
            rows_put(&rows, &row);
        }
        check(&rows);
        rows_end(&rows);
    }
}

Test(store, a_reader_follows_a_growing_store)
{
    struct rows rows;
    rows_begin(&rows, 3);
    struct flow_reader *reader = flow_reader_new(rows.store);
    for (uint32_t i = 0; i < NFDEC_ROWS + 20; i++) {
        struct flow_row row = { .value = { [NFDEC_COL_START] = i, [NFDEC_COL_END] = 2 * i } };
        rows_address(&rows, &row.src, i % 2 ? 4 : 6);
        rows_put(&rows, &row);
        if (i % 7 == 0)
            expect_row(flow_reader_row(reader, i / 2), &rows.wanted[i / 2], i / 2);
        expect_row(flow_reader_row(reader, i), &rows.wanted[i], i);
    }
    flow_reader_free(reader);
    rows_end(&rows);
}

/* A row as v5 exporters send them: a busy link, times of a minute, all columns that v5 has. */
static void typical_row(struct rows *rows)
{
    struct flow_row row = { .src = addr_v4(0x0a000000u | rows_random(rows, 65536)),
                            .dst = addr_v4(rows_random(rows, UINT32_MAX)) };
    uint64_t start = (UINT64_C(1509229021000) + rows_random(rows, 60000)) * 1000000;
    row.value[NFDEC_COL_START] = start;
    row.value[NFDEC_COL_END] = start + rows_random(rows, 60000) * UINT64_C(1000000);
    row.value[NFDEC_COL_SPORT] = rows_random(rows, 65536);
    row.value[NFDEC_COL_DPORT] = rows_random(rows, 65536);
    row.value[NFDEC_COL_PROTO] = rows_random(rows, 2) ? 6 : 17;
    row.value[NFDEC_COL_PACKETS] = rows_random(rows, 100000);
    row.value[NFDEC_COL_BYTES] = rows_random(rows, 100000000);
    row.value[NFDEC_COL_TCP_FLAGS] = rows_random(rows, 64);
    row.value[NFDEC_COL_TOS] = rows_random(rows, 3) * 8;
    row.value[NFDEC_COL_INPUT] = rows_random(rows, 24);
    row.value[NFDEC_COL_OUTPUT] = rows_random(rows, 24);
    row.value[NFDEC_COL_SRC_AS] = rows_random(rows, 65536);
    row.value[NFDEC_COL_DST_AS] = rows_random(rows, 65536);
    row.value[NFDEC_COL_SAMPLING] = 100;
    rows_put(rows, &row);
}

/* Rows until the store has to take more memory again. */
static size_t fill(struct rows *rows, size_t *grown)
{
    size_t before = flow_store_memory(rows->store), count = 0;
    while (flow_store_memory(rows->store) == before) {
        rows->count = 0; /* these are not looked at again */
        typical_row(rows);
        count++;
    }
    *grown = flow_store_memory(rows->store) - before;
    return count;
}

Test(store, a_row_of_v5_takes_few_octets)
{
    struct rows rows;
    size_t grown, next;
    rows_begin(&rows, 5);
    do /* up to where it grows by many rows at once */
        fill(&rows, &grown);
    while (grown < 1u << 20);
    size_t count = fill(&rows, &next);
    while (next < grown) /* the list of blocks grew, not the blocks */
        count += fill(&rows, &next);
    double octets = (double)grown / (double)count;
    printf("a v5 row takes %.1f octets\n", octets);
    cr_expect_lt(octets, 45);
    cr_expect_gt(octets, 20, "fewer than its values have: %.1f", octets);
    rows_end(&rows);
}
