/* SPDX-License-Identifier: MIT */
/*
 * Records as columns: the fast way to read whole sets. A template is compiled once to a plan (which octets go
 * to which column, with which conversion), and the plan is run over all records of a set at a stride.
 *
 * Every value is 64 bits wide. A column that is not `used` is 0 in all rows, and its array must not be read.
 * Whether a record has a value at all is a matter of its template: nfdec_template_columns().
 *
 * Addresses: for IPv4 the number (host order); for IPv6 the index of 16 octets in `ip6`, which grows as rows
 * are added. The FAMILY column says which, per row: NFDEC_SRC_IP4 | NFDEC_DST_IP4 and so on.
 */
#ifndef NFDEC_COLUMNS_H
#define NFDEC_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/decoder.h"
#include "nfdec/status.h"

enum nfdec_column {
#define COLUMN(symbol, name, kind) NFDEC_COL_##symbol,
#include "nfdec/columns.def"
#undef COLUMN
    NFDEC_COLUMN_COUNT
};

#define NFDEC_BIT(column) (1u << NFDEC_COL_##column)

enum nfdec_column_kind {
    NFDEC_COLUMN_TIME,
    NFDEC_COLUMN_COUNTER,
    NFDEC_COLUMN_ADDRESS,
    NFDEC_COLUMN_NUMBER,
    NFDEC_COLUMN_FLAGS
};

enum nfdec_family { NFDEC_SRC_IP4 = 1, NFDEC_DST_IP4 = 2, NFDEC_SRC_IP6 = 4, NFDEC_DST_IP6 = 8 };

/* Where an absolute time came from. */
enum nfdec_time_source {
    NFDEC_TIME_NONE,        /* no such field: the column holds the export time so that rows can be ordered */
    NFDEC_TIME_UPTIME,      /* ms since system start, base from the header (v1 ... v9) */
    NFDEC_TIME_UPTIME_INIT, /* ms since system start, base systemInitTimeMilliseconds (IPFIX); as NONE in
                                sets with nfdec_set.no_time_base */
    NFDEC_TIME_SECONDS,
    NFDEC_TIME_MILLISECONDS,
    NFDEC_TIME_MICROSECONDS, /* NTP format, RFC 7011 section 6.1.9 */
    NFDEC_TIME_NANOSECONDS,  /* NTP format */
    NFDEC_TIME_DELTA,        /* microseconds before the export time */
    NFDEC_TIME_DURATION,     /* from the other end and a duration */
    NFDEC_TIME_EVENT,        /* the time of an event, for both ends */
};

#define NFDEC_ROWS 1024 /* rows of a block */

/* Unused values behind the rows of a column: a line of the cache, or the same row of all columns would compete for one
 * place in it. */
#define NFDEC_GAP 8

/* A block of rows under construction. The caller owns it, and starts with nfdec_columns_clear(). */
struct nfdec_columns {
    uint32_t rows; /* filled so far, at most NFDEC_ROWS */
    uint32_t used; /* bit per column: some row may be other than 0 */
    uint32_t ip6_count;
    uint32_t zeroed; /* private: columns that are 0 in all rows behind those that were filled */
    uint64_t column[NFDEC_COLUMN_COUNT][NFDEC_ROWS + NFDEC_GAP];
    uint8_t ip6[2 * NFDEC_ROWS][16];
    uint16_t ip6_recent[512]; /* private: where to look whether an address is there already */
};

NFDEC_API void nfdec_columns_clear(struct nfdec_columns *columns);

/*
 * Adds records `first` ... of a decoded set as rows, as many as there are and fit. Returns how many were added:
 * less than set->records - first when the block is full. For a set with variable-length records `*place` (0 at
 * first) keeps where the next record begins.
 */
NFDEC_API uint32_t nfdec_columns_add(struct nfdec_columns *columns, const struct nfdec_set *set,
                                     uint32_t first, uint32_t *place);

/* Octets and packets of all records of a decoded set: what the columns of these names would add up to. */
struct nfdec_sums {
    uint64_t packets, bytes, reverse_packets, reverse_bytes;
};

/* Without making rows, for those who want totals only. Of a set without data records all are 0. */
NFDEC_API struct nfdec_sums nfdec_set_sums(const struct nfdec_set *set);

/* Columns that records of a template fill, as bits; FAMILY and SESSION always. */
NFDEC_API uint32_t nfdec_template_columns(const struct nfdec_template *template);
NFDEC_API enum nfdec_time_source nfdec_template_start_source(const struct nfdec_template *template);
NFDEC_API enum nfdec_time_source nfdec_template_end_source(const struct nfdec_template *template);
NFDEC_API const char *nfdec_time_source_name(enum nfdec_time_source source);

/* Whether a record is a biflow: counters of both directions in one record (RFC 5103, NSEL). */
NFDEC_API bool nfdec_template_biflow(const struct nfdec_template *template);

NFDEC_API const char *nfdec_column_name(enum nfdec_column column);
NFDEC_API enum nfdec_column_kind nfdec_column_kind(enum nfdec_column column);

#endif
