/* SPDX-License-Identifier: MIT */
/* An input as octets through a window, whatever it was: file, pipe, stdin, gzip. */
#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <stdbool.h>
#include <stdio.h>

#include "capture/trouble.h"
#include "capture/window.h"

struct source {
    char *name; /* as messages say it: 'x.pcap' in quotes, or: standard input */
    struct window window;
};

/*
 * `stream` where it is not NULL (taken over, also on failure), else the file `path`, "-" for stdin. False and
 * one line in `error` where it cannot be opened or is empty; source_release() either way. The first SOURCE_HEAD octets
 * are in the window, where there are as many. With `ahead` a gzip file is inflated on a thread of its own.
 */
bool source_open(struct source *source, const char *path, FILE *stream, bool ahead, char error[TROUBLE_LINE]);

#define SOURCE_HEAD 4 /* octets to tell all formats */

/* How far it is read, in octets as they are in the file. False: its size is not known, and 0. */
bool source_position(const struct source *source, uint64_t *at, uint64_t *size);

void source_release(struct source *source);

#endif
