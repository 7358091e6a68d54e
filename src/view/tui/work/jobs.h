/* SPDX-License-Identifier: MIT */
/*
 * Work beside the screen, on one thread: filtering, sorting, counting. One job after another.
 *
 *     struct mine { struct job job; ... };
 *     jobs_start(jobs, &mine->job);          // .run on the worker, .done on the screen's thread, .free on the worker
 *     ...
 *     jobs_cancel(jobs, &mine->job);         // .run returns soon; .done is called all the same
 *
 * What a running job has found so far it may offer at any time: jobs_offer() makes the screen's thread call .look.
 * What both threads touch meanwhile the job guards itself.
 */
#ifndef VIEW_TUI_WORK_JOBS_H
#define VIEW_TUI_WORK_JOBS_H

#include <stdbool.h>

#include "query/job.h"

struct jobs;

struct job {
    void (*run)(struct job *job);
    void (*look)(struct job *job); /* may be NULL */
    void (*done)(struct job *job); /* takes what was found; without .free it frees the job */
    void (*free)(struct job *job); /* gives much memory back, which takes its time; may be NULL */
    struct query_job progress;
    struct jobs *jobs; /* set by jobs_start() */
    struct job *next;  /* private */
    bool offered;      /* private */
};

/* `wake` is called on the worker when jobs_deliver() has something to do. */
struct jobs *jobs_new(void (*wake)(void *user), void *user);

/*
 * The end: jobs_stop() cancels all and waits for them, so that what they read may go; jobs_free() then calls their
 * .done and .free. What is started in between is cancelled from the beginning.
 */
void jobs_stop(struct jobs *jobs);
void jobs_free(struct jobs *jobs);

void jobs_start(struct jobs *jobs, struct job *job);
void jobs_cancel(struct jobs *jobs, struct job *job);
void jobs_offer(struct job *job);
void jobs_discard(struct jobs *jobs, struct job *job); /* only its .free is called */

/* On the screen's thread: calls what is due. */
void jobs_deliver(struct jobs *jobs);

/* Whether some are under way, or wait. */
bool jobs_busy(struct jobs *jobs);

#endif
