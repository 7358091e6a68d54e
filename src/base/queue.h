/* SPDX-License-Identifier: MIT */
/* What one thread hands to another. */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stddef.h>

/* First in, first out, between two threads; both sides wait. */
struct queue;

struct queue *queue_new(size_t capacity);
void queue_free(struct queue *queue); /* the items are the caller's */
void queue_put(struct queue *queue, void *item);
void *queue_take(struct queue *queue);

#endif
