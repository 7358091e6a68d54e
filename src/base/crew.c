/* SPDX-License-Identifier: MIT */
#include "base/crew.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"

struct slot {
    void *item;
    bool done;
};

struct hand {
    struct crew *crew;
    unsigned worker;
    pthread_t thread;
};

/* Items are counted from 0 on: taken <= started <= given, and given - taken <= capacity. */
struct crew {
    void (*work)(void *user, unsigned worker, void *item);
    void *user;
    pthread_mutex_t lock;
    pthread_cond_t more; /* something to start, or the end */
    pthread_cond_t done; /* an item that the caller may wait for */
    uint64_t given, started;
    uint64_t taken; /* the calling thread's alone, as is `given` for reading */
    bool ended;
    struct hand *hands;
    unsigned threads;
    size_t capacity;
    struct slot slots[];
};

static struct slot *slot_of(struct crew *crew, uint64_t number)
{
    return &crew->slots[number % crew->capacity];
}

/* With the lock held, which is let go meanwhile. */
static void work_on_next(struct crew *crew, unsigned worker)
{
    struct slot *slot = slot_of(crew, crew->started++);
    pthread_mutex_unlock(&crew->lock);
    crew->work(crew->user, worker, slot->item);
    pthread_mutex_lock(&crew->lock);
    slot->done = true;
}

static void *run(void *argument)
{
    const struct hand *hand = argument;
    struct crew *crew = hand->crew;
    pthread_mutex_lock(&crew->lock);
    while (!crew->ended) {
        if (crew->started == crew->given) {
            pthread_cond_wait(&crew->more, &crew->lock);
            continue;
        }
        work_on_next(crew, hand->worker);
        pthread_cond_signal(&crew->done);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

struct crew *crew_new(unsigned workers, size_t capacity,
                      void (*work)(void *user, unsigned worker, void *item), void *user)
{
    struct crew *crew = alloc_new(sizeof *crew + capacity * sizeof *crew->slots);
    crew->work = work;
    crew->user = user;
    crew->capacity = capacity;
    crew->hands = alloc_array(workers, sizeof *crew->hands);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->more, NULL);
    pthread_cond_init(&crew->done, NULL);
    while (crew->threads + 1 < workers) {
        struct hand *hand = &crew->hands[crew->threads];
        *hand = (struct hand) { .crew = crew, .worker = crew->threads + 1 };
        if (pthread_create(&hand->thread, NULL, run, hand) != 0)
            break;
        crew->threads++;
    }
    return crew;
}

bool crew_full(const struct crew *crew)
{
    return crew->given - crew->taken == crew->capacity;
}

void crew_give(struct crew *crew, void *item)
{
    pthread_mutex_lock(&crew->lock);
    *slot_of(crew, crew->given++) = (struct slot) { .item = item };
    pthread_cond_signal(&crew->more);
    pthread_mutex_unlock(&crew->lock);
}

void *crew_take(struct crew *crew)
{
    if (crew->taken == crew->given)
        return NULL;
    const struct slot *slot = slot_of(crew, crew->taken);
    pthread_mutex_lock(&crew->lock);
    while (!slot->done) {
        if (crew->started < crew->given)
            work_on_next(crew, 0);
        else
            pthread_cond_wait(&crew->done, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
    crew->taken++;
    return slot->item;
}

void crew_free(struct crew *crew)
{
    if (!crew)
        return;
    pthread_mutex_lock(&crew->lock);
    crew->ended = true;
    pthread_cond_broadcast(&crew->more);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < crew->threads; i++)
        pthread_join(crew->hands[i].thread, NULL);
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->more);
    pthread_cond_destroy(&crew->done);
    free(crew->hands);
    free(crew);
}
