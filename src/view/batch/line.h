/* SPDX-License-Identifier: MIT */
/*
 * Flows as lines of JSON or CSV, by the million. What a line says follows from its template: it is compiled once to
 * a list of steps (a text, then a value of a column), which is run over the rows of a block in columns.
 *
 *     struct lines *lines = lines_new(&config);
 *     lines_add(lines, out, &origin, &before, number, first, count);    // rows of a set
 *     lines_free(lines);
 *
 * Owner: one thread. Several may read the store.
 */
#ifndef VIEW_BATCH_LINE_H
#define VIEW_BATCH_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "flow/labels.h"
#include "flow/sampling.h"
#include "flow/store.h"
#include "view/batch/origin.h"

struct lines;

struct lines_config {
    const struct flow_store *store;
    const struct labels *labels; /* NULL: no names out of options data */
    const struct samplings *samplings;
    bool csv;
    bool scaled; /* counters multiplied by the sampling interval, too, where it is known */
};

struct lines *lines_new(const struct lines_config *config);
void lines_free(struct lines *lines);

/* Rows are asked for one by one and far from each other: no whole blocks are unpacked for them. */
void lines_scatter(struct lines *lines);

/*
 * Adds rows first ... first + count - 1 of a set, one line each: `before` as it is, the number of the record, counted
 * from `number`, and the rest.
 */
void lines_add(struct lines *lines, struct strbuf *out, const struct origin *origin, struct strbuf *before,
               uint64_t number, uint32_t first, uint32_t count);

/*
 * The same without a store, while sets come: decodes records of a set from `first` on, as many as a block holds, and
 * returns how many; `*place` as for nfdec_columns_add(). Then rows of these, counted from 0, can be added; number 0
 * writes HOLD_NUMBER in the place of each (hold.h).
 */
uint32_t lines_decode(struct lines *lines, const struct nfdec_set *set, uint32_t first, uint32_t *place);
const struct nfdec_columns *lines_columns(const struct lines *lines);
void lines_add_decoded(struct lines *lines, struct strbuf *out, const struct origin *origin,
                       struct strbuf *before, uint64_t number, uint32_t row, uint32_t count);

/* Exporters have announced more: what lines have in common is found anew. */
void lines_renew(struct lines *lines);

#endif
