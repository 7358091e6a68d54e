/* SPDX-License-Identifier: MIT */
/* Inputs that somebody has written, or still writes: files, pipes, open streams, in every format of reader.h. */
#ifndef CAPTURE_RECORDED_H
#define CAPTURE_RECORDED_H

#include <stdbool.h>
#include <stdio.h>

#include "capture/input.h"

struct recorded_config {
    const char *path; /* "-" is stdin */
    FILE *stream;     /* instead: an open stream; taken over */
    bool ahead;       /* inflate a gzip file on a thread of its own */
    bool follow;      /* as it grows: its end is none */
};

/* False and one line in `error` where this is no readable capture; input_release() either way. */
bool recorded_open(struct input *input, const struct recorded_config *config, char error[TROUBLE_LINE]);

#endif
