/* SPDX-License-Identifier: MIT */
#include "query/threads.h"

#include <pthread.h>

#define THREADS_MOST 64u

struct state {
    const struct query_threads *work;
    _Atomic uint64_t next;
    atomic_bool cancelled;
};

struct thread {
    struct state *state;
    pthread_t id;
    unsigned number;
};

static void *run(void *user)
{
    const struct thread *thread = user;
    struct state *state = thread->state;
    const struct query_threads *work = state->work;
    void *own = work->begin(work->user, thread->number);
    for (;;) {
        uint64_t from = atomic_fetch_add(&state->next, work->piece);
        if (from >= work->count)
            break;
        uint64_t to = work->count - from < work->piece ? work->count : from + work->piece;
        if (query_job_cancelled(work->job)) {
            atomic_store(&state->cancelled, true);
            break;
        }
        work->take(own, from, to);
        query_job_step(work->job, (to - from) * work->units);
    }
    work->end(own);
    return NULL;
}

bool query_threads_run(const struct query_threads *work)
{
    struct state state = { .work = work };
    struct thread thread[THREADS_MOST];
    unsigned wanted = work->threads < THREADS_MOST ? work->threads : THREADS_MOST, count = 1;
    while (count < wanted && (uint64_t)count * work->piece < work->count) {
        thread[count] = (struct thread) { .state = &state, .number = count };
        if (pthread_create(&thread[count].id, NULL, run, &thread[count]) != 0)
            break; /* then there are fewer of us */
        count++;
    }
    thread[0] = (struct thread) { .state = &state };
    run(&thread[0]);
    for (unsigned i = 1; i < count; i++)
        pthread_join(thread[i].id, NULL);
    return !atomic_load(&state.cancelled);
}
