/* SPDX-License-Identifier: MIT */
/*
 * Writes frames to a capture file, as they stood and with their times to the nanosecond: as pcap, or as pcapng where
 * the name ends in .pcapng or it is asked for; gzipped where the name ends in .gz as well.
 *
 *     struct writer *w = writer_new(&config, error);
 *     while (...)
 *         if (!writer_frame(w, &frame))
 *             break;
 *     if (!writer_close(w, error)) ...error says why...
 *
 * pcap holds frames of one link type: the first frame says which, and one of another type is a failure. pcapng gets
 * an interface for each. What has failed stays failed. Owner: whoever calls writer_new(), until writer_close().
 */
#ifndef CAPTURE_WRITER_H
#define CAPTURE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/capture.h"
#include "capture/frame.h"

struct writer_config {
    const char *path;          /* "-" is standard output */
    bool flush;                /* after every frame */
    bool pcapng;               /* whatever the name says */
    const char *const *inputs; /* files that are being read: none of them may be written */
    size_t input_count;
};

struct writer;

/* Creates the file, or opens it to be emptied with the first octets; NULL and one line in `error`. */
struct writer *writer_new(const struct writer_config *config, char error[CAPTURE_ERROR]);

/* Before the first frame: there will be several link types. */
void writer_expect_links(struct writer *w);

/* Appends a frame: data, length, wire_length, time and link are looked at. False: it could not be written. */
bool writer_frame(struct writer *w, const struct frame *frame);

/* Hands over to the system what was written so far, so that others can read it. */
bool writer_flush(struct writer *w);

uint64_t writer_frames(const struct writer *w);
uint64_t writer_octets(const struct writer *w); /* so far, before they are compressed */

/* Ends the file, which gets its header even without a frame, and frees. False: it is not whole; `error` says why, or is
 * empty where the reader of a pipe has gone. */
bool writer_close(struct writer *w, char error[CAPTURE_ERROR]);

/* Frees when nothing was to be written after all: the file stays as it was, or is removed if it was made. */
void writer_drop(struct writer *w);

#endif
