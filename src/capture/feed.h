/* SPDX-License-Identifier: MIT */
/*
 * Octets of pipes, of open streams, and of gzip files as one plain stdio stream. Looks at the first octets
 * without losing them, and waits for no more than has come, so that a capture piped in is seen at once.
 */
#ifndef CAPTURE_FEED_H
#define CAPTURE_FEED_H

#include <stdint.h>
#include <stdio.h>

#include "capture/trouble.h"

#define FEED_HEAD 64

struct feed;

/* Reads `stream`, or where that is NULL `fd`; closed by feed_free. */
struct feed *feed_new(int fd, FILE *stream);

/* Copies the first octets, at least 4 unless fewer are there, and returns how many. Before feed_open. */
size_t feed_head(const struct feed *feed, uint8_t head[FEED_HEAD]);

/* Inflates a gzip file on a thread of its own from now on; of other input nothing changes. Before the first read. */
void feed_ahead(struct feed *feed);

/* The stream of all octets, to be closed before feed_free; NULL where memory is short. */
FILE *feed_open(struct feed *feed);

/* What went wrong below the stream, which simply ends there. */
const struct trouble *feed_trouble(const struct feed *feed);

void feed_free(struct feed *feed);

#endif
