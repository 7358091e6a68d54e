/* SPDX-License-Identifier: MIT */
/*
 * Lines of JSON into another shape: CSV, a table, or JSON with chosen keys only. So every format says the same.
 *
 *     struct shape *shape = shape_new(&config);
 *     shape_lines(shape, text, length, out);      // whole lines, as often as there are some
 *     shape_finish(shape, out);
 *     shape_free(shape);
 *
 * CSV is RFC 4180 but for its line ends, which are line feeds: every reader takes them, and tools for lines of text need
 * them. Values hold no line ends, as what is not printable is shown as \xNN or \u{N}. A text that a spreadsheet would
 * take for a formula, as it begins with = + - or @, has an apostrophe in front. Records, of which no two have the same
 * fields, are one line a field unless columns are chosen.
 *
 * Owner: one thread.
 */
#ifndef VIEW_BATCH_SHAPE_H
#define VIEW_BATCH_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "view/batch/keys.h"
#include "view/clock.h"

enum shape_form { SHAPE_CSV, SHAPE_JSON, SHAPE_TABLE };

struct shape_config {
    enum shape_form form;
    enum keys_group group;
    const struct keys_choice *choice; /* columns that are wanted; none: all */
    bool scaled;                      /* counters times sampling are columns, where all are */
    bool head;                        /* a line with the names of the columns first */
    bool eager;                       /* a table must not wait for lines to learn their widths */
    enum clock_form clock;            /* of times in a table */
};

struct shape;

struct shape *shape_new(const struct shape_config *config);
void shape_free(struct shape *shape);
void shape_zero(struct shape *shape, int64_t zero); /* of relative times in a table */
void shape_lines(struct shape *shape, const char *text, size_t length, struct strbuf *out);
void shape_finish(struct shape *shape, struct strbuf *out);

/* A value of CSV; words: it may say anything, so it must not look like a formula. */
void csv_value(struct strbuf *out, const char *text, size_t length, bool words);

#endif
