/* SPDX-License-Identifier: MIT */
/* Times: nanoseconds since 1970-01-01 UTC in 64 bits, which reach from 1677 to 2262. Leap seconds do not
 * exist. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_SECOND INT64_C(1000000000) /* ns */
#define TIME_TEXT   32                  /* room for what time_text() writes */

/* A time taken apart, proleptic Gregorian calendar, UTC. */
struct time_parts {
    int year;
    unsigned month, day; /* 1 ... */
    unsigned hour, minute, second;
    unsigned nanosecond;
};

struct time_parts time_parts(int64_t ns);

/*
 * Writes RFC 3339 UTC, "2026-01-31T23:59:59.125Z", with `digits` decimal digits of a second (0 ... 9, the
 * rest cut off, not rounded), terminated. Returns its length.
 */
size_t time_text(int64_t ns, unsigned digits, char buffer[TIME_TEXT]);

/*
 * Writes a duration without its sign for people, "1.25 s", "15 min", "3 days": whole numbers of what is counted in two
 * or more, of seconds and less up to two decimal digits, cut off. Terminated. Returns its length.
 */
size_t time_span_text(int64_t ns, char buffer[TIME_TEXT]);

/* Seconds or milliseconds since 1970 as ns; false, and *ns as it was: out of reach. */
bool time_from_seconds(uint64_t seconds, int64_t *ns);
bool time_from_milliseconds(uint64_t milliseconds, int64_t *ns);

/*
 * NTP timestamps (RFC 5905 section 6): seconds since 1900 and a 32-bit fraction of a second. Rounded to the
 * nearest microsecond or nanosecond, so that a whole number of them survives the binary fraction; in the form
 * for microseconds the low 11 bits do not count (RFC 7011 sections 6.1.9 and 6.1.10). A time whose top bit
 * is clear is of the era that begins in 2036, as no flow is from before 1968; all zero stays in 1900.
 */
int64_t time_from_ntp_microseconds(uint64_t timestamp);
int64_t time_from_ntp_nanoseconds(uint64_t timestamp);

#endif
