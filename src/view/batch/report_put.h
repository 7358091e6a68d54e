/* SPDX-License-Identifier: MIT */
/*
 * Rows of reports, as lines of JSON or of a table: what they have in common. Only the reports use it.
 *
 * Every report is made of rows of kinds ("row"): what it tells of (group, bin), what is left out (rest), what has no
 * group (none), and the total.
 */
#ifndef VIEW_BATCH_REPORT_PUT_H
#define VIEW_BATCH_REPORT_PUT_H

#include "query/stats.h"
#include "view/batch/run.h"

#define REPORT_BAR 20u /* cells */

/* "bytes", "packets", "flows", "connections" as members; counters that no flow was exported with are absent. */
void report_sums_json(struct strbuf *out, const struct stats_sums *sums);

/* A share of the total as a number of six digits. */
void report_share_json(struct strbuf *out, uint64_t amount, uint64_t total);

/* Widths of the numbers: those of the largest, or of their headings. */
struct report_widths {
    size_t bytes, packets, flows, connections;
};
struct report_widths report_widths(const struct stats_sums *largest);

/* The columns of sums, right-aligned, with - for counters that no flow was exported with; NULL: their headings. */
void report_sums_text(struct strbuf *out, const struct report_widths *widths, const struct stats_sums *sums);

/* "  45.2 %  ████      "; most: of the longest bar. total 0: no share. */
void report_bar_text(const struct batch *b, struct strbuf *out, uint64_t amount, uint64_t most,
                     uint64_t total);

const char *report_unit(enum stats_unit unit); /* "bytes" */

/* A line about what was counted: "counted: ...". */
void report_base_text(struct strbuf *out, const struct stats_sums *total, bool records);

#endif
