/* SPDX-License-Identifier: MIT */
/* An input as a plain stdio stream with a large buffer, whatever it was: file, pipe, stdin, gzip. */
#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "capture/feed.h"
#include "capture/trouble.h"

struct source {
    char *name;              /* as messages say it: 'x.pcap' in quotes, or: standard input */
    FILE *stream;            /* at its first octet; set to NULL by whoever closes it */
    uint8_t head[FEED_HEAD]; /* a copy of the first octets */
    size_t head_length;
    struct feed *feed; /* below the stream, or NULL */
    char *buffer;      /* of the stream */
};

/*
 * `stream` where it is not NULL (taken over, also on failure), else the file `path`, "-" for stdin. False and
 * one line in `error` where it cannot be opened or is empty; source_release() either way. With `ahead` a gzip file
 * is inflated on a thread of its own.
 */
bool source_open(struct source *source, const char *path, FILE *stream, bool ahead, char error[TROUBLE_LINE]);

/* What went wrong below the stream so far, or NULL. */
const struct trouble *source_trouble(const struct source *source);

void source_release(struct source *source);

#endif
