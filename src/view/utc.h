/* SPDX-License-Identifier: MIT */
/*
 * Times in the form of format_utc_time(), by the million: what times of one day have in common is made once.
 *
 *     struct utc_day day = { 0 };
 *     end = utc_put(&day, at, ns);     // one `day` for each run of times that are close to each other
 */
#ifndef VIEW_UTC_H
#define VIEW_UTC_H

#include <stdint.h>
#include <string.h>

#include "base/digits.h"
#include "base/time.h"

#define UTC_DATE 11u /* "2026-01-31T" */

/* A day; zeroed: none yet. */
struct utc_day {
    uint64_t begin;  /* ns since 1970, modulo 2^64 */
    uint64_t length; /* ns; 0: to be made again for every time */
    char date[UTC_DATE + 1];
};

/* Makes it the day of `ns`. */
void utc_turn(struct utc_day *day, int64_t ns);

static inline void utc_put_two(char *out, uint32_t value, char behind)
{
    memcpy(out, &digits_pair[2 * value], 2);
    out[2] = behind;
}

/* The digits behind the point, `Z` behind them; all nine but for zeros at the end, and no point without digits. */
static inline char *utc_put_fraction(char *out, uint64_t fraction)
{
    uint64_t milliseconds = fraction / 1000000;
    unsigned kept;
    if (milliseconds * 1000000 == fraction) { /* as most exporters have it */
        uint32_t digits = digits_four((uint32_t)milliseconds * 10);
        digits_store(out + 1, digits | UINT64_C(0x30303030));
        kept = digits ? 4 - (unsigned)__builtin_clz(digits) / 8 : 0;
    } else {
        uint64_t digits = digits_eight(fraction / 10), last = fraction % 10;
        digits_store(out + 1, digits | UINT64_C(0x3030303030303030));
        out[9] = (char)('0' + last);
        kept = last ? 9 : 8 - (unsigned)__builtin_clzll(digits) / 8;
    }
    out[0] = '.';
    out += kept + (kept > 0);
    *out = 'Z';
    return out + 1;
}

/* Writes a time and returns the place behind. TIME_TEXT octets may be touched; no terminator. */
static inline char *utc_put(struct utc_day *day, char *out, int64_t ns)
{
    if ((uint64_t)ns - day->begin >= day->length)
        utc_turn(day, ns);
    uint64_t since = (uint64_t)ns - day->begin, seconds = since / TIME_SECOND;
    uint32_t second = (uint32_t)seconds, minute = second / 60, hour = minute / 60;
    memcpy(out, day->date, sizeof day->date);
    out += UTC_DATE;
    utc_put_two(out, hour, ':');
    utc_put_two(out + 3, minute - 60 * hour, ':');
    utc_put_two(out + 6, second - 60 * minute, '.');
    return utc_put_fraction(out + 8, since - seconds * TIME_SECOND);
}

#endif
