/* SPDX-License-Identifier: MIT */
#include "view/batch/json.h"

#include <criterion/criterion.h>

#define SECOND INT64_C(1000000000)

Test(json, commas_come_by_themselves)
{
    struct strbuf out = { 0 };
    json_open(&out, '{');
    json_number(&out, "a", UINT64_MAX);
    json_signed(&out, "b", INT64_MIN);
    json_key(&out, "list");
    json_open(&out, '[');
    for (unsigned i = 0; i < 2; i++) {
        json_open(&out, '{');
        json_close(&out, '}');
    }
    json_item(&out);
    json_item(&out);
    strbuf_unsigned(&out, 7);
    json_close(&out, ']');
    json_bool(&out, "yes", true);
    json_word(&out, "word", "w");
    json_close(&out, '}');
    cr_expect_str_eq(out.data, "{\"a\":18446744073709551615,\"b\":-9223372036854775808,\"list\":[{},{},7],"
                               "\"yes\":true,\"word\":\"w\"}");
    strbuf_release(&out);
}

Test(json, a_string_that_ends_in_a_bracket_still_gets_its_comma)
{
    struct strbuf out = { 0 };
    json_open(&out, '{');
    json_string(&out, "a", "x{");
    json_string(&out, "b", "[");
    json_string(&out, "c", "a\"\\\n");
    json_close(&out, '}');
    cr_expect_str_eq(out.data, "{\"a\":\"x{\",\"b\":\"[\",\"c\":\"a\\\"\\\\\\n\"}");
    strbuf_release(&out);
}

Test(json, lines_follow_each_other_without_commas)
{
    struct strbuf out = { 0 };
    for (unsigned i = 0; i < 2; i++) {
        json_open(&out, '{');
        strbuf_text(&out, "}\n");
    }
    cr_expect_str_eq(out.data, "{}\n{}\n");
    strbuf_release(&out);
}

Test(json, an_address_that_is_none_is_absent)
{
    struct addr none = { 0 }, four = addr_v4(0xC0000201);
    struct strbuf out = { 0 };
    json_open(&out, '{');
    json_address(&out, "no", &none);
    json_address(&out, "ip", &four);
    json_time(&out, "time", SECOND / 2);
    json_close(&out, '}');
    cr_expect_str_eq(out.data, "{\"ip\":\"192.0.2.1\",\"time\":\"1970-01-01T00:00:00.5Z\"}");
    strbuf_release(&out);
}

Test(json, seconds_are_exact_numbers)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { SECOND, "1" },
        { -SECOND / 2, "-0.5" },
        { 1, "0.000000001" },
        { 12 * SECOND + 340000000, "12.34" },
        { INT64_MIN, "-9223372036.854775808" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct strbuf out = { 0 }, wanted = { 0 };
        json_seconds(&out, "s", cases[i].ns);
        strbuf_format(&wanted, "\"s\":%s", cases[i].text);
        cr_expect_str_eq(out.data, wanted.data);
        strbuf_release(&out);
        strbuf_release(&wanted);
    }
}
