/* SPDX-License-Identifier: MIT */
/*
 * Statistics as a job: what was asked for, and what came of it.
 *
 *     struct stat_job *job = stat_job_start(app, &wish, told, view);   // told(view, job) when it is done
 *     stat_job_drop(&job);                                             // gives it up; told() is not called then
 */
#ifndef VIEW_TUI_VIEWS_STAT_JOB_H
#define VIEW_TUI_VIEWS_STAT_JOB_H

#include "query/stats.h"
#include "query/timeline.h"
#include "view/tui/screen/app.h"

/* What is shown, each of its own. */
enum stat_part { STAT_TIMELINE, STAT_GROUPS, STAT_PROTOCOLS, STAT_PORTS, STAT_PARTS };

/* What flows are grouped by. */
struct stat_grouping {
    const char *name;  /* "top talkers" */
    const char *title; /* heading of a group */
    enum stats_kind kind;
    enum stats_side side;
    enum stats_by by;
};

enum { STAT_BY_ADDRESS, STAT_GROUPINGS_FIRST = STAT_BY_ADDRESS };
extern const struct stat_grouping stat_groupings[];
extern const unsigned stat_grouping_count;

struct stat_wish {
    unsigned parts; /* bits, 1 << enum stat_part */
    enum stats_unit unit;
    unsigned grouping; /* of stat_groupings */
    uint32_t bins;     /* of the timeline, at most */
    int64_t length;    /* ns of a bin; 0: as many as there may be */
};

struct stat_job {
    struct job job;
    struct app *app;
    struct load *load;
    const struct app_config *config;
    struct stat_wish wish;
    struct shared_filter *filter; /* NULL: none */
    void (*told)(void *user, struct stat_job *job);
    void *user; /* NULL: it was given up */
    bool whole; /* what was asked for is there */
    struct timeline timeline;
    struct stats groups[STAT_PARTS]; /* by part; that of the timeline is not used */
};

struct stat_job *stat_job_start(struct app *app, const struct stat_wish *wish,
                                void (*told)(void *user, struct stat_job *job), void *user);
void stat_job_drop(struct stat_job **job);

#endif
