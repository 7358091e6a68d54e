/* SPDX-License-Identifier: MIT */
#include "base/order.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state ^ *state >> 29;
}

/* Rows of rising key, and among equal keys of rising place in `before`. */
static void check(const uint32_t *before, const uint32_t *after, size_t count, const uint64_t *key,
                  size_t keys)
{
    uint32_t *place = calloc(keys, sizeof *place);
    cr_assert_not_null(place);
    for (uint32_t i = 0; i < count; i++)
        place[before[i]] = i + 1;
    for (size_t i = 0; i < count; i++) {
        cr_assert_neq(place[after[i]], 0, "row %u twice or from nowhere", after[i]);
        if (i && key[after[i]] == key[after[i - 1]])
            cr_assert_gt(place[after[i]], place[after[i - 1]], "equal keys changed places");
        else if (i)
            cr_assert_gt(key[after[i]], key[after[i - 1]]);
    }
    for (size_t i = 0; i < count; i++) {
        cr_assert_neq(place[after[i]], 0, "row %u twice", after[i]);
        place[after[i]] = 0;
    }
    free(place);
}

/* `mask` and `shift` choose which digits differ, so that any number of passes is tried, odd and even ones. */
static void run(size_t count, uint64_t mask, unsigned shift, uint64_t seed)
{
    uint64_t *key = calloc(count + 1, sizeof *key);
    uint32_t *index = calloc(count + 1, sizeof *index), *before = calloc(count + 1, sizeof *before);
    cr_assert(key && index && before);
    for (uint32_t i = 0; i < count; i++) {
        key[i] = (next_random(&seed) & mask) << shift | 5;
        before[i] = i;
    }
    for (size_t i = count; i > 1; i--) { /* any order to start from */
        size_t j = next_random(&seed) % i;
        uint32_t swap = before[i - 1];
        before[i - 1] = before[j];
        before[j] = swap;
    }
    for (size_t i = 0; i < count; i++)
        index[i] = before[i];
    order_by_key(index, count, key);
    check(before, index, count, key, count + 1);
    free(key);
    free(index);
    free(before);
}

Test(order, random_keys)
{
    static const uint64_t masks[] = { 0, 1, 0xf, 0x7ff, 0xffff, 0xffffffff, UINT64_MAX };
    static const size_t counts[] = { 0, 1, 2, 3, 100, 5000 };
    for (size_t m = 0; m < sizeof masks / sizeof masks[0]; m++)
        for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++)
            for (unsigned shift = 0; shift < 64; shift += 21)
                run(counts[n], masks[m], shift, m * 100 + n + shift);
}

Test(order, sorts_a_part_of_the_rows)
{
    const uint64_t key[] = { 50, 40, 30, 20, 10 };
    uint32_t index[] = { 0, 4, 2 };
    order_by_key(index, 3, key);
    cr_expect_eq(index[0], 4);
    cr_expect_eq(index[1], 2);
    cr_expect_eq(index[2], 0);
}

Test(order, signed_keys)
{
    const int64_t value[] = { 0, INT64_MAX, -1, INT64_MIN, 1, -1, INT64_MIN + 1 };
    static const uint32_t wanted[] = { 3, 6, 2, 5, 0, 4, 1 };
    uint64_t key[7];
    uint32_t index[7];
    for (uint32_t i = 0; i < 7; i++) {
        key[i] = order_signed(value[i]);
        index[i] = i;
    }
    order_by_key(index, 7, key);
    for (unsigned i = 0; i < 7; i++)
        cr_expect_eq(index[i], wanted[i], "place %u", i);
}

Test(order, upper_halves)
{
    enum { COUNTS = 4, MOST = 5000 };
    static const size_t counts[COUNTS] = { 0, 1, 2, MOST };
    static uint64_t number[MOST], other[MOST];
    for (unsigned c = 0; c < COUNTS; c++) {
        uint64_t state = c;
        for (size_t i = 0; i < counts[c]; i++)
            number[i] = next_random(&state) % 3 << 62 | next_random(&state) % 200 << 40 | (MOST - i);
        order_upper_halves(number, other, counts[c]);
        for (size_t i = 1; i < counts[c]; i++) {
            cr_assert_leq(number[i - 1] >> 32, number[i] >> 32);
            if (number[i - 1] >> 32 == number[i] >> 32)
                cr_assert_gt((uint32_t)number[i - 1], (uint32_t)number[i], "the order they had");
        }
    }
}
