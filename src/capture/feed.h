/* SPDX-License-Identifier: MIT */
/* Octets of files, pipes and open streams; where they are gzip's, what was compressed. */
#ifndef CAPTURE_FEED_H
#define CAPTURE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "capture/trouble.h"

struct feed;

/* Reads `stream`, or where that is NULL `fd`; closed by feed_free. */
struct feed *feed_new(int fd, FILE *stream);

/* The next octets, as many as have come and fit; waits for one at least. 0 at the end, and wherever it is early. */
size_t feed_pull(struct feed *feed, uint8_t *to, size_t room);

/* Whether this is a file, all of which is there, that is inflated. */
bool feed_is_slow_file(const struct feed *feed);

/* Whether this is a file that is read as it is, so that its octets can be read again; *begin: where its first one is. */
bool feed_is_plain_file(const struct feed *feed, uint64_t *begin);

/* Whether a path leads to what is read; also where it is stdin ("-"), or leads nowhere. */
bool feed_is_file(const struct feed *feed, const char *path);

/* Reads a plain file again, at any place; on any thread. How many octets were to be had. */
size_t feed_again(const struct feed *feed, uint64_t offset, uint8_t *to, size_t room);

/* How many octets were read of how many, as they are in the file. False: it is none, and *size 0. From any thread. */
bool feed_position(const struct feed *feed, uint64_t *at, uint64_t *size);

/*
 * From now on feed_pull() does not wait: it gives 0 where nothing has come yet, and feed_later() tells that from the end.
 * With `follow` the end of a file is none, as more may be written behind it.
 */
void feed_hurry(struct feed *feed, bool follow);
bool feed_later(const struct feed *feed);

/* What to poll() for more; -1: there is nothing to be polled, look again after a while. */
int feed_descriptor(const struct feed *feed);

/* Why the octets ended early, or of kind TROUBLE_NONE. */
const struct trouble *feed_trouble(const struct feed *feed);

void feed_free(struct feed *feed);

#endif
