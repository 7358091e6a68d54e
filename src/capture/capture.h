/* SPDX-License-Identifier: MIT */
/*
 * Captures: frames out of files (pcap in both byte orders, micro- and nanoseconds; pcapng with any number of
 * interfaces, their own link types, time resolutions and snapshot lengths; either gzipped) and of stdin.
 * Several inputs are merged by time. A BPF expression filters frames, compiled per link type.
 *
 *     struct capture *cap = capture_new(&config, error);
 *     struct frame frame;
 *     enum capture_result r;
 *     while ((r = capture_next(cap, &frame)) == CAPTURE_FRAME)
 *         ...frame is valid until the next capture_next...
 *     if (r == CAPTURE_CUT) ...capture_message(cap) says where and why...
 *     capture_free(cap);
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "capture/frame.h"

enum capture_result {
    CAPTURE_FRAME,
    CAPTURE_END,
    CAPTURE_CUT, /* an input ended within a frame or is damaged: what came before was given out */
};

struct capture_config {
    const char *const *files; /* "-" is stdin; borrowed until capture_free */
    size_t file_count;
    const char *filter; /* BPF expression, or NULL */
    FILE *stream;       /* instead of files: an open stream (tests, fuzzing); taken over */
    bool read_ahead;    /* inflate gzip files on a thread of their own */
};

#define CAPTURE_ERROR 512

/* What was wrong with the arguments; text is one line without the program's name. */
struct capture_error {
    bool bad_filter; /* else a file */
    char text[CAPTURE_ERROR];
};

struct capture;

/* Opens all inputs and compiles the expression; NULL and *error where that fails. */
struct capture *capture_new(const struct capture_config *config, struct capture_error *error);
enum capture_result capture_next(struct capture *cap, struct frame *frame);

/*
 * Octets of an input again, from an offset of frames on: how many were to be had, none where it is no plain file. Never
 * waits for other threads, so that any may call it as long as the capture is there.
 */
size_t capture_octets(const struct capture *cap, uint16_t input, uint64_t offset, uint8_t *to, size_t room);

/* After CAPTURE_CUT: one sentence, "'x.pcap' is cut short: read 17 packets, then ..."; else "". */
const char *capture_message(const struct capture *cap);
uint64_t capture_frames(const struct capture *cap); /* read so far over all inputs, dropped ones included */

/* How far the inputs are read, in octets of the files as they are; *total 0: some input does not say how long it is. */
void capture_position(const struct capture *cap, uint64_t *done, uint64_t *total);
void capture_free(struct capture *cap);

/* Checks a BPF expression alone (for Ethernet); false and one line of reason where it is wrong. */
bool capture_filter_ok(const char *filter, char reason[CAPTURE_ERROR]);

#endif
