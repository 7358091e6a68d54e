/* SPDX-License-Identifier: MIT */
/* A range of numbers that several threads go through in pieces, in any order. The caller is one of them. */
#ifndef QUERY_THREADS_H
#define QUERY_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include "query/job.h"

struct query_threads {
    unsigned threads; /* at most; 0 and 1: the caller alone */
    uint64_t count;   /* of the numbers, from 0 */
    uint64_t piece;   /* numbers that a thread takes at once */
    struct query_job *job;
    uint64_t units; /* of the job, a number */
    void *user;
    /* A thread's own state. */
    void *(*begin)(void *user, unsigned thread);
    void (*take)(void *state, uint64_t from, uint64_t to);
    void (*end)(void *state);
};

/* False: cancelled. */
bool query_threads_run(const struct query_threads *work);

#endif
