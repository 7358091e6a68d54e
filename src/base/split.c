/* SPDX-License-Identifier: MIT */
#include "base/split.h"

#include <pthread.h>

struct task {
    void (*work)(void *user, unsigned worker, uint64_t from, uint64_t to);
    void *user;
    const atomic_bool *cancel; /* NULL: it goes on to the end */
    uint64_t count, piece;
    _Atomic uint64_t next;
};

struct hand {
    struct task *task;
    unsigned worker;
    pthread_t thread;
};

static bool is_cancelled(const atomic_bool *cancel)
{
    return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

static void *run(void *argument)
{
    const struct hand *hand = argument;
    struct task *task = hand->task;
    while (!is_cancelled(task->cancel)) {
        uint64_t from = atomic_fetch_add_explicit(&task->next, task->piece, memory_order_relaxed);
        if (from >= task->count)
            break;
        uint64_t left = task->count - from;
        task->work(task->user, hand->worker, from, from + (left < task->piece ? left : task->piece));
    }
    return NULL;
}

bool split(unsigned threads, uint64_t count, uint64_t piece,
           void (*work)(void *user, unsigned worker, uint64_t from, uint64_t to), void *user,
           const atomic_bool *cancel)
{
    struct task task = { .work = work, .user = user, .cancel = cancel, .count = count, .piece = piece };
    struct hand hands[SPLIT_MOST];
    unsigned workers = split_workers(threads), started = 1;
    uint64_t pieces = count / piece + (count % piece != 0);
    if (workers > pieces)
        workers = pieces > 0 ? (unsigned)pieces : 1;
    hands[0] = (struct hand) { .task = &task };
    for (; started < workers; started++) {
        hands[started] = (struct hand) { .task = &task, .worker = started };
        if (pthread_create(&hands[started].thread, NULL, run, &hands[started]) != 0)
            break; /* the others do its part */
    }
    run(&hands[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(hands[i].thread, NULL);
    return !is_cancelled(cancel);
}
