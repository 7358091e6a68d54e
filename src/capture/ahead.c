/* SPDX-License-Identifier: MIT */
#include "capture/ahead.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/queue.h"

#define PIECES 4u

struct ahead {
    size_t (*pull)(void *user, uint8_t *to, size_t room);
    void *user;
    struct piece *all[PIECES];
    struct queue *empty, *full; /* NULL among the empty ones ends the thread */
    atomic_bool stop;
    pthread_t thread;
};

static size_t fill(struct ahead *ahead, struct piece *piece)
{
    size_t got;
    piece->length = 0;
    while (piece->length < PIECE_SIZE && !atomic_load(&ahead->stop) &&
           (got = ahead->pull(ahead->user, piece->octets + PIECE_FRONT + piece->length,
                              PIECE_SIZE - piece->length)) > 0)
        piece->length += got;
    return piece->length;
}

static void *run(void *argument)
{
    struct ahead *ahead = argument;
    struct piece *piece;
    while ((piece = queue_take(ahead->empty)) != NULL) {
        size_t length = fill(ahead, piece);
        queue_put(ahead->full, piece);
        if (!length)
            break;
    }
    return NULL;
}

static void release(struct ahead *ahead)
{
    for (unsigned i = 0; i < PIECES; i++)
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
    ahead->empty = queue_new(PIECES + 1);
    ahead->full = queue_new(PIECES);
    for (unsigned i = 0; i < PIECES; i++)
        queue_put(ahead->empty, ahead->all[i] = alloc_new(sizeof(struct piece)));
    if (pthread_create(&ahead->thread, NULL, run, ahead) == 0)
        return ahead;
    release(ahead);
    return NULL;
}

struct piece *ahead_take(struct ahead *ahead)
{
    return queue_take(ahead->full);
}

void ahead_give(struct ahead *ahead, struct piece *piece)
{
    queue_put(ahead->empty, piece);
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
