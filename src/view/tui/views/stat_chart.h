/* SPDX-License-Identifier: MIT */
/* Traffic over time as blocks, with a cursor and a range that can be marked. */
#ifndef VIEW_TUI_VIEWS_STAT_CHART_H
#define VIEW_TUI_VIEWS_STAT_CHART_H

#include "query/timeline.h"
#include "query/stats.h"
#include "view/tui/screen/app.h"

#define CHART_NONE UINT32_MAX

/* Owner: the view; timeline_release(&chart.timeline). */
struct stat_chart {
    struct timeline timeline;
    enum stats_unit unit;
    uint32_t first;  /* bin shown first */
    uint32_t cursor; /* bin */
    uint32_t mark;   /* bin where a range begins; CHART_NONE: none */
    bool focus;
    bool busy; /* other numbers are on their way */
    /* of the last time it was drawn: */
    uint32_t bins; /* room for so many, a column each */
    struct area bars;
    uint32_t shown; /* bins, over all columns */
};

/* Room of an area for bins. */
uint32_t stat_chart_room(struct area area);

void stat_chart_draw(struct stat_chart *chart, const struct app *app, struct cells *cells, struct area area);

/* Other bins: the cursor, and the range, stay at their times as far as they can. */
void stat_chart_take(struct stat_chart *chart, struct timeline *timeline);

/* Moves the cursor by bins. */
void stat_chart_move(struct stat_chart *chart, int64_t by);

/* The range that is marked, or the bin under the cursor: times from ... to. False: there is nothing. */
bool stat_chart_range(const struct stat_chart *chart, int64_t *from, int64_t *to);

/* The bin of a column that was clicked; CHART_NONE: none. */
uint32_t stat_chart_at(const struct stat_chart *chart, int row, int column);

#endif
