/* SPDX-License-Identifier: MIT */
/*
 * Which flows, or connections, are listed and in which order: those that the filter lets through, sorted by a field.
 * Filtering and sorting are jobs; until one is done the rows before it stay, but for the first ones: of a sort they come
 * at once, and of a filter as soon as there are enough for a screen, then more and more of them.
 *
 *     struct rows *rows = app_rows(app, true);          // connections
 *     rows_count(rows), rows_at(rows, place)            // numbers of connections, in order
 *     rows_sort(rows, FIELD_BYTES, true);               // CHANGE_ROWS follows
 *
 * Flows are numbered by their rows of the store, connections by their index in struct pairs: in order of appearance
 * while the capture is read, by start when it is. Owner: the app; there is one of each.
 */
#ifndef VIEW_TUI_SCREEN_ROWS_H
#define VIEW_TUI_SCREEN_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "query/field.h"
#include "view/tui/screen/rows_config.h"

#define ROWS_NONE UINT64_MAX

struct rows;

struct rows *rows_new(const struct rows_config *config);
void rows_free(struct rows *rows); /* between jobs_stop() and jobs_free() */

/* To be called when there is more, or all of it, and now and then while more comes: `all` is how many there are. */
void rows_grown(struct rows *rows, uint64_t all, bool loaded);

void rows_filter(struct rows *rows, struct shared_filter *filter); /* NULL: all */
void rows_sort(struct rows *rows, int field, bool descending);

uint64_t rows_count(const struct rows *rows);
uint64_t rows_all(const struct rows *rows);
uint64_t rows_at(const struct rows *rows, uint64_t place);     /* ROWS_NONE: it is not sorted that far yet */
uint64_t rows_place(const struct rows *rows, uint64_t number); /* ROWS_NONE: it is not among them */

int rows_natural_field(const struct rows *rows); /* by which they are numbered: -1: by none */
bool rows_refuses(const struct rows *rows, const struct field *field); /* they cannot be sorted by it */
int rows_field(const struct rows *rows);                               /* sorted by it, or ROWS_NATURAL */
int rows_order_field(
    const struct rows *rows); /* the same, but for ROWS_NATURAL read from its end: FIELD_START */
bool rows_descending(const struct rows *rows);
bool rows_filtered(const struct rows *rows);

/* Whether a job is under way, and how far: 0 ... 1; less than 0: it does not say. */
bool rows_busy(const struct rows *rows, double *share);
/* Whether rows are the first ones of those that were asked for: others follow, and any that is missed may be among them. */
bool rows_partial(const struct rows *rows);
uint64_t rows_matches(const struct rows *rows); /* that the filter lets through, as far as is known */

/* How many a filter that is not in use yet would let through; `told` gets it, unless rows_count_for() is called anew. */
void rows_count_for(struct rows *rows, struct shared_filter *filter, void (*told)(void *user, uint64_t count),
                    void *user);

#endif
