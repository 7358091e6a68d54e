/* SPDX-License-Identifier: MIT */
/*
 * split() for a job: it ends when the job is cancelled, and returns false then. Progress is not told here: whoever works
 * knows what it is worth.
 */
#ifndef QUERY_SPREAD_H
#define QUERY_SPREAD_H

#include "base/split.h"
#include "query/job.h"

#define SPREAD_MOST SPLIT_MOST

static inline bool spread(unsigned threads, uint64_t count, uint64_t piece,
                          void (*work)(void *user, unsigned worker, uint64_t from, uint64_t to), void *user,
                          struct query_job *job)
{
    return split(threads, count, piece, work, user, job ? &job->cancel : NULL);
}

static inline unsigned spread_workers(unsigned threads)
{
    return split_workers(threads);
}

#endif
