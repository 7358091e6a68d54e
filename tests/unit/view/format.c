/* SPDX-License-Identifier: MIT */
#include "view/format.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SECOND INT64_C(1000000000)

static void expect(struct strbuf *out, const char *wanted)
{
    cr_expect_str_eq(out->data, wanted);
    strbuf_release(out);
}

/* What printf makes of it. */
static void expect_size(uint64_t octets)
{
    struct strbuf out = { 0 };
    char wanted[64];
    double value = (double)octets;
    unsigned unit = 0;
    for (; value >= 1024 && unit < 3; unit++)
        value /= 1024;
    snprintf(wanted, sizeof wanted, unit ? "%.2f%c" : "%.0f%c", value, "BKMG"[unit]);
    format_size(&out, octets);
    cr_assert_str_eq(out.data, wanted, "%ju", (uintmax_t)octets);
    strbuf_release(&out);
}

Test(format, sizes_are_rounded_as_printf_does)
{
    uint64_t random = 1;
    for (uint64_t octets = 0; octets < 300000; octets++)
        expect_size(octets);
    for (uint64_t octets = 0; octets < 30000; octets++)
        expect_size(octets * 5243 * 2 * 512);
    for (unsigned i = 0; i < 64; i++)
        for (uint64_t more = 0; more < 3; more++)
            expect_size((UINT64_C(1) << i) + more - 1);
    for (unsigned i = 0; i < 200000; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        expect_size(random >> i % 64);
    }
    expect_size(UINT64_MAX);
}

Test(format, sizes_go_by_1024)
{
    static const struct {
        uint64_t octets;
        const char *text;
    } cases[] = {
        { 0, "0B" },
        { 1, "1B" },
        { 1023, "1023B" },
        { 1024, "1.00K" },
        { 1536, "1.50K" },
        { 1024 * 1024 - 1, "1024.00K" },
        { 1024 * 1024, "1.00M" },
        { 4456448, "4.25M" },
        { 2147483648, "2.00G" },
        { UINT64_C(1) << 40, "1024.00G" },
        { UINT64_MAX, "17179869184.00G" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct strbuf out = { 0 };
        format_size(&out, cases[i].octets);
        expect(&out, cases[i].text);
    }
}

Test(format, durations_change_their_unit)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        { 0, "0 sec" },
        { SECOND - 1, "0 sec" },
        { 59 * SECOND + 999999999, "59 sec" },
        { 60 * SECOND, "01:00 min" },
        { 927 * SECOND, "15:27 min" },
        { 3599 * SECOND, "59:59 min" },
        { 3600 * SECOND, "60:00 min" },
        { 3601 * SECOND, "1:00.01 hours" },
        { 7389 * SECOND, "2:03.09 hours" },
        { 360000 * SECOND, "100:00.00 hours" },
        { -5 * SECOND, "-5 sec" },
        { INT64_MIN, "-2562047:47.16 hours" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct strbuf out = { 0 };
        format_duration(&out, cases[i].ns);
        expect(&out, cases[i].text);
    }
}

Test(format, spans_do_not_overflow)
{
    struct strbuf out = { 0 };
    format_span(&out, 5 * SECOND, 65 * SECOND);
    expect(&out, "01:00 min");
    format_span(&out, INT64_MAX, INT64_MIN);
    expect(&out, "-2562047:47.16 hours");
    format_span(&out, INT64_MIN, INT64_MAX);
    expect(&out, "2562047:47.16 hours");
}

Test(format, local_time_follows_the_zone)
{
    struct strbuf out = { 0 };
    setenv("TZ", "UTC", 1);
    tzset();
    format_local_time(&out, 1509232621 * SECOND + 999999999);
    expect(&out, "2017-10-28 23:17.01");
    format_local_time(&out, -1);
    expect(&out, "1969-12-31 23:59.59");
    setenv("TZ", "EST5", 1);
    tzset();
    format_local_time(&out, 1509232621 * SECOND);
    expect(&out, "2017-10-28 18:17.01");
}

Test(format, utc_time_has_the_digits_it_needs)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        { 0, "1970-01-01T00:00:00Z" },
        { 100000000, "1970-01-01T00:00:00.1Z" },
        { 120000000, "1970-01-01T00:00:00.12Z" },
        { 1000, "1970-01-01T00:00:00.000001Z" },
        { 1, "1970-01-01T00:00:00.000000001Z" },
        { -1, "1969-12-31T23:59:59.999999999Z" },
        { 1509232621 * SECOND, "2017-10-28T23:17:01Z" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct strbuf out = { 0 };
        format_utc_time(&out, cases[i].ns);
        expect(&out, cases[i].text);
    }
}

Test(format, seconds_keep_milliseconds)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        { 0, "0 s" },
        { 1250 * SECOND / 1000, "1.25 s" },
        { -1250 * SECOND / 1000, "-1.25 s" },
        { 2 * SECOND, "2 s" },
        { 7000000, "0.007 s" },
        { -999999, "0 s" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct strbuf out = { 0 };
        format_seconds(&out, cases[i].ns);
        expect(&out, cases[i].text);
    }
}

Test(format, tcp_flags_stand_in_header_order)
{
    static const struct {
        uint16_t flags;
        const char *text;
    } cases[] = {
        { 0, "........" },    { 0x1B, "...AP.SF" }, { 0xFF, "CEUAPRSF" },   { 0x02, "......S." },
        { 0x80, "C......." }, { 0x04, ".....R.." }, { 0x100, "N........" }, { 0x1FF, "NCEUAPRSF" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct strbuf out = { 0 };
        format_tcp_flags(&out, cases[i].flags);
        expect(&out, cases[i].text);
    }
}

Test(format, protocols_have_names_or_numbers)
{
    struct strbuf out = { 0 };
    format_protocol(&out, 6);
    expect(&out, "tcp");
    format_protocol(&out, 58);
    expect(&out, "ipv6-icmp");
    format_protocol(&out, 254);
    expect(&out, "254");
}

Test(format, endpoints_bracket_ipv6)
{
    struct addr four = addr_v4(0xC0000201), six, none = { 0 };
    struct strbuf out = { 0 };
    cr_assert(addr_parse("2001:db8::1", &six));
    format_endpoint(&out, &four, 80);
    expect(&out, "192.0.2.1:80");
    format_endpoint(&out, &six, 65535);
    expect(&out, "[2001:db8::1]:65535");
    strbuf_char(&out, 'x');
    format_address(&out, &none);
    expect(&out, "x");
}

Test(format, counts_know_their_plural)
{
    struct strbuf out = { 0 };
    format_count(&out, 0, "flow");
    expect(&out, "0 flows");
    format_count(&out, 1, "flow");
    expect(&out, "1 flow");
    format_count(&out, 2, "flow");
    expect(&out, "2 flows");
}

Test(format, padding_on_either_side)
{
    struct strbuf out = { 0 };
    strbuf_text(&out, "|ab");
    format_pad(&out, 1, 4);
    size_t at = out.length;
    strbuf_text(&out, "cd");
    format_right(&out, at, 4);
    at = out.length;
    strbuf_text(&out, "too wide");
    format_right(&out, at, 3);
    format_pad(&out, at, 3);
    expect(&out, "|ab    cdtoo wide");
}

Test(format, upper_case_is_of_letters_only)
{
    struct strbuf out = { 0 };
    strbuf_text(&out, "ab-ssh 1\xc3\xa4");
    format_upper(&out, 3);
    expect(&out, "ab-SSH 1\xc3\xa4");
}
