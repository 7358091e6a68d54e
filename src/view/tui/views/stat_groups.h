/* SPDX-License-Identifier: MIT */
/* Groups of flows as rows of a list: what they are called, their sums, their share as a bar. */
#ifndef VIEW_TUI_VIEWS_STAT_GROUPS_H
#define VIEW_TUI_VIEWS_STAT_GROUPS_H

#include "query/stats.h"
#include "view/tui/panel/list.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/stat_job.h"

#define STAT_COLUMNS 7

/* Owner: the view; stat_groups_release(). Zeroed but for app, kind and list: nothing is known yet. */
struct stat_groups {
    struct app *app;
    struct list list;
    struct stats stats;
    unsigned grouping; /* of stat_groupings; of the panes at the side: their own kind */
    enum stats_kind kind;
    enum stats_unit unit;
    bool counted;                             /* there was something to be taken */
    bool brief;                               /* a pane at the side */
    struct list_column columns[STAT_COLUMNS]; /* with their headings */
};

void stat_groups_init(struct stat_groups *groups, struct app *app, bool brief);
void stat_groups_release(struct stat_groups *groups);

/* Takes what a job has made, in order of a unit. */
void stat_groups_take(struct stat_groups *groups, struct stats *stats, enum stats_unit unit);

/* The first row of the area is the heading. */
void stat_groups_draw(struct stat_groups *groups, struct cells *cells, struct area area);

/* The filter that lets through what the cursor is on. False: it is not to be told from others. */
bool stat_groups_filter(const struct stat_groups *groups, struct strbuf *out);

#endif
