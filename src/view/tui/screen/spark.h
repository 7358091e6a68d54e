/* SPDX-License-Identifier: MIT */
/*
 * The line of traffic over time above the rows of a wide screen: octets a second, by the times of flows, of those that
 * the filter lets through. It is counted by a job when all is read, and anew for another filter or width; whatever
 * somebody waits for goes first.
 *
 *     spark_want(&spark, app, bins);                    // whenever a frame with it is drawn
 *     spark_draw(&spark, app, cells, area, from, to);   // the rows of the area: one, or several of bars and a row of times
 *     spark_pause(&spark);                              // another job is waited for
 */
#ifndef VIEW_TUI_SCREEN_SPARK_H
#define VIEW_TUI_SCREEN_SPARK_H

#include "query/timeline.h"
#include "view/tui/screen/app.h"

struct spark_job;

struct spark {
    struct spark_job *job;        /* that counts; NULL: none */
    struct shared_filter *filter; /* that it was counted for */
    uint32_t bins;                /* ... and for how many columns; 0: never yet */
    struct timeline timeline;
};

/* Bins that there is room for. */
uint32_t spark_room(struct area area);

void spark_want(struct spark *spark, struct app *app, uint32_t bins);
void spark_pause(struct spark *spark);

/* Bins between two times are marked: those of the row under the cursor. From behind `to` on: none. */
void spark_draw(const struct spark *spark, const struct app *app, struct cells *cells, struct area area,
                int64_t from, int64_t to);

void spark_release(struct spark *spark); /* between jobs_stop() and jobs_free() */

#endif
