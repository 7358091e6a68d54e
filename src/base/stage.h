/* SPDX-License-Identifier: MIT */
/* A thread that works through items in the order in which they are given, and the bounded queue before it. */
#ifndef BASE_STAGE_H
#define BASE_STAGE_H

#include <stddef.h>

/* First in, first out, between two threads; both sides wait. */
struct queue;

struct queue *queue_new(size_t capacity);
void queue_free(struct queue *queue); /* the items are the caller's */
void queue_put(struct queue *queue, void *item);
void *queue_take(struct queue *queue);

struct stage;

/* Starts a thread that calls work(user, item); NULL: there is no thread to be had. */
struct stage *stage_new(size_t capacity, void (*work)(void *user, void *item), void *user);
void stage_give(struct stage *stage, void *item); /* not NULL; waits while too many are under way */
void stage_wait(struct stage *stage);             /* until all that was given is done; NULL is fine */
void stage_free(struct stage *stage);             /* the same, and ends the thread; NULL is fine */

#endif
