/* SPDX-License-Identifier: MIT */
#include "view/tui/work/jobs.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/slice.h"

struct jobs {
    pthread_t thread;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t more;
    struct job *waiting, *running, *done;
    struct job *spent; /* to be freed */
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

/* With the mutex held, which is let go meanwhile, as the two that follow. */
static void free_spent(struct jobs *jobs)
{
    struct job *spent = jobs->spent;
    jobs->spent = NULL;
    pthread_mutex_unlock(&jobs->mutex);
    while (spent) {
        struct job *next = spent->next;
        spent->free(spent);
        spent = next;
    }
    pthread_mutex_lock(&jobs->mutex);
}

static void run_next(struct jobs *jobs)
{
    struct job *job = jobs->running = jobs->waiting;
    jobs->waiting = job->next;
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

static void *work(void *user)
{
    struct jobs *jobs = user;
    slice_long();
    pthread_mutex_lock(&jobs->mutex);
    while (jobs->waiting || jobs->spent || !jobs->end) {
        if (jobs->spent)
            free_spent(jobs);
        else if (jobs->waiting)
            run_next(jobs);
        else
            pthread_cond_wait(&jobs->more, &jobs->mutex);
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
    pthread_mutex_lock(&jobs->mutex);
    free_spent(jobs);
    pthread_mutex_unlock(&jobs->mutex);
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

void jobs_discard(struct jobs *jobs, struct job *job)
{
    pthread_mutex_lock(&jobs->mutex);
    append(&jobs->spent, job);
    pthread_cond_signal(&jobs->more);
    pthread_mutex_unlock(&jobs->mutex);
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
        bool spent = done->free != NULL;
        done->done(done);
        if (spent)
            jobs_discard(jobs, done);
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
