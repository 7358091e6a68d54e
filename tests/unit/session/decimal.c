/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "session/archive/decimal.h"
#include "session/archive/value.h"

struct number {
    const char *digits;
    const char *hex; /* as few octets as it needs */
};

static const struct number numbers[] = {
    { "0", "00" },
    { "255", "ff" },
    { "256", "0100" },
    { "18446744073709551615", "ffffffffffffffff" },
    { "18446744073709551616", "010000000000000000" },
    { "42540766411282592856903984951653826561", "20010db8000000000000000000000001" },
    { "340282366920938463463374607431768211455", "ffffffffffffffffffffffffffffffff" },
    { "1000000000000000000000000000", "033b2e3c9fd0803ce8000000" },
};

#define NUMBERS (sizeof numbers / sizeof *numbers)

static size_t octets_of(const char *hex, uint8_t *octets)
{
    size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length; i++)
        octets[i] = (uint8_t)strtoul((char[]) { hex[2 * i], hex[2 * i + 1], '\0' }, NULL, 16);
    return length;
}

Test(decimal, there_and_back)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        uint8_t octets[32], back[32];
        struct strbuf text = { 0 };
        size_t length = octets_of(numbers[i].hex, octets), got = 0;
        decimal_add(&text, octets, length);
        cr_expect_str_eq(text.data, numbers[i].digits);
        cr_expect(decimal_read(numbers[i].digits, strlen(numbers[i].digits), back, sizeof back, &got));
        cr_expect_eq(got, length, "%s", numbers[i].digits);
        cr_expect_arr_eq(back, octets, length);
        strbuf_release(&text);
    }
}

Test(decimal, leading_zeros_do_not_count)
{
    uint8_t octets[4];
    size_t length;
    struct strbuf text = { 0 };
    cr_expect(decimal_read("00000000000000000000007", 23, octets, sizeof octets, &length));
    cr_expect_eq(length, 1);
    decimal_add(&text, (const uint8_t[20]) { [19] = 7 }, 20);
    cr_expect_str_eq(text.data, "7");
    strbuf_release(&text);
}

Test(decimal, refuses_what_does_not_fit)
{
    uint8_t octets[4];
    size_t length;
    cr_expect(decimal_read("4294967295", 10, octets, sizeof octets, &length));
    cr_expect_not(decimal_read("4294967296", 10, octets, sizeof octets, &length));
    cr_expect_not(decimal_read("", 0, octets, sizeof octets, &length));
    cr_expect_not(decimal_read("12x", 3, octets, sizeof octets, &length));
    cr_expect_not(decimal_read("-1", 2, octets, sizeof octets, &length));
}

Test(decimal, long_octets)
{
    uint8_t octets[DECIMAL_MOST + 5], back[DECIMAL_MOST];
    struct strbuf text = { 0 };
    size_t length;
    memset(octets, 0xa5, sizeof octets);
    decimal_add(&text, octets, sizeof octets);
    cr_expect(decimal_read(text.data, text.length, back, sizeof back, &length));
    cr_expect_eq(length, DECIMAL_MOST);
    cr_expect_arr_eq(back, octets, DECIMAL_MOST);
    strbuf_release(&text);
}

Test(value, long_numbers_are_quoted)
{
    static const struct {
        const char *json, *wanted;
    } cases[] = {
        { "[1,999999999999999999]", "[1,999999999999999999]" },
        { "[9223372036854775808]", "[\"\\u00019223372036854775808\"]" },
        { "{\"a\":1234567890123456789}", "{\"a\":\"\\u00011234567890123456789\"}" },
        { "[\"1234567890123456789\"]", "[\"1234567890123456789\"]" },
        { "[\"\\\"1234567890123456789\"]", "[\"\\\"1234567890123456789\"]" },
        { "[0.1234567890123456789,1234567890123456789.5,1e1234567890123456789]",
          "[0.1234567890123456789,1234567890123456789.5,1e1234567890123456789]" },
        { "[\"unended 1234567890123456789", "[\"unended 1234567890123456789" },
        { "[\"\\", "[\"\\" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf out = { 0 };
        value_quote(&out, cases[i].json, strlen(cases[i].json));
        cr_expect_str_eq(out.data, cases[i].wanted);
        strbuf_release(&out);
    }
}
