/* SPDX-License-Identifier: MIT */
/*
 * A line of JSON, as this program writes it, taken apart into the columns that are wanted.
 *
 *     struct flat *flat = flat_new(columns, count, raw);
 *     flat_line(flat, line);                              // for each line
 *     for (i ...) flat_cell(flat, i)->text ...
 *     flat_free(flat);
 *
 * What stands in a list of objects has one value for each of them, with `;` between; a list within it has blanks. An
 * object or a list of objects that is a column itself is the JSON text of it.
 * Raw: every value is JSON, lists as such. Else it is text, without anything that is not printable.
 *
 * Owner: whoever calls flat_new(); columns are borrowed.
 */
#ifndef VIEW_BATCH_FLAT_H
#define VIEW_BATCH_FLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/batch/keys.h"

struct flat_cell {
    struct strbuf text;
    uint32_t items; /* of a list */
    bool words;     /* it begins with a string, which may say anything */
    bool list;
};

struct flat;

struct flat *flat_new(const struct keys_column *columns, size_t count, bool raw);
void flat_free(struct flat *flat);

/* `line` is an object and ends behind it; returns the place behind. */
const char *flat_line(struct flat *flat, const char *line);

/* Column `index` of the last line; its text is empty where the line has none. Valid until the next line. */
const struct flat_cell *flat_cell(const struct flat *flat, size_t index);

/*
 * For those who go through an object themselves: `at` stands behind the opening bracket or behind a value. False: the
 * object ends, and *at stands behind it. Else the key, and where its value begins.
 */
bool flat_member(const char **at, const char **key, size_t *length, const char **value);

/* The place behind a value. */
const char *flat_skip(const char *value);

/* Adds a value as the text of a cell; the value is a string where the result is true. */
bool flat_text(struct strbuf *out, const char *value);

#endif
