/* SPDX-License-Identifier: MIT */
/*
 * The work of rows beside the screen: which ones the filter lets through, and their order; the first of them are offered
 * before all are known. Private to screen/rows*.c.
 */
#ifndef VIEW_TUI_SCREEN_ROWS_WORK_H
#define VIEW_TUI_SCREEN_ROWS_WORK_H

#include "view/tui/screen/rows_config.h"

/* Numbers of rows that several may hold, by any threads; constant once they are made. */
struct numbers {
    _Atomic unsigned holders;
    uint32_t *at;
};

struct numbers *numbers_new(uint64_t room);            /* one holder */
struct numbers *numbers_hold(struct numbers *numbers); /* NULL is fine */
void numbers_drop(struct numbers *numbers);            /* the last one frees them */

/* What a job found. */
struct found {
    struct numbers *order; /* NULL: as they are numbered, and all of them */
    uint64_t count;        /* rows there are */
    uint64_t known;        /* of order */
    bool mirrored;         /* read from the end: by start, the latest first */
    bool rising;           /* order has the numbers in their own order */
};

void found_release(struct found *found);

/* Of so many rows, those that a filter lets through, or the order of all. */
struct chosen {
    uint64_t all;
    uint64_t *bits; /* NULL: not known */
};
struct sorted {
    uint64_t all;
    struct numbers *order; /* NULL: not known */
};

struct rows;

struct rows_job {
    struct job job;
    struct rows *rows; /* NULL: nobody wants it any more */
    struct rows_config config;
    struct shared_filter *filter;
    int field;
    bool descending, only_count;
    bool early;   /* the first ones are wanted before all are there: what is shown is something else */
    bool loaded;  /* all was read when it began */
    uint64_t all; /* how many there were at its start */
    bool whole;   /* it came to its end */
    struct chosen chosen;     /* by the filter: known before, or found */
    struct sorted sorted;     /* known before, or found */
    _Atomic uint64_t matches; /* of the filter, so far */
    struct found found;
    struct found first;      /* to be looked at early, under the jobs' lock; then what was before */
    atomic_bool first_ready; /* it is the screen's; else the worker's */
    int64_t offered;         /* ms: when that was last ... */
    uint64_t offered_count;  /* ... and how many rows */
    void (*told)(void *user, uint64_t count);
    void *user;
};

/* job.run */
void rows_work(struct job *job);

/* job.free, on the worker: some hundred megabytes are not given back at once. */
void rows_work_free(struct job *job);

#endif
