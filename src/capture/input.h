/* SPDX-License-Identifier: MIT */
/*
 * One input of a capture, whatever it is: a file or pipe (recorded.h), an interface (device.h), a socket (listener.h).
 * They all give the next frame or say that there is none yet, and what to poll() then.
 */
#ifndef CAPTURE_INPUT_H
#define CAPTURE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "capture/frame.h"
#include "capture/trouble.h"

enum input_result {
    INPUT_FRAME,
    INPUT_LATER, /* none yet */
    INPUT_END,
};

/* What came and what did not, since the input was opened. */
struct input_counts {
    uint64_t received;
    uint64_t dropped;           /* by the kernel, for want of room */
    uint64_t dropped_interface; /* by the interface or its driver */
};

/* An absent member means that there is nothing to do, or to say. */
struct input_ops {
    /*
     * Sets all of *frame but number and input; octets are valid until the next call. INPUT_END: *trouble stays as it
     * was, or says why the end came early; not called again then.
     */
    enum input_result (*next)(void *self, struct frame *frame, struct trouble *trouble);
    /* The same of a frame that is there already, so that all given since next() stay valid; false: ask that. */
    bool (*more)(void *self, struct frame *frame);
    int (*descriptor)(const void *self); /* to be polled after INPUT_LATER; -1: look again after a while */
    void (*stop)(void *self);            /* no more is wanted than what has come by now */
    bool (*counts)(void *self, struct input_counts *counts);
    void (*describe)(const void *self, struct strbuf *out); /* "listening on 0.0.0.0:2055, ..." */
    /* Octets that frames stood at, see frame.offset, again; on any thread. How many were to be had. */
    size_t (*again)(const void *self, uint64_t offset, uint8_t *to, size_t room);
    /* How many octets were read of how many, from any thread; false: nobody knows how many there are. */
    bool (*position)(const void *self, uint64_t *at, uint64_t *size);
    void (*close)(void *self);
};

struct input {
    const struct input_ops *ops;
    void *self;
    char *name;         /* as messages say it: 'x.pcap' in quotes, eth0, or: standard input */
    bool live;          /* frames come as they are sent: others do not wait for it */
    bool filtered;      /* the capture filter has been applied already */
    struct frame frame; /* valid until the next input_next */
    struct trouble trouble;
    int64_t order; /* where the frame belongs among others: its time, or that of the one before */
    bool unfit;    /* said already that the filter cannot judge some of the frames */
    char *message; /* once input_next was INPUT_END: a sentence where that is too early, else NULL */
};

/* Reads the next frame; after INPUT_END not to be called again. */
enum input_result input_next(struct input *input);

/* Another frame behind it, valid as long as that; false: none, or input_next() has to read. */
bool input_more(struct input *input, struct frame *frame);

/* "32 MiB", or in KiB where it is no whole number of these: for describe(). */
void input_describe_size(struct strbuf *out, size_t octets);

void input_release(struct input *input); /* an all-zero one, too */

#endif
