/* SPDX-License-Identifier: MIT */
/*
 * The line of traffic over time above the rows of a wide screen: octets a second, by the times of flows, of those that
 * the filter lets through. It is counted by jobs: while more is read, of what has come so far and what is told twice
 * counts twice, as in statistics; then of all; and anew for another filter or width. Whatever somebody waits for goes first.
 *
 *     spark_tend(&spark, app, bins);                    // in every turn of the loop
 *     spark_draw(&spark, app, cells, area, from, to);   // the rows of the area: one, or several of bars and a row of times
 */
#ifndef VIEW_TUI_SCREEN_SPARK_H
#define VIEW_TUI_SCREEN_SPARK_H

#include "query/timeline.h"
#include "view/tui/screen/app.h"
#include "view/tui/screen/flow_job.h"

struct spark_job;

struct spark {
    struct spark_job *job;        /* that counts; NULL: none */
    struct shared_filter *filter; /* that it is to be counted for */
    uint32_t bins;                /* ... and for how many columns; 0: never yet */
    bool asked;                   /* what is there is of something else */
    bool last;                    /* it is of all there is */
    struct flow_pace pace;        /* of jobs while more is read */
    struct timeline timeline;
};

/* Bins that there is room for. */
uint32_t spark_room(struct area area);

/* Begins a job that is due, and gives up one that is not wanted any more; 0 bins: nobody sees it, or something is waited for. */
void spark_tend(struct spark *spark, struct app *app, uint32_t bins);

/* Bins between two times are marked: those of the row under the cursor. From behind `to` on: none. */
void spark_draw(const struct spark *spark, const struct app *app, struct cells *cells, struct area area,
                int64_t from, int64_t to);

void spark_release(struct spark *spark); /* between jobs_stop() and jobs_free() */

#endif
