/* SPDX-License-Identifier: MIT */
#include "base/time.h"

#include <string.h>

#include "base/text.h"

#define DAY         INT64_C(86400)      /* s */
#define NTP_TO_1970 INT64_C(2208988800) /* s from 1900 to 1970 */
#define NTP_ERA     (INT64_C(1) << 32)  /* s */

/* Rounds towards minus infinity. */
static int64_t floor_divide(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

/*
 * Years are counted from the first of March, so that the leap day is the last day of a year and the months
 * follow the line (153 m + 2) / 5. 400 years, which always have 146097 days, are an era.
 */
static void civil_from_days(int64_t days, struct time_parts *parts)
{
    int64_t since = days + 719468; /* from 0000-03-01 to 1970-01-01 */
    int64_t era = floor_divide(since, 146097);
    unsigned day_of_era = (unsigned)(since - era * 146097);
    unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned month = (5 * day_of_year + 2) / 153; /* 0: March */
    parts->day = day_of_year - (153 * month + 2) / 5 + 1;
    parts->month = month < 10 ? month + 3 : month - 9;
    parts->year = (int)(era * 400) + (int)year_of_era + (parts->month <= 2);
}

struct time_parts time_parts(int64_t ns)
{
    int64_t seconds = floor_divide(ns, TIME_SECOND), rest = ns % TIME_SECOND;
    int64_t days = floor_divide(seconds, DAY);
    unsigned second = (unsigned)(seconds - days * DAY);
    struct time_parts parts = {
        .hour = second / 3600,
        .minute = second / 60 % 60,
        .second = second % 60,
        .nanosecond = (unsigned)(rest < 0 ? rest + TIME_SECOND : rest),
    };
    civil_from_days(days, &parts);
    return parts;
}

/* Writes `value` as `digits` digits, and `after` behind them; returns the place behind. */
static char *put(char *at, unsigned value, unsigned digits, char after)
{
    for (unsigned i = digits; i > 0; i--) {
        at[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    at[digits] = after;
    return at + digits + 1;
}

size_t time_text(int64_t ns, unsigned digits, char buffer[TIME_TEXT])
{
    struct time_parts parts = time_parts(ns);
    char *at = buffer;
    at = put(at, (unsigned)parts.year, 4, '-');
    at = put(at, parts.month, 2, '-');
    at = put(at, parts.day, 2, 'T');
    at = put(at, parts.hour, 2, ':');
    at = put(at, parts.minute, 2, ':');
    at = put(at, parts.second, 2, digits > 0 ? '.' : 'Z');
    if (digits > 0) {
        unsigned fraction = parts.nanosecond;
        unsigned kept = digits < 9 ? digits : 9;
        for (unsigned i = kept; i < 9; i++)
            fraction /= 10;
        at = put(at, fraction, kept, 'Z');
    }
    *at = '\0';
    return (size_t)(at - buffer);
}

bool time_from_seconds(uint64_t seconds, int64_t *ns)
{
    if (seconds > INT64_MAX / TIME_SECOND)
        return false;
    *ns = (int64_t)seconds * TIME_SECOND;
    return true;
}

bool time_from_milliseconds(uint64_t milliseconds, int64_t *ns)
{
    if (milliseconds > INT64_MAX / 1000000)
        return false;
    *ns = (int64_t)milliseconds * 1000000;
    return true;
}

/* `unit`: of the result's precision, in a second. */
static int64_t from_ntp(uint64_t timestamp, uint32_t unit)
{
    int64_t seconds = (int64_t)(timestamp >> 32) - NTP_TO_1970;
    if (timestamp != 0 && timestamp >> 63 == 0)
        seconds += NTP_ERA;
    uint64_t fraction =
        ((timestamp & 0xFFFFFFFF) * unit + (UINT64_C(1) << 31)) >> 32; /* may be a whole second */
    return seconds * TIME_SECOND + (int64_t)fraction * (TIME_SECOND / unit);
}

int64_t time_from_ntp_microseconds(uint64_t timestamp)
{
    return from_ntp(timestamp & ~UINT64_C(0x7FF), 1000000);
}

int64_t time_from_ntp_nanoseconds(uint64_t timestamp)
{
    return from_ntp(timestamp, 1000000000);
}

size_t time_span_text(int64_t ns, char buffer[TIME_TEXT])
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = { { " years", 31536000000000000u },
                  { " days", 86400000000000u },
                  { " hours", 3600000000000u },
                  { " min", 60000000000u },
                  { " s", 1000000000u },
                  { " ms", 1000000u },
                  { " us", 1000u },
                  { " ns", 1u } };
    enum { SECONDS = 4, LAST = sizeof units / sizeof *units - 1 };
    struct text t = text_of(buffer, TIME_TEXT);
    uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    unsigned i = 0;
    while (i < LAST && size < (i < SECONDS ? 2 : 1) * units[i].ns)
        i++;
    uint64_t hundredths = i < SECONDS ? 0 : size % units[i].ns * 100 / units[i].ns;
    text_unsigned(&t, size / units[i].ns);
    if (hundredths) {
        text_add(&t, hundredths < 10 ? ".0" : ".");
        text_unsigned(&t, hundredths % 10 ? hundredths : hundredths / 10);
    }
    text_add(&t, size ? units[i].name : " s");
    return t.length;
}
