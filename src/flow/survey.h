/* SPDX-License-Identifier: MIT */
/* Rows of a set, looked at in one go while they are in the cache: their sums, and whether their times are as usual. */
#ifndef FLOW_SURVEY_H
#define FLOW_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/columns.h"

/* What times are usual, ns: starts and ends from `lowest` to `highest`, at most `longest` apart. */
struct survey_usual {
    int64_t lowest, highest, longest;
};

struct survey {
    uint64_t bytes, packets; /* both directions */
    uint64_t ends;           /* the sum of the ends; it wraps */
    int64_t first_end, last_end;
    bool odd; /* some row has times that are not usual */
};

/* Of the rows from ... to - 1, at least one. */
void survey_rows(struct survey *survey, const struct nfdec_columns *columns, uint32_t from, uint32_t to,
                 const struct survey_usual *usual);

#endif
