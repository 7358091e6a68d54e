/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

Test(text, is_cut_to_its_room)
{
    char buffer[8];
    memset(buffer, '#', sizeof buffer);
    struct text t = text_of(buffer, 5);
    cr_expect_str_eq(buffer, "");
    text_add(&t, "ab");
    cr_expect_not(t.full);
    text_unsigned(&t, 123);
    cr_expect(t.full);
    text_add(&t, "x");
    cr_expect_str_eq(buffer, "ab12");
    cr_expect_eq(t.length, 4);
    cr_expect_eq(buffer[5], '#');
}

Test(text, of_no_size_writes_nothing)
{
    char buffer[2] = { '#', '#' };
    struct text t = text_of(buffer, 0);
    text_add(&t, "ab");
    text_signed(&t, -5);
    text_hex(&t, (const uint8_t[]) { 1 }, 1);
    text_clean(&t, "q", 1);
    cr_expect_eq(t.length, 0);
    cr_expect_eq(buffer[0], '#');
}

Test(text, exact_fit_is_not_full)
{
    char buffer[5];
    struct text t = text_of(buffer, sizeof buffer);
    text_add(&t, "abcd");
    cr_expect_not(t.full);
    text_add(&t, "");
    cr_expect_not(t.full);
    text_add(&t, "e");
    cr_expect(t.full);
    cr_expect_str_eq(buffer, "abcd");
}

Test(text, hex_and_escapes_are_not_cut_within)
{
    char buffer[8];
    struct text t = text_of(buffer, 6);
    text_hex(&t, (const uint8_t[]) { 0xDE, 0xAD, 0xBE }, 3);
    cr_expect_str_eq(buffer, "dead");
    cr_expect(t.full);

    t = text_of(buffer, 6);
    text_clean(&t, "ab\033z", 4);
    cr_expect_str_eq(buffer, "ab");

    t = text_of(buffer, 4);
    text_clean(&t, "ab\xC3\xA9", 4);
    cr_expect_str_eq(buffer, "ab", "half a character was written");

    t = text_of(buffer, 5);
    text_clean(&t, "ab\xC3\xA9", 4);
    cr_expect_str_eq(buffer, "ab\xC3\xA9");
    cr_expect_not(t.full);
}

Test(text, writes_extreme_numbers)
{
    char buffer[32];
    struct text t = text_of(buffer, sizeof buffer);
    text_signed(&t, INT64_MIN);
    cr_expect_str_eq(buffer, "-9223372036854775808");
    t = text_of(buffer, sizeof buffer);
    text_unsigned(&t, UINT64_MAX);
    cr_expect_str_eq(buffer, "18446744073709551615");
}
