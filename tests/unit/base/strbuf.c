/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void expect_text(struct strbuf *buf, const char *wanted)
{
    cr_expect_str_eq(buf->data, wanted);
    cr_expect_eq(buf->length, strlen(wanted), "length of \"%s\" is %zu", wanted, buf->length);
    strbuf_clear(buf);
}

Test(strbuf, adds_numbers_of_every_width)
{
    struct strbuf buf = { 0 };
    static const struct {
        uint64_t value;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { 9, "9" },
        { 10, "10" },
        { 99, "99" },
        { 100, "100" },
        { 101, "101" },
        { 65535, "65535" },
        { 4294967296, "4294967296" },
        { 1000000000000000000, "1000000000000000000" },
        { UINT64_MAX, "18446744073709551615" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        strbuf_unsigned(&buf, cases[i].value);
        expect_text(&buf, cases[i].text);
    }
    for (uint64_t value = 1; value < UINT64_MAX / 7; value = value * 7 + 3) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, "%ju", (uintmax_t)value);
        strbuf_unsigned(&buf, value);
        expect_text(&buf, wanted);
    }
    strbuf_signed(&buf, INT64_MIN);
    expect_text(&buf, "-9223372036854775808");
    strbuf_signed(&buf, INT64_MAX);
    expect_text(&buf, "9223372036854775807");
    strbuf_signed(&buf, -1);
    expect_text(&buf, "-1");
    strbuf_release(&buf);
}

Test(strbuf, grows_and_stays_terminated)
{
    struct strbuf buf = { 0 };
    for (unsigned i = 0; i < 1000; i++) {
        strbuf_char(&buf, (char)('a' + i % 26));
        cr_assert_eq(buf.length, i + 1);
        cr_assert_eq(buf.data[buf.length], '\0');
        cr_assert_lt(buf.length, buf.capacity);
    }
    cr_expect_eq(buf.data[999], 'a' + 999 % 26);
    char *room = strbuf_room(&buf, 5000);
    memset(room, 'z', 5000);
    buf.length += 5000;
    cr_expect_eq(strlen(buf.data), 6000);
    strbuf_clear(&buf);
    cr_expect_str_eq(buf.data, "");
    strbuf_release(&buf);
    cr_expect_null(buf.data);
    cr_expect_eq(buf.length, 0);
}

Test(strbuf, formats_short_and_long)
{
    struct strbuf buf = { 0 };
    strbuf_format(&buf, "%s-%d", "x", 7);
    strbuf_format(&buf, "%s", "");
    expect_text(&buf, "x-7");
    char text[400];
    memset(text, 'q', sizeof text - 1);
    for (size_t length = 126; length < 131; length++) {
        text[length] = '\0';
        strbuf_format(&buf, "%s", text);
        expect_text(&buf, text);
        text[length] = 'q';
    }
    text[399] = '\0';
    strbuf_format(&buf, "<%s>", text);
    cr_expect_eq(buf.length, 401);
    cr_expect_str_eq(buf.data + 400, ">");
    strbuf_release(&buf);
}

Test(strbuf, writes_hex)
{
    struct strbuf buf = { 0 };
    strbuf_hex(&buf, (const uint8_t[]) { 0x00, 0x0f, 0xa5, 0xff }, 4);
    expect_text(&buf, "000fa5ff");
    strbuf_hex(&buf, NULL, 0);
    cr_expect_eq(buf.length, 0);
    strbuf_release(&buf);
}

struct sample {
    const char *data;
    size_t length;
    const char *clean;
    const char *json;
};

#define SAMPLE(data, clean, json)                                                                            \
    {                                                                                                        \
        data, sizeof(data) - 1, clean, json                                                                  \
    }

