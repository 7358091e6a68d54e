/* SPDX-License-Identifier: MIT */
#include "base/time.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NTP_TO_1970 UINT64_C(2208988800)

static void expect_time(int64_t ns, unsigned digits, const char *wanted)
{
    char buffer[TIME_TEXT];
    size_t length = time_text(ns, digits, buffer);
    cr_expect_str_eq(buffer, wanted);
    cr_expect_eq(length, strlen(wanted));
}

Test(time, text_has_the_digits_asked_for)
{
    int64_t ns = 1700000000 * TIME_SECOND + 123456789;
    expect_time(ns, 0, "2023-11-14T22:13:20Z");
    expect_time(ns, 1, "2023-11-14T22:13:20.1Z");
    expect_time(ns, 3, "2023-11-14T22:13:20.123Z");
    expect_time(ns, 6, "2023-11-14T22:13:20.123456Z");
    expect_time(ns, 9, "2023-11-14T22:13:20.123456789Z");
    expect_time(ns, 12, "2023-11-14T22:13:20.123456789Z");
    expect_time(5, 9, "1970-01-01T00:00:00.000000005Z");
}

Test(time, text_of_borders)
{
    expect_time(0, 0, "1970-01-01T00:00:00Z");
    expect_time(-1, 9, "1969-12-31T23:59:59.999999999Z");
    expect_time(-1, 0, "1969-12-31T23:59:59Z");
    expect_time(951782400 * TIME_SECOND, 0, "2000-02-29T00:00:00Z");
    expect_time(4107542400 * TIME_SECOND, 0, "2100-03-01T00:00:00Z");
    expect_time(INT64_MAX, 9, "2262-04-11T23:47:16.854775807Z");
    expect_time(INT64_MIN, 9, "1677-09-21T00:12:43.145224192Z");
}

Test(time, every_day_agrees_with_the_system)
{
    for (int64_t day = -100000; day <= 100000; day += 1) {
        time_t seconds = (time_t)(day * 86400 + 3723);
        struct tm tm;
        cr_assert_not_null(gmtime_r(&seconds, &tm));
        struct time_parts parts = time_parts((int64_t)seconds * TIME_SECOND);
        cr_assert(parts.year == tm.tm_year + 1900 && parts.month == (unsigned)tm.tm_mon + 1 &&
                      parts.day == (unsigned)tm.tm_mday && parts.hour == 1 && parts.minute == 2 &&
                      parts.second == 3 && parts.nanosecond == 0,
                  "day %jd", (intmax_t)day);
    }
}

Test(time, out_of_reach_is_refused)
{
    int64_t ns = 77;
    cr_expect_not(time_from_seconds(UINT64_MAX, &ns));
    cr_expect_not(time_from_seconds(9223372037, &ns));
    cr_expect_not(time_from_milliseconds(UINT64_MAX, &ns));
    cr_expect_not(time_from_milliseconds(9223372036855, &ns));
    cr_expect_eq(ns, 77);
    cr_expect(time_from_seconds(9223372036, &ns));
    cr_expect_eq(ns, INT64_C(9223372036000000000));
    cr_expect(time_from_milliseconds(9223372036854, &ns));
    cr_expect_eq(ns, INT64_C(9223372036854000000));
}

Test(time, ntp_keeps_whole_microseconds_and_nanoseconds)
{
    for (uint64_t us = 0; us < 1000000; us += 37) {
        uint64_t timestamp = (NTP_TO_1970 + 1700000000) << 32 | (us << 32) / 1000000;
        int64_t wanted = 1700000000 * TIME_SECOND + (int64_t)us * 1000;
        cr_assert_eq(time_from_ntp_microseconds(timestamp & ~UINT64_C(0x7FF)), wanted, "%ju", (uintmax_t)us);
        cr_assert_eq(time_from_ntp_microseconds(timestamp | 0x7FF),
                     time_from_ntp_microseconds(timestamp & ~UINT64_C(0x7FF)));
    }
    for (uint64_t ns = 0; ns < 1000000000; ns += 99991) {
        uint64_t timestamp = (NTP_TO_1970 + 1700000000) << 32 | (ns << 32) / 1000000000;
        cr_assert_eq(time_from_ntp_nanoseconds(timestamp), 1700000000 * TIME_SECOND + (int64_t)ns);
    }
}

Test(time, ntp_borders)
{
    cr_expect_eq(time_from_ntp_nanoseconds(NTP_TO_1970 << 32), 0);
    cr_expect_eq(time_from_ntp_nanoseconds(NTP_TO_1970 << 32 | 0x80000000), 500000000);
    cr_expect_eq(time_from_ntp_nanoseconds(NTP_TO_1970 << 32 | 0xFFFFFFFF), TIME_SECOND);
    cr_expect_eq(time_from_ntp_microseconds(NTP_TO_1970 << 32 | 0xFFFFFFFF), TIME_SECOND);
    expect_time(time_from_ntp_nanoseconds(0), 0, "1900-01-01T00:00:00Z");
    expect_time(time_from_ntp_nanoseconds(UINT64_C(0x8000000000000000)), 0, "1968-01-20T03:14:08Z");
    expect_time(time_from_ntp_nanoseconds(UINT64_C(0xFFFFFFFF00000000)), 0, "2036-02-07T06:28:15Z");
    expect_time(time_from_ntp_nanoseconds(UINT64_C(1) << 32), 0, "2036-02-07T06:28:17Z");
    expect_time(time_from_ntp_nanoseconds(UINT64_C(0x7FFFFFFFFFFFFFFF)), 0, "2104-02-26T09:42:24Z");
}
