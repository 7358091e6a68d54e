/* SPDX-License-Identifier: MIT */
#include "base/queue.h"

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
