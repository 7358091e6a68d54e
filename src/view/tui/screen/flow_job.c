/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/flow_job.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/now.h"
#include "query/filter.h"
#include "session/data.h"

#define PATIENCE 50   /* ms between looks whether a job that waits to read was given up */
#define OLD      2000 /* ms after which what was found is found anew, however little came */
#define REST     4    /* times as long as a job took there is no other one */

/* False: it was given up, or is not worth while: what is read and not brought together yet is something else soon. */
static bool begin_reading(struct flow_job *job)
{
    while (!load_read(job->config->load, PATIENCE))
        if (query_job_cancelled(&job->job.progress))
            return false;
    job->reading = true;
    return session_phase(load_session(job->config->load)) != SESSION_READ;
}

static void end_reading(struct flow_job *job)
{
    if (job->reading)
        load_release(job->config->load);
    job->reading = false;
}

/* Bits for as many rows as there are now: those that came since the job began are not chosen. */
static void leave_out(struct flow_job *job, uint64_t rows)
{
    size_t words = filter_words(job->rows);
    uint64_t *chosen = alloc_array(filter_words(rows) + 1, sizeof *chosen);
    if (job->chosen)
        memcpy(chosen, job->chosen, words * sizeof *chosen);
    else
        memset(chosen, 0xFF, words * sizeof *chosen);
    if (job->rows % 64)
        chosen[words - 1] &= (UINT64_C(1) << job->rows % 64) - 1;
    free(job->chosen);
    job->chosen = chosen;
}

bool flow_job_next_part(struct flow_job *job, const struct query_data *data)
{
    const struct session *run = load_session(job->config->load);
    if (job->last)
        return true;
    end_reading(job);
    if (!begin_reading(job) || session_phase(run) == SESSION_OVER ||
        session_generation(run) != job->generation)
        return false;
    if (flow_store_rows(data->store) > job->rows)
        leave_out(job, flow_store_rows(data->store));
    return true;
}

/* Which of the rows the filter lets through. */
static bool filter_rows(struct flow_job *job, const struct query_data *data)
{
    if (!job->filter)
        return true;
    job->chosen = alloc_array(filter_words(job->rows) + 1, sizeof *job->chosen);
    return filter_flows(job->filter->filter, data, job->config->threads, &job->job.progress, job->chosen);
}

static void run_job(struct job *base)
{
    struct flow_job *job = (struct flow_job *)(void *)base;
    const struct app_config *config = job->config;
    const struct session *run = load_session(config->load);
    if (begin_reading(job)) {
        job->began = now_milliseconds();
        struct query_data data = session_data(run, config->files, config->file_count);
        job->rows = flow_store_rows(data.store);
        job->generation = session_generation(run);
        job->last = session_phase(run) == SESSION_OVER;
        job->whole =
            filter_rows(job, &data) && job->ops->work(job, &data) && !query_job_cancelled(&base->progress);
    }
    end_reading(job);
}

static void done_job(struct job *base)
{
    struct flow_job *job = (struct flow_job *)(void *)base;
    if (job->user)
        job->ops->told(job);
    job->ops->release(job);
    shared_filter_drop(job->filter);
    free(job->chosen);
    free(job);
}

void flow_job_start(struct flow_job *job, const struct flow_job_ops *ops, struct app *app, void *user)
{
    job->job = (struct job) { .run = run_job, .done = done_job };
    job->ops = ops;
    job->config = app_config(app);
    job->filter = shared_filter_hold(app_filter(app));
    job->user = user;
    jobs_start(job->config->jobs, &job->job);
}

void flow_job_drop(struct flow_job *job)
{
    if (!job)
        return;
    jobs_cancel(job->config->jobs, &job->job);
    job->user = NULL;
}

bool flow_pace_due(const struct flow_pace *pace, const struct app *app, uint64_t rows)
{
    int64_t time = now_milliseconds();
    bool more = rows / 3 * 2 >= pace->rows, old = time - pace->ended >= OLD;
    bool still = app_paused(app) && pace->rows > 0;
    return rows != pace->rows && (more || old) && time >= pace->rested && !still;
}

void flow_pace_done(struct flow_pace *pace, const struct flow_job *job)
{
    pace->rows = job->rows;
    pace->ended = now_milliseconds();
    pace->rested = pace->ended + REST * (pace->ended - job->began);
}
