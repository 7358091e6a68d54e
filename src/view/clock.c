/* SPDX-License-Identifier: MIT */
#include "view/clock.h"

#include <string.h>
#include <time.h>

#include "base/time.h"
#include "view/format.h"

/* Seconds downwards, and what is left. */
static int64_t split(int64_t ns, unsigned *rest)
{
    int64_t seconds = ns / TIME_SECOND;
    int64_t left = ns % TIME_SECOND;
    if (left < 0) {
        left += TIME_SECOND;
        seconds--;
    }
    *rest = (unsigned)left;
    return seconds;
}

enum look { LOOK_USUAL, LOOK_TIME, LOOK_DATE };

static void put_parts(struct strbuf *out, int64_t ns, bool utc, enum look look)
{
    unsigned rest;
    time_t seconds = (time_t)split(ns, &rest);
    struct tm parts;
    if (!(utc ? gmtime_r(&seconds, &parts) : localtime_r(&seconds, &parts))) {
        strbuf_char(out, '-');
        return;
    }
    format_parts(out, &parts, look != LOOK_TIME, look == LOOK_USUAL ? '.' : ':');
    if (look != LOOK_USUAL)
        strbuf_format(out, ".%06u", rest / 1000);
}

/* Seconds with a fraction, from one time to another. */
static void put_seconds(struct strbuf *out, int64_t from, int64_t to)
{
    bool less = to < from;
    uint64_t magnitude = less ? (uint64_t)from - (uint64_t)to : (uint64_t)to - (uint64_t)from;
    if (less)
        strbuf_char(out, '-');
    strbuf_format(out, "%llu.%06u", (unsigned long long)(magnitude / TIME_SECOND),
                  (unsigned)(magnitude % TIME_SECOND / 1000));
}

void clock_put(struct clock *clock, struct strbuf *out, int64_t ns)
{
    switch (clock->form) {
    case CLOCK_USUAL:
        format_local_time(out, ns);
        break;
    case CLOCK_USUAL_UTC:
        put_parts(out, ns, true, LOOK_USUAL);
        break;
    case CLOCK_ABSOLUTE:
        put_parts(out, ns, false, LOOK_TIME);
        break;
    case CLOCK_ABSOLUTE_DATE:
        put_parts(out, ns, false, LOOK_DATE);
        break;
    case CLOCK_UTC:
        put_parts(out, ns, true, LOOK_TIME);
        break;
    case CLOCK_UTC_DATE:
        put_parts(out, ns, true, LOOK_DATE);
        break;
    case CLOCK_RELATIVE:
        if (!clock->zero_known)
            clock->zero = ns;
        clock->zero_known = true;
        put_seconds(out, clock->zero, ns);
        break;
    case CLOCK_EPOCH:
        put_seconds(out, 0, ns);
        break;
    case CLOCK_DELTA:
        put_seconds(out, clock->begun ? clock->last : ns, ns);
        break;
    }
    clock->last = ns;
    clock->begun = true;
}

unsigned clock_width(enum clock_form form)
{
    switch (form) {
    case CLOCK_USUAL:
    case CLOCK_USUAL_UTC:
        return 19;
    case CLOCK_ABSOLUTE:
    case CLOCK_UTC:
        return 15;
    case CLOCK_ABSOLUTE_DATE:
    case CLOCK_UTC_DATE:
        return 26;
    case CLOCK_EPOCH:
        return 17;
    case CLOCK_RELATIVE:
    case CLOCK_DELTA:
        break;
    }
    return 14;
}

/* Digits at *at, which moves on behind them and behind `mark`. */
static bool number(const char **at, unsigned digits, char mark, int64_t *value)
{
    *value = 0;
    for (; digits > 0; digits--, (*at)++) {
        unsigned digit = (unsigned)(**at - '0');
        if (digit > 9)
            return false;
        *value = *value * 10 + digit;
    }
    return mark == '\0' || *(*at)++ == mark;
}

/* Days since 1970 of a date of the Gregorian calendar; years begin in March, so that a leap day is the last one. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month < 3;
    int64_t era = year / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month < 3 ? 9 : -3)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool clock_read(const char *text, int64_t *ns)
{
    int64_t year, month, day, hour, minute, second, fraction = 0, unit = TIME_SECOND;
    if (!number(&text, 4, '-', &year) || !number(&text, 2, '-', &month) || !number(&text, 2, 'T', &day) ||
        !number(&text, 2, ':', &hour) || !number(&text, 2, ':', &minute) || !number(&text, 2, '\0', &second))
        return false;
    if (*text == '.') {
        for (text++; *text >= '0' && *text <= '9' && unit > 1; text++) {
            unit /= 10;
            fraction += (*text - '0') * unit;
        }
    }
    if (strcmp(text, "Z") != 0)
        return false;
    int64_t seconds = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    /* modulo 2^64, so that the earliest time there is comes back */
    *ns = (int64_t)((uint64_t)seconds * (uint64_t)TIME_SECOND + (uint64_t)fraction);
    return true;
}
