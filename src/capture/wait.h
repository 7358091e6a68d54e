/* SPDX-License-Identifier: MIT */
/*
 * Where a capture sleeps: until one of its inputs has something, somebody wakes it, a signal comes, or time is over.
 *
 * Signals are blocked by the caller and come through a descriptor (signalfd), so that there are no handlers: SIGHUP
 * is counted, if it does not stop the capture as all others do. After the first that stops it, the next ends the program as usual.
 */
#ifndef CAPTURE_WAIT_H
#define CAPTURE_WAIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "capture/input.h"

struct pollfd;

struct wait {
    int signals; /* a signalfd; 0: none */
    int wakeup;  /* an eventfd */
    atomic_bool stop;
    unsigned hangups;
    bool hangup_stops;     /* SIGHUP is like the others */
    struct pollfd *polled; /* room for the two above and all inputs */
};

void wait_init(struct wait *wait, int signals, size_t inputs);
void wait_release(struct wait *wait);

/*
 * Sleeps `ms` milliseconds at most (-1: for ever) until one of the `count` inputs in `idle` may have something. An input
 * that cannot be polled is looked at every LOOK_AGAIN ms. False: time is over, or stop is set.
 */
bool wait_for(struct wait *wait, struct input *inputs, const size_t *idle, size_t count, int ms);

/* From any thread or signal handler: sets stop and ends wait_for(). */
void wait_stop(struct wait *wait);

#endif
