/* SPDX-License-Identifier: MIT */
/* Times in the forms of -t, and RFC 3339 read back. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <time.h>

#include "view/clock.h"
#include "view/format.h"

#define SECOND INT64_C(1000000000)

static void expect(struct clock *clock, int64_t ns, const char *wanted)
{
    struct strbuf out = { 0 };
    clock_put(clock, &out, ns);
    cr_expect_str_eq(out.data, wanted);
    strbuf_release(&out);
}

static void expect_form(enum clock_form form, int64_t ns, const char *wanted)
{
    struct clock clock = { .form = form, .zero = 1500000000 * SECOND, .zero_known = true };
    expect(&clock, ns, wanted);
}

Test(clock, letters_of_tshark)
{
    int64_t ns = 1500000001 * SECOND + 123456789;
    setenv("TZ", "CET-1", 1);
    tzset();
    expect_form(CLOCK_USUAL, ns, "2017-07-14 03:40.01");
    expect_form(CLOCK_USUAL_UTC, ns, "2017-07-14 02:40.01");
    expect_form(CLOCK_ABSOLUTE, ns, "03:40:01.123456");
    expect_form(CLOCK_ABSOLUTE_DATE, ns, "2017-07-14 03:40:01.123456");
    expect_form(CLOCK_UTC, ns, "02:40:01.123456");
    expect_form(CLOCK_UTC_DATE, ns, "2017-07-14 02:40:01.123456");
    expect_form(CLOCK_EPOCH, ns, "1500000001.123456");
    expect_form(CLOCK_EPOCH, -SECOND / 4, "-0.250000");
    expect_form(CLOCK_UTC_DATE, -SECOND / 4, "1969-12-31 23:59:59.750000");
    expect_form(CLOCK_RELATIVE, ns, "1.123456");
    expect_form(CLOCK_RELATIVE, 1499999999 * SECOND + SECOND / 2, "-0.500000");
}

Test(clock, delta_is_from_the_time_before)
{
    struct clock clock = { .form = CLOCK_DELTA };
    expect(&clock, 7 * SECOND, "0.000000");
    expect(&clock, 9 * SECOND, "2.000000");
    expect(&clock, 8 * SECOND, "-1.000000");
    expect(&clock, INT64_MIN, "-9223372044.854775");
}

Test(clock, relative_to_the_first_where_nothing_else_is_known)
{
    struct clock clock = { .form = CLOCK_RELATIVE };
    expect(&clock, 7 * SECOND, "0.000000");
    expect(&clock, 9 * SECOND, "2.000000");
    expect(&clock, 6 * SECOND, "-1.000000");
}

Test(clock, what_is_written_is_read)
{
    static const int64_t times[] = { 0,
                                     1,
                                     -1,
                                     INT64_MIN,
                                     INT64_MAX,
                                     951782399 * SECOND,
                                     951782400 * SECOND + 120,
                                     951868800 * SECOND,
                                     -2208988800 * SECOND,
                                     4102444800 * SECOND + 5 };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct strbuf text = { 0 };
        int64_t ns = 42;
        format_utc_time(&text, times[i]);
        cr_expect(clock_read(text.data, &ns), "%s", text.data);
        cr_expect_eq(ns, times[i], "%s", text.data);
        strbuf_release(&text);
    }
}

Test(clock, what_is_no_time_is_not_read)
{
    static const char *const texts[] = {
        "", "2017-07-14", "2017-07-14T02:40:01", "2017-07-14 02:40:01Z", "x", "2017-07-14T02:40:01.Zz"
    };
    int64_t ns;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_expect_not(clock_read(texts[i], &ns), "%s", texts[i]);
}
