/* SPDX-License-Identifier: MIT */
/*
 * Times in the form of format_utc_time(), by the million: what times of one hour have in common is made once.
 *
 *     struct utc_hour hour = { 0 };
 *     end = utc_put(&hour, at, ns);    // one `hour` for each run of times that are close to each other
 */
#ifndef VIEW_UTC_H
#define VIEW_UTC_H

#include <stdint.h>
#include <string.h>

#include "base/digits.h"
#include "base/time.h"

#define UTC_HOUR 14u /* "2026-01-31T23:" */

/* An hour; zeroed: none yet. */
struct utc_hour {
    uint64_t begin;  /* ns since 1970, modulo 2^64 */
    uint64_t length; /* ns; 0: to be made again for every time */
    char text[16];   /* UTC_HOUR octets, and as many more as are copied at once */
};

/* Makes it the hour of `ns`. */
void utc_turn(struct utc_hour *hour, int64_t ns);

/* The digits of milliseconds behind the point, `Z` behind them; none that are zeros at the end, and no point then. */
static inline char *utc_put_milliseconds(char *out, uint32_t milliseconds)
{
    uint32_t digits = digits_four(milliseconds * 10);
    unsigned kept = digits ? 4 - (unsigned)__builtin_clz(digits) / 8 : 0;
    digits_store(out, UINT64_C(0x303030302E) | (uint64_t)digits << 8);
    out += kept + (kept > 0);
    *out = 'Z';
    return out + 1;
}

/* The same of all nine digits, for those that are not whole milliseconds. */
static inline char *utc_put_nanoseconds(char *out, uint32_t nanoseconds)
{
    uint64_t digits = digits_eight(nanoseconds / 10), last = nanoseconds % 10;
    unsigned kept = last ? 9 : 8 - (unsigned)__builtin_clzll(digits) / 8;
    digits_store(out + 1, digits | UINT64_C(0x3030303030303030));
    out[0] = '.';
    out[9] = (char)('0' + last);
    out[1 + kept] = 'Z';
    return out + kept + 2;
}

/* Writes a time and returns the place behind. TIME_TEXT octets may be touched; no terminator. */
static inline char *utc_put(struct utc_hour *hour, char *out, int64_t ns)
{
    if ((uint64_t)ns - hour->begin >= hour->length)
        utc_turn(hour, ns);
    uint64_t since = (uint64_t)ns - hour->begin, milliseconds = since / 1000000;
    uint32_t seconds = (uint32_t)milliseconds / 1000, minute = seconds / 60;
    memcpy(out, hour->text, sizeof hour->text);
    memcpy(out + UTC_HOUR, &digits_pair[2 * minute], 2);
    out[UTC_HOUR + 2] = ':';
    memcpy(out + UTC_HOUR + 3, &digits_pair[2 * (seconds - 60 * minute)], 2);
    out += UTC_HOUR + 5;
    if (milliseconds * 1000000 == since) /* as most exporters have it */
        return utc_put_milliseconds(out, (uint32_t)milliseconds - 1000 * seconds);
    return utc_put_nanoseconds(out, (uint32_t)(since - (uint64_t)seconds * TIME_SECOND));
}

#endif