static const struct sample samples[] = {
    SAMPLE("", "", "\"\""),
    SAMPLE("plain text ~", "plain text ~", "\"plain text ~\""),
    SAMPLE("quote\" back\\ slash/", "quote\" back\\ slash/", "\"quote\\\" back\\\\ slash/\""),
    SAMPLE("a\0b", "a\\x00b", "\"a\\u0000b\""),
    SAMPLE("\b\f\n\r\t", "\\x08\\x0c\\x0a\\x0d\\x09", "\"\\b\\f\\n\\r\\t\""),
    SAMPLE("\x1b[2J\x7f", "\\x1b[2J\\x7f", "\"\\u001b[2J\\u007f\""),
    SAMPLE("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80",
           "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\""),
    SAMPLE("\xC2\x80\xC2\x9B", "\\u{80}\\u{9b}", "\"\\u0080\\u009b\""),
    SAMPLE("\xE2\x80\xAE\xE2\x81\xA6", "\\u{202e}\\u{2066}", "\"\\u202e\\u2066\""),
    SAMPLE("\xE2\x80\x8B\xE2\x80\x8F\xEF\xBB\xBF", "\\u{200b}\\u{200f}\\u{feff}",
           "\"\\u200b\\u200f\\ufeff\""),
    SAMPLE("\xE2\x80\xA8\xE2\x80\xA9", "\\u{2028}\\u{2029}", "\"\\u2028\\u2029\""),
    SAMPLE("\xEF\xB8\x8F\xF3\xA0\x81\x81\xF3\xA0\x84\x80", "\\u{fe0f}\\u{e0041}\\u{e0100}",
           "\"\\ufe0f\\udb40\\udc41\\udb40\\udd00\""),
    SAMPLE("\xEF\xBF\xBF\xF4\x8F\xBF\xBF", "\\u{ffff}\\u{10ffff}", "\"\\uffff\\udbff\\udfff\""),
    /* overlong, surrogate, beyond the last character, lone and missing continuations */
    SAMPLE("\xC0\xAF", "\\xc0\\xaf", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""),
    SAMPLE("\xE0\x80\xAF", "\\xe0\\x80\\xaf", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""),
    SAMPLE("\xED\xA0\x80", "\\xed\\xa0\\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""),
    SAMPLE("\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80",
           "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""),
    SAMPLE("\x80 \xFF", "\\x80 \\xff", "\"\xEF\xBF\xBD \xEF\xBF\xBD\""),
    SAMPLE("\xE2\x82", "\\xe2\\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""),
    SAMPLE("\xE2\x82z", "\\xe2\\x82z", "\"\xEF\xBF\xBD\xEF\xBF\xBDz\""),
};

Test(strbuf, clean_lets_nothing_hostile_through)
{
    struct strbuf buf = { 0 };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        strbuf_clean(&buf, samples[i].data, samples[i].length);
        expect_text(&buf, samples[i].clean);
    }
    strbuf_release(&buf);
}

Test(strbuf, json_is_valid_whatever_comes)
{
    struct strbuf buf = { 0 };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        strbuf_json(&buf, samples[i].data, samples[i].length);
        expect_text(&buf, samples[i].json);
    }
    strbuf_release(&buf);
}

Test(strbuf, every_pair_of_octets_is_cleaned)
{
    struct strbuf buf = { 0 };
    for (unsigned pair = 0; pair < 65536; pair++) {
        char data[2] = { (char)(pair >> 8), (char)pair };
        strbuf_clear(&buf);
        strbuf_clean(&buf, data, 2);
        for (size_t i = 0; i < buf.length; i++) {
            uint8_t octet = (uint8_t)buf.data[i];
            cr_assert(octet >= 0x20 && octet != 0x7F, "%04x gives a control", pair);
        }
        bool whole = (uint8_t)data[0] >= 0xC2 && (uint8_t)data[0] < 0xE0 && ((uint8_t)data[1] & 0xC0) == 0x80;
        bool ascii = (uint8_t)data[0] < 0x80 && (uint8_t)data[1] < 0x80;
        if (!whole && !ascii)
            cr_assert_not_null(strstr(buf.data, "\\x"), "%04x is let through", pair);
    }
    strbuf_release(&buf);
}
