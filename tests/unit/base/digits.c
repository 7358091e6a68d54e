/* SPDX-License-Identifier: MIT */
#include "base/digits.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

static void expect_digits(uint64_t value)
{
    char wanted[32], out[DIGITS_ROOM];
    int length = snprintf(wanted, sizeof wanted, "%" PRIu64, value);
    *digits_put(out, value) = '\0';
    cr_assert_str_eq(out, wanted);
    *digits_put_small(out, value) = '\0';
    cr_assert_str_eq(out, wanted);
    *digits_put_medium(out, value) = '\0';
    cr_assert_str_eq(out, wanted);
    cr_assert_eq(digits_unsigned(value, out), (size_t)length);
    cr_assert_eq(memcmp(out, wanted, (size_t)length), 0);
}

Test(digits, of_all_small_numbers)
{
    for (uint64_t value = 0; value < 110000; value++)
        expect_digits(value);
}

Test(digits, around_every_power_of_ten)
{
    for (uint64_t power = 1;; power *= 10) {
        for (uint64_t factor = 1; factor < 10; factor++) {
            expect_digits(power * factor - 1);
            expect_digits(power * factor);
            expect_digits(power * factor + 1);
        }
        if (power == UINT64_C(1000000000000000000))
            break;
    }
    expect_digits(UINT64_C(10000000000000000000));
    expect_digits(UINT64_MAX);
}

Test(digits, of_numbers_of_every_width)
{
    uint64_t value = 1;
    for (unsigned i = 0; i < 100000; i++) {
        value = value * UINT64_C(6364136223846793005) + 1442695040888963407;
        expect_digits(value >> i % 64);
    }
}

Test(digits, eight_at_once)
{
    for (uint64_t value = 0; value < DIGITS_EIGHT; value += 9973) {
        uint64_t digits = digits_eight(value), back = 0;
        for (unsigned i = 0; i < 8; i++)
            back = back * 10 + (digits >> 8 * i & 0xFF);
        cr_assert_eq(back, value);
    }
}

Test(digits, four_at_once)
{
    for (uint32_t value = 0; value < 10000; value++) {
        uint32_t digits = digits_four(value), back = 0;
        for (unsigned i = 0; i < 4; i++)
            back = back * 10 + (digits >> 8 * i & 0xFF);
        cr_assert_eq(back, value);
    }
}

Test(digits, in_pairs)
{
    for (unsigned i = 0; i < 100; i++) {
        cr_expect_eq(digits_pair[2 * i], (char)('0' + i / 10));
        cr_expect_eq(digits_pair[2 * i + 1], (char)('0' + i % 10));
    }
}
