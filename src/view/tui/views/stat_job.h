/* SPDX-License-Identifier: MIT */
/*
 * Statistics as a job over what is read: what was asked for, and what came of it.
 *
 *     struct stat_job *job = stat_job_start(app, &wish, told, view);   // told(view, job) when it is over
 *     stat_job_drop(&job);                                             // gives it up; told() is not called then
 *
 * While more is read nobody knows yet what is told twice: duplicates count as all others do.
 */
#ifndef VIEW_TUI_VIEWS_STAT_JOB_H
#define VIEW_TUI_VIEWS_STAT_JOB_H

#include "query/stats.h"
#include "query/timeline.h"
#include "view/tui/screen/flow_job.h"

/* What is shown, each of its own. */
enum stat_part { STAT_TIMELINE, STAT_GROUPS, STAT_PROTOCOLS, STAT_PORTS, STAT_PARTS };

/* What flows are grouped by. */
struct stat_grouping {
    const char *name;   /* "top talkers" */
    const char *report; /* of -z, but for its order and how many */
    const char *title;  /* heading of a group */
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
    enum timeline_base base;
    uint32_t bins;  /* of the timeline, at most */
    int64_t length; /* ns of a bin; 0: as many as there may be */
};

struct stat_job {
    struct flow_job base; /* .whole: what was asked for is there */
    struct stat_wish wish;
    void (*told)(void *user, struct stat_job *job);
    struct timeline timeline;
    struct stats groups[STAT_PARTS]; /* by part; that of the timeline is not used */
    bool duplicates;                 /* there are some, and they are known */
};

struct stat_job *stat_job_start(struct app *app, const struct stat_wish *wish,
                                void (*tell)(void *user, struct stat_job *job), void *user);
void stat_job_drop(struct stat_job **job);

#endif
