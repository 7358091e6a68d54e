/* SPDX-License-Identifier: MIT */
#include "view/tui/work/jobs.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"

struct jobs {
    pthread_t thread;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t more;
    struct job *waiting, *running, *done;
    bool end;
    void (*wake)(void *user);
    void *user;
};

static void append(struct job **list, struct job *job)
{
    while (*list)
        list = &(*list)->next;
    job->next = NULL;
    *list = job;
}

static void *work(void *user)
{
    struct jobs *jobs = user;
    pthread_mutex_lock(&jobs->mutex);
    for (;;) {
        while (!jobs->waiting && !jobs->end)
            pthread_cond_wait(&jobs->more, &jobs->mutex);
        struct job *job = jobs->waiting;
        if (!job)
            break;
        jobs->waiting = job->next;
        jobs->running = job;
        pthread_mutex_unlock(&jobs->mutex);
        if (!query_job_cancelled(&job->progress))
            job->run(job);
        pthread_mutex_lock(&jobs->mutex);
        jobs->running = NULL;
        append(&jobs->done, job);
        pthread_mutex_unlock(&jobs->mutex);
        jobs->wake(jobs->user);
        pthread_mutex_lock(&jobs->mutex);
    }
    pthread_mutex_unlock(&jobs->mutex);
    return NULL;
}

struct jobs *jobs_new(void (*wake)(void *user), void *user)
{
    struct jobs *jobs = alloc_new(sizeof *jobs);
    jobs->wake = wake;
    jobs->user = user;
    pthread_mutex_init(&jobs->mutex, NULL);
    pthread_cond_init(&jobs->more, NULL);
    if (pthread_create(&jobs->thread, NULL, work, jobs) != 0)
        alloc_failed(0);
    return jobs;
}

void jobs_stop(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    for (struct job *job = jobs->waiting; job; job = job->next)
        atomic_store(&job->progress.cancel, true);
    if (jobs->running)
        atomic_store(&jobs->running->progress.cancel, true);
    jobs->end = true;
    pthread_cond_signal(&jobs->more);
    pthread_mutex_unlock(&jobs->mutex);
    pthread_join(jobs->thread, NULL);
}

void jobs_free(struct jobs *jobs)
{
    jobs_deliver(jobs);
    pthread_cond_destroy(&jobs->more);
    pthread_mutex_destroy(&jobs->mutex);
    free(jobs);
}

void jobs_start(struct jobs *jobs, struct job *job)
{
    job->jobs = jobs;
    job->offered = false;
    pthread_mutex_lock(&jobs->mutex);
    if (jobs->end)
        atomic_store(&job->progress.cancel, true);
    append(jobs->end ? &jobs->done : &jobs->waiting, job);
    pthread_cond_signal(&jobs->more);
    pthread_mutex_unlock(&jobs->mutex);
}

void jobs_cancel(struct jobs *jobs, struct job *job)
{
    (void)jobs;
    atomic_store(&job->progress.cancel, true);
}

void jobs_offer(struct job *job)
{
    struct jobs *jobs = job->jobs;
    pthread_mutex_lock(&jobs->mutex);
    job->offered = true;
    pthread_mutex_unlock(&jobs->mutex);
    jobs->wake(jobs->user);
}

void jobs_deliver(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    struct job *running = jobs->running, *done = jobs->done;
    bool look = running && running->offered && running->look;
    if (look) {
        running->offered = false;
        running->look(running); /* short; it cannot end meanwhile, as that takes the mutex */
    }
    jobs->done = NULL;
    pthread_mutex_unlock(&jobs->mutex);
    while (done) {
        struct job *next = done->next;
        done->done(done);
        done = next;
    }
}

bool jobs_busy(struct jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    bool busy = jobs->waiting || jobs->running || jobs->done;
    pthread_mutex_unlock(&jobs->mutex);
    return busy;
}
