/* SPDX-License-Identifier: MIT */
/* One input: its octets, the reader of its format, and the frame that was read last. */
#ifndef CAPTURE_INPUT_H
#define CAPTURE_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/frame.h"
#include "capture/reader.h"
#include "capture/source.h"

struct input {
    struct source source;
    const struct reader_ops *ops;
    void *reader;
    struct frame frame; /* valid until the next input_next */
    struct trouble trouble;
    bool plain;     /* its octets can be read again, ... */
    uint64_t begin; /* ... the first of them here */
    int64_t order;  /* where the frame belongs among others: its time, or that of the one before */
    bool unfit;     /* said already that the filter cannot judge some of the frames */
    char *message;  /* once input_next was false: a sentence where that is too early, else NULL */
};

/* False and one line in `error` where this is no readable capture; input_release() either way. */
bool input_open(struct input *input, const char *path, FILE *stream, bool ahead, uint16_t index,
                char error[TROUBLE_LINE]);

/* Reads the next frame; false at the end, and then not to be called again. */
bool input_next(struct input *input);

void input_release(struct input *input);

#endif
