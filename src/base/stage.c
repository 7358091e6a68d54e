/* SPDX-License-Identifier: MIT */
#include "base/stage.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t more, less;
    size_t capacity, first, count;
    void *item[];
};

struct queue *queue_new(size_t capacity)
{
    struct queue *queue = alloc_new(sizeof *queue + capacity * sizeof *queue->item);
    queue->capacity = capacity;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->more, NULL);
    pthread_cond_init(&queue->less, NULL);
    return queue;
}

void queue_free(struct queue *queue)
{
    if (!queue)
        return;
    pthread_mutex_destroy(&queue->lock);
    pthread_cond_destroy(&queue->more);
    pthread_cond_destroy(&queue->less);
    free(queue);
}

void queue_put(struct queue *queue, void *item)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->count == queue->capacity)
        pthread_cond_wait(&queue->less, &queue->lock);
    queue->item[(queue->first + queue->count++) % queue->capacity] = item;
    pthread_cond_signal(&queue->more);
    pthread_mutex_unlock(&queue->lock);
}

void *queue_take(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->count)
        pthread_cond_wait(&queue->more, &queue->lock);
    void *item = queue->item[queue->first];
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    pthread_cond_signal(&queue->less);
    pthread_mutex_unlock(&queue->lock);
    return item;
}

struct stage {
    struct queue *queue; /* NULL ends the thread */
    void (*work)(void *user, void *item);
    void *user;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    size_t under_way;
};

static void *run(void *argument)
{
    struct stage *stage = argument;
    void *item;
    while ((item = queue_take(stage->queue)) != NULL) {
        stage->work(stage->user, item);
        pthread_mutex_lock(&stage->lock);
        if (--stage->under_way == 0)
            pthread_cond_signal(&stage->idle);
        pthread_mutex_unlock(&stage->lock);
    }
    return NULL;
}

static void release(struct stage *stage)
{
    queue_free(stage->queue);
    pthread_mutex_destroy(&stage->lock);
    pthread_cond_destroy(&stage->idle);
    free(stage);
}

struct stage *stage_new(size_t capacity, void (*work)(void *user, void *item), void *user)
{
    struct stage *stage = alloc_new(sizeof *stage);
    stage->queue = queue_new(capacity);
    stage->work = work;
    stage->user = user;
    pthread_mutex_init(&stage->lock, NULL);
    pthread_cond_init(&stage->idle, NULL);
    if (pthread_create(&stage->thread, NULL, run, stage) == 0)
        return stage;
    release(stage);
    return NULL;
}

void stage_give(struct stage *stage, void *item)
{
    pthread_mutex_lock(&stage->lock);
    stage->under_way++;
    pthread_mutex_unlock(&stage->lock);
    queue_put(stage->queue, item);
}

void stage_wait(struct stage *stage)
{
    if (!stage)
        return;
    pthread_mutex_lock(&stage->lock);
    while (stage->under_way)
        pthread_cond_wait(&stage->idle, &stage->lock);
    pthread_mutex_unlock(&stage->lock);
}

void stage_free(struct stage *stage)
{
    if (!stage)
        return;
    queue_put(stage->queue, NULL);
    pthread_join(stage->thread, NULL);
    release(stage);
}
