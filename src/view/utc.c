/* SPDX-License-Identifier: MIT */
#include "view/utc.h"

#define HOUR (UINT64_C(3600) * (uint64_t)TIME_SECOND)

void utc_turn(struct utc_hour *hour, int64_t ns)
{
    char text[TIME_TEXT];
    uint64_t since = ns < 0 ? HOUR - 1 - ((uint64_t) - (ns + 1)) % HOUR : (uint64_t)ns % HOUR;
    time_text(ns, 0, text);
    memcpy(hour->text, text, UTC_HOUR);
    hour->begin = (uint64_t)ns - since;
    /* the first and the last hour are not whole in 64 bits, and the one is behind the other modulo 2^64 */
    hour->length = ns < INT64_MIN + (int64_t)HOUR || ns > INT64_MAX - (int64_t)HOUR ? 0 : HOUR;
}
