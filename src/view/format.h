/* SPDX-License-Identifier: MIT */
/*
 * Values as people read them, added to a strbuf; the units are those of the Python package's analyzer, so that
 * whoever knows its table reads on. Nothing here looks anything up that is not in a constant table.
 */
#ifndef VIEW_FORMAT_H
#define VIEW_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/addr.h"
#include "base/strbuf.h"

/* Octets: "512B", then by 1024 "1.50K", "4.25M", "2.00G". */
void format_size(struct strbuf *out, uint64_t octets);

/* A duration in ns: "12 sec", "15:27 min", "2:03.09 hours"; an hour to the second is still "60:00 min". */
void format_duration(struct strbuf *out, int64_t ns);

/* The duration between two times; what 64 bits cannot hold is the most they can. */
void format_span(struct strbuf *out, int64_t from, int64_t to);

/* "2017-10-28 23:17.01" with a mark for that point, or without the date. The year has four digits, as those of ns have. */
void format_parts(struct strbuf *out, const struct tm *parts, bool date, char mark);

/* Local time by TZ, "2017-10-28 23:17.01"; 19 characters for the years 1000 to 9999. */
void format_local_time(struct strbuf *out, int64_t ns);

/* RFC 3339 UTC with as many decimal digits of a second as the value needs, 0 to 9. */
void format_utc_time(struct strbuf *out, int64_t ns);

/* Seconds with a sign and up to 3 decimal digits, "1.25 s", for differences of clocks. */
void format_seconds(struct strbuf *out, int64_t ns);

/* TCP flags as letters in the order of the header, CWR first: "...AP.SF"; "N" in front where NS is set. */
void format_tcp_flags(struct strbuf *out, uint16_t flags);

/* "tcp", or the number where IANA has no name. */
void format_protocol(struct strbuf *out, uint8_t protocol);

/* "" for no address. */
void format_address(struct strbuf *out, const struct addr *address);

/* "192.0.2.1:80", "[2001:db8::1]:80". */
void format_endpoint(struct strbuf *out, const struct addr *address, uint16_t port);

/* "1 flow", "2 flows": `one` is the singular, an s makes the plural. */
void format_count(struct strbuf *out, uint64_t count, const char *one);

/* "v9", "IPFIX". */
const char *format_version(uint16_t version);

/* Blanks until what was added since `from` (a length of out) is `width` wide; behind it or in front of it. */
void format_pad(struct strbuf *out, size_t from, size_t width);
void format_right(struct strbuf *out, size_t from, size_t width);

/*
 * Text in lines of at most `width` columns, broken at blanks; the first stands at column `at`, the others begin at
 * `margin`. A word that is longer stays whole. ASCII is assumed to tell columns.
 */
void format_wrapped(struct strbuf *out, const char *text, size_t margin, size_t at, size_t width);

/* Letters a-z since `from` in upper case. */
void format_upper(struct strbuf *out, size_t from);

#endif
