/* SPDX-License-Identifier: MIT */
#include "base/cursor.h"

#include <criterion/criterion.h>
#include <stdint.h>

static const uint8_t octets[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

Test(cursor, reads_straight_down)
{
    struct cursor c = cursor_of(octets, sizeof octets);
    cr_expect_eq(cursor_u8(&c), 1);
    cr_expect_eq(cursor_u16(&c), 0x0203);
    cr_expect_eq(cursor_u32(&c), 0x04050607);
    cr_expect_eq(cursor_u64(&c), UINT64_C(0x08090A0B0C0D0E0F));
    cr_expect_eq(cursor_left(&c), 0);
    cr_expect_not(cursor_failed(&c));
}

Test(cursor, the_first_failure_sticks)
{
    struct cursor c = cursor_of(octets, 5);
    cr_expect_eq(cursor_u32(&c), 0x01020304);
    cr_expect_eq(cursor_u16(&c), 0);
    cr_expect(cursor_failed(&c));
    cr_expect_eq(c.at, 4);
    cr_expect_eq(cursor_u8(&c), 0, "a failed cursor reads nothing, though an octet is there");
    cr_expect_eq(c.at, 4);
    cr_expect_eq(cursor_left(&c), 0);
    cr_expect_not(cursor_skip(&c, 0));
}

Test(cursor, huge_lengths_do_not_wrap)
{
    struct cursor c = cursor_of(octets, sizeof octets);
    cr_expect(cursor_skip(&c, 3));
    cr_expect_null(cursor_take(&c, SIZE_MAX));
    cr_expect(cursor_failed(&c));
    cr_expect_eq(c.at, 3);
}

Test(cursor, a_part_ends_where_it_ends)
{
    struct cursor c = cursor_of(octets, sizeof octets);
    struct cursor part = cursor_sub(&c, 2);
    cr_expect_eq(cursor_u16(&part), 0x0102);
    cr_expect_eq(cursor_u8(&part), 0);
    cr_expect(cursor_failed(&part));
    cr_expect_eq(cursor_u8(&c), 3);
    struct cursor rest = cursor_rest(&c);
    cr_expect_eq(cursor_left(&rest), sizeof octets - 3);
    cr_expect_eq(cursor_u8(&rest), 4);
    cr_expect_eq(cursor_u8(&c), 4, "the rest moves by itself");
    struct cursor none = cursor_sub(&c, 100);
    cr_expect(cursor_failed(&none));
    cr_expect_eq(cursor_left(&none), 0);
    cr_expect(cursor_failed(&c));
}
