/* SPDX-License-Identifier: MIT */
/*
 * The octets of an input, in order, through one buffer that stays in the processor's cache: readers take numbers and
 * frames where they lie, nothing is copied but what a buffer's end cuts in two.
 *
 *     const uint8_t *p = window_need(w, 16);
 *     if (!p)
 *         ...fewer are there: window_left(w), from w->at on...
 *     window_skip(w, 16);
 *     ...p is valid until the next window_need...
 *
 * Never waits for more octets than are needed, so that a capture piped in is seen as it comes.
 */
#ifndef CAPTURE_WINDOW_H
#define CAPTURE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "capture/ahead.h"
#include "capture/feed.h"

struct window {
    const uint8_t *at, *end; /* octets that have come and are not used yet; the rest is window.c's */
    uint8_t *buffer;
    size_t room;
    struct feed *feed;
    struct ahead *ahead; /* who pulls octets, on a thread of its own; NULL: the window does */
    struct piece *piece; /* of ahead: where the octets are; NULL: in the buffer */
    uint64_t pulled;     /* octets up to `end`, from the beginning on */
    bool ended;          /* nothing comes behind `end` */
    bool later;          /* window_need() gave NULL as more is to come: it may be asked again */
    bool held;           /* nothing more comes in: what is there stays where it is */
};

void window_init(struct window *w, struct feed *feed); /* takes the feed over */
void window_release(struct window *w);                 /* an all-zero one, too */

/* From now on the feed is pulled on a thread of its own, where it is a file that needs inflating. */
void window_ahead(struct window *w);

/* What is left as a stdio stream, to be closed before window_release; NULL where memory is short. */
FILE *window_stream(struct window *w);

/*
 * Why the octets ended early, once more were needed than there are; else NULL. Where a compressed file is damaged,
 * nonsense comes out of it for a while before zlib knows: there this looks on, as far at every run.
 */
const struct trouble *window_trouble(struct window *w);

const uint8_t *window_refill(struct window *w, size_t n); /* window_need's slow half */

static inline size_t window_left(const struct window *w)
{
    return (size_t)(w->end - w->at);
}

/* Where in the input octets stand that are in the window. */
static inline uint64_t window_offset(const struct window *w, const uint8_t *octets)
{
    return w->pulled - (uint64_t)(w->end - octets);
}

/* The next n octets, or NULL: the input ends before. They stay the next. The buffer grows to n, the caller's limit. */
static inline const uint8_t *window_need(struct window *w, size_t n)
{
    return n <= window_left(w) ? w->at : window_refill(w, n);
}

/* Goes on behind n octets, of which the caller has seen that they are there. */
static inline void window_skip(struct window *w, size_t n)
{
    w->at += n;
}

#endif
