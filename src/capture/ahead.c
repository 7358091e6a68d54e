/* SPDX-License-Identifier: MIT */
#include "capture/ahead.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/stage.h"

#define BUFFERS     4u
#define BUFFER_SIZE ((size_t)256 << 10)

struct buffer {
    size_t length; /* 0: the end */
    uint8_t octets[BUFFER_SIZE];
};

struct ahead {
    size_t (*pull)(void *user, uint8_t *to, size_t room);
    void *user;
    struct buffer *all[BUFFERS];
    struct queue *empty, *full; /* NULL among the empty ones ends the thread */
    struct buffer *current;     /* being read; NULL: take the next */
    size_t at;
    atomic_bool stop;
    pthread_t thread;
};

static size_t fill(struct ahead *ahead, struct buffer *buffer)
{
    size_t got;
    buffer->length = 0;
    while (buffer->length < BUFFER_SIZE && !atomic_load(&ahead->stop) &&
           (got = ahead->pull(ahead->user, buffer->octets + buffer->length, BUFFER_SIZE - buffer->length)) >
               0)
        buffer->length += got;
    return buffer->length;
}

static void *run(void *argument)
{
    struct ahead *ahead = argument;
    struct buffer *buffer;
    while ((buffer = queue_take(ahead->empty)) != NULL) {
        size_t length = fill(ahead, buffer);
        queue_put(ahead->full, buffer);
        if (!length)
            break;
    }
    return NULL;
}

static void release(struct ahead *ahead)
{
    for (unsigned i = 0; i < BUFFERS; i++)
        free(ahead->all[i]);
    queue_free(ahead->empty);
    queue_free(ahead->full);
    free(ahead);
}

struct ahead *ahead_new(size_t (*pull)(void *user, uint8_t *to, size_t room), void *user)
{
    struct ahead *ahead = alloc_new(sizeof *ahead);
    ahead->pull = pull;
    ahead->user = user;
    ahead->empty = queue_new(BUFFERS + 1);
    ahead->full = queue_new(BUFFERS);
    for (unsigned i = 0; i < BUFFERS; i++)
        queue_put(ahead->empty, ahead->all[i] = alloc_new(sizeof(struct buffer)));
    if (pthread_create(&ahead->thread, NULL, run, ahead) == 0)
        return ahead;
    release(ahead);
    return NULL;
}

size_t ahead_read(struct ahead *ahead, uint8_t *to, size_t room)
{
    if (!ahead->current) {
        ahead->current = queue_take(ahead->full);
        ahead->at = 0;
    }
    struct buffer *buffer = ahead->current;
    size_t n = buffer->length - ahead->at;
    if (n > room)
        n = room;
    memcpy(to, buffer->octets + ahead->at, n);
    ahead->at += n;
    if (n && ahead->at == buffer->length) { /* the last, empty one stays: the end is the end */
        ahead->current = NULL;
        queue_put(ahead->empty, buffer);
    }
    return n;
}

void ahead_free(struct ahead *ahead)
{
    if (!ahead)
        return;
    atomic_store(&ahead->stop, true);
    queue_put(ahead->empty, NULL);
    pthread_join(ahead->thread, NULL);
    release(ahead);
}
