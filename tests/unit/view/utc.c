/* SPDX-License-Identifier: MIT */
#include "view/utc.h"

#include <criterion/criterion.h>

#include "view/format.h"

/* The reference is the way of single times. */
static void expect_time(struct utc_hour *hour, int64_t ns)
{
    struct strbuf wanted = { 0 };
    char text[TIME_TEXT + 1];
    format_utc_time(&wanted, ns);
    *utc_put(hour, text, ns) = '\0';
    cr_assert_str_eq(text, wanted.data);
    strbuf_release(&wanted);
}

Test(utc, every_number_of_digits)
{
    struct utc_hour hour = { 0 };
    for (int64_t power = 1; power <= TIME_SECOND; power *= 10) {
        expect_time(&hour, power);
        expect_time(&hour, TIME_SECOND - power);
        expect_time(&hour, -power);
        expect_time(&hour, 1700000000 * TIME_SECOND + 7 * power);
        expect_time(&hour, 1700000000 * TIME_SECOND + 305 * power);
    }
    for (int64_t millisecond = 0; millisecond < 1000; millisecond++)
        expect_time(&hour, 1700000000 * TIME_SECOND + millisecond * 1000000);
}

Test(utc, around_midnight)
{
    struct utc_hour hour = { 0 };
    for (int64_t midnight = -3; midnight <= 3; midnight++)
        for (int64_t ns = -2; ns <= 2; ns++)
            expect_time(&hour, (20000 + midnight) * 86400 * TIME_SECOND + ns);
    expect_time(&hour, -1);
    expect_time(&hour, 0);
    expect_time(&hour, -86400 * TIME_SECOND);
    expect_time(&hour, -86400 * TIME_SECOND - 1);
}

Test(utc, all_times_there_are)
{
    struct utc_hour hour = { 0 };
    uint64_t random = 1;
    expect_time(&hour, INT64_MIN);
    expect_time(&hour, INT64_MIN + 1);
    expect_time(&hour, INT64_MAX);
    expect_time(&hour, INT64_MIN);
    for (unsigned i = 0; i < 100000; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        expect_time(&hour, (int64_t)random >> i % 40);
    }
}
