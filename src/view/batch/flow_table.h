/* SPDX-License-Identifier: MIT */
/*
 * Flows as a table for people: a heading and one line each, in columns that have a width at least.
 *
 *     flow_table_init(&table, b);
 *     flow_table_measure(&table, &origin, &row);          // of all flows, so that every one fits
 *     flow_table_line(&table, out, NULL, NULL);            // the heading
 *     flow_table_line(&table, out, &origin, &row);
 *     flow_table_release(&table);
 */
#ifndef VIEW_BATCH_FLOW_TABLE_H
#define VIEW_BATCH_FLOW_TABLE_H

#include <stddef.h>

#include "flow/store.h"
#include "view/batch/origin.h"
#include "view/batch/run.h"

#define FLOW_TABLE_COLUMNS 11u

struct flow_table {
    const struct batch *b;
    struct clock clock;
    size_t width[FLOW_TABLE_COLUMNS];
    struct strbuf cell;
};

void flow_table_init(struct flow_table *table, const struct batch *b);
void flow_table_release(struct flow_table *table);
void flow_table_measure(struct flow_table *table, const struct origin *origin, const struct flow_row *row);

/* Where flows cannot be measured: addresses of IPv4 fit, with their ports. */
void flow_table_fix(struct flow_table *table);

/* At least as wide as another. */
void flow_table_widen(struct flow_table *table, const struct flow_table *other);
void flow_table_line(struct flow_table *table, struct strbuf *out, const struct origin *origin,
                     const struct flow_row *row);

#endif
