/* SPDX-License-Identifier: MIT */
#include "capture/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* From 64 KiB to 1 MiB it makes no difference; this is an eighth of a usual second-level cache. */
#define BUFFER_SIZE ((size_t)256 << 10)

void window_init(struct window *w, struct feed *feed)
{
    *w = (struct window) { .feed = feed, .room = BUFFER_SIZE };
    w->buffer = alloc_array(w->room, 1);
    w->at = w->end = w->buffer;
}

void window_release(struct window *w)
{
    ahead_free(w->ahead);
    feed_free(w->feed);
    free(w->buffer);
    *w = (struct window) { .feed = NULL };
}

static size_t pull(void *user, uint8_t *to, size_t room)
{
    return feed_pull(user, to, room);
}

void window_ahead(struct window *w)
{
    if (!w->ended && feed_is_slow_file(w->feed))
        w->ahead = ahead_new(pull, w->feed);
}

/* Moves what is left to the front of the buffer, which has room for n octets then. */
static void gather(struct window *w, size_t n)
{
    size_t left = window_left(w), room = w->room;
    uint8_t *to = w->buffer;
    while (room < n)
        room *= 2;
    if (room > w->room)
        to = alloc_array(room, 1);
    if (to != w->at)
        memmove(to, w->at, left);
    if (to != w->buffer)
        free(w->buffer);
    w->buffer = to;
    w->room = room;
    w->at = to;
    w->end = to + left;
}

/* Octets go behind those that are left as long as n fit there; 0 at the end. */
static size_t pull_more(struct window *w, size_t n)
{
    size_t left = window_left(w), used = (size_t)(w->end - w->buffer);
    if (left == 0 || n - left > w->room - used) {
        gather(w, n);
        used = left;
    }
    size_t got = feed_pull(w->feed, w->buffer + used, w->room - used);
    w->end += got;
    w->pulled += got;
    return got;
}

/* Only what the last piece's end has cut in two is copied, unless that is long. */
static size_t take_piece(struct window *w)
{
    struct piece *next = ahead_take(w->ahead), *done = next;
    size_t left = window_left(w), got = next->length;
    if (left <= PIECE_FRONT) {
        uint8_t *to = next->octets + PIECE_FRONT - left;
        memcpy(to, w->at, left);
        w->at = to;
        w->end = to + left + got;
        done = w->piece;
        w->piece = next;
    } else {
        gather(w, left + got);
        memcpy(w->buffer + left, next->octets + PIECE_FRONT, got);
        w->end += got;
        if (w->piece)
            ahead_give(w->ahead, w->piece);
        w->piece = NULL;
    }
    if (done)
        ahead_give(w->ahead, done);
    w->pulled += got;
    return got;
}

const uint8_t *window_refill(struct window *w, size_t n)
{
    w->later = w->held;
    if (w->held)
        return NULL;
    while (window_left(w) < n) {
        bool more = !w->ended && (w->ahead ? take_piece(w) : pull_more(w, n)) > 0;
        w->later = !w->ended && !more && !w->ahead && feed_later(w->feed);
        w->ended |= !more && !w->later;
        if (!more)
            return NULL;
    }
    return w->at;
}

static ssize_t read_stream(void *user, char *to, size_t room)
{
    struct window *w = user;
    const uint8_t *octets = window_need(w, 1);
    size_t n = window_left(w);
    if (!octets)
        return 0;
    if (n > room)
        n = room;
    memcpy(to, octets, n);
    window_skip(w, n);
    return (ssize_t)n;
}

FILE *window_stream(struct window *w)
{
    return fopencookie(w, "rb", (cookie_io_functions_t) { .read = read_stream });
}

const struct trouble *window_trouble(struct window *w)
{
    if (feed_is_slow_file(w->feed))
        (void)window_need(w, BUFFER_SIZE);
    const struct trouble *trouble = w->ended ? feed_trouble(w->feed) : NULL;
    return trouble && trouble->kind ? trouble : NULL;
}
