/* SPDX-License-Identifier: MIT */
/*
 * A job over the flows that the filter lets through, as far as they are read: all that have to be gone through
 * are, and more may come meanwhile.
 *
 *     struct mine { struct flow_job base; ... };
 *     static const struct flow_job_ops ops = { .work = work, .told = told, .release = release };
 *     flow_job_start(&mine->base, &ops, app, view);      // work() on another thread, told() when that is done
 *     flow_job_drop(&mine->base);                        // gives it up: told() is not called then
 *
 * The loader waits while a job reads. One of several parts lets it go on between them (flow_job_next_part()), and what
 * is found anew while more comes has to wait for its turn (struct flow_pace).
 */
#ifndef VIEW_TUI_SCREEN_FLOW_JOB_H
#define VIEW_TUI_SCREEN_FLOW_JOB_H

#include "query/data.h"
#include "view/tui/screen/app.h"

struct flow_job;

struct flow_job_ops {
    /* On another thread, while the session stands still. False: there is nothing to tell of, as it was given up. */
    bool (*work)(struct flow_job *job, const struct query_data *data);
    void (*told)(struct flow_job *job); /* on the screen's thread; what was found may be taken */
    void (*release)(struct flow_job *job);
};

/* Owner: it frees itself, release() first. */
struct flow_job {
    struct job job;
    const struct flow_job_ops *ops;
    const struct app_config *config;
    struct shared_filter *filter; /* NULL: none */
    void *user;                   /* NULL: it was given up */
    int64_t began;                /* ms: when it could read */
    /* what it is of: */
    uint64_t rows;
    uint64_t *chosen;    /* a bit for each row that there is; NULL: all */
    uint32_t generation; /* of the session, in which rows have these numbers */
    bool last;           /* all is read, and duplicates are known */
    bool whole;          /* it came to its end */
    bool reading;        /* private: the session stands still for it */
};

void flow_job_start(struct flow_job *job, const struct flow_job_ops *ops, struct app *app, void *user);
void flow_job_drop(struct flow_job *job); /* NULL is fine */

/*
 * For work(): lets the loader go on before there is more to do. What was added since the job began is left out. False:
 * what comes is no longer the same, or it was given up.
 */
bool flow_job_next_part(struct flow_job *job, const struct query_data *data);

/* When something is found anew while more comes; zeroed: at once. */
struct flow_pace {
    uint64_t rows;         /* of which it was found last ... */
    int64_t ended, rested; /* ... and when, ms; until when there is no other one */
};

/*
 * Whether it is time, with so many rows now: where there is half as much again, or what was found is two seconds old;
 * and so that jobs have a fifth of the time at most. Not while what is shown is to stand still, but for the first time.
 */
bool flow_pace_due(const struct flow_pace *pace, const struct app *app, uint64_t rows);
void flow_pace_done(struct flow_pace *pace, const struct flow_job *job);

#endif
