/* SPDX-License-Identifier: MIT */
#include "view/utc.h"

#define DAY (UINT64_C(86400) * (uint64_t)TIME_SECOND)

void utc_turn(struct utc_day *day, int64_t ns)
{
    char text[TIME_TEXT];
    uint64_t since = ns < 0 ? DAY - 1 - ((uint64_t) - (ns + 1)) % DAY : (uint64_t)ns % DAY;
    time_text(ns, 0, text);
    memcpy(day->date, text, UTC_DATE);
    day->begin = (uint64_t)ns - since;
    /* the first and the last day are not whole in 64 bits, and the one is behind the other modulo 2^64 */
    day->length = ns < INT64_MIN + (int64_t)DAY || ns > INT64_MAX - (int64_t)DAY ? 0 : DAY;
}
