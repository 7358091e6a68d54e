/* SPDX-License-Identifier: MIT */
/*
 * A task that may take long, seen from outside: another thread may read how far it is and may end it.
 *
 *     struct query_job job = { .total = 0 };
 *     ...thread: filter_flows(filter, &data, threads, &job, rows)...
 *     atomic_store(&job.cancel, true);                       // it returns false soon
 *     atomic_load(&job.done), atomic_load(&job.total)        // in units of the task, for a bar
 *
 * Those who work call query_job_begin() once and query_job_step() every few thousand rows. A job of NULL is one that
 * nobody watches. Owner: whoever starts the task; it must outlive it.
 */
#ifndef QUERY_JOB_H
#define QUERY_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct query_job {
    atomic_bool cancel;
    _Atomic uint64_t done, total; /* total 0: not known yet */
};

static inline void query_job_begin(struct query_job *job, uint64_t total)
{
    if (!job)
        return;
    atomic_store_explicit(&job->done, 0, memory_order_relaxed);
    atomic_store_explicit(&job->total, total, memory_order_relaxed);
}

static inline bool query_job_cancelled(struct query_job *job)
{
    return job && atomic_load_explicit(&job->cancel, memory_order_relaxed);
}

/* `units` more are done. False: it is to end. */
static inline bool query_job_step(struct query_job *job, uint64_t units)
{
    if (job)
        atomic_fetch_add_explicit(&job->done, units, memory_order_relaxed);
    return !query_job_cancelled(job);
}

#endif
