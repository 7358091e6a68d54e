/* SPDX-License-Identifier: MIT */
/*
 * Times of text output in the form that somebody wants, the letters of tshark's -t. JSON and CSV have RFC 3339 always.
 *
 *     struct clock clock = { .form = CLOCK_RELATIVE, .zero = ..., .zero_known = true };
 *     clock_put(&clock, out, ns);
 */
#ifndef VIEW_CLOCK_H
#define VIEW_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

enum clock_form {
    CLOCK_USUAL,         /* the Python analyzer's, local: 2017-10-28 23:17.01 */
    CLOCK_USUAL_UTC,     /* the same in UTC */
    CLOCK_ABSOLUTE,      /* a: 23:17:01.123456 */
    CLOCK_ABSOLUTE_DATE, /* ad: 2017-10-28 23:17:01.123456 */
    CLOCK_RELATIVE,      /* r: seconds since the first export packet was captured */
    CLOCK_EPOCH,         /* e: seconds since 1970 */
    CLOCK_DELTA,         /* d: seconds since the time put before */
    CLOCK_UTC,           /* u: as a, in UTC */
    CLOCK_UTC_DATE,      /* ud: as ad, in UTC */
};

struct clock {
    enum clock_form form;
    int64_t zero;    /* of relative ones */
    bool zero_known; /* else it is the first time that is put */
    int64_t last;    /* private: what was put last */
    bool begun;
};

void clock_put(struct clock *clock, struct strbuf *out, int64_t ns);

/* Whether what is put depends on what was put before. */
static inline bool clock_depends(enum clock_form form)
{
    return form == CLOCK_DELTA;
}

/* The width of a column for times of today in this form. */
unsigned clock_width(enum clock_form form);

/* Reads a time in RFC 3339 UTC, as format_utc_time() writes it. False: it is none. */
bool clock_read(const char *text, int64_t *ns);

#endif
