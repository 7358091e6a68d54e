/* SPDX-License-Identifier: MIT */
/*
 * Captures: frames out of files (pcap in both byte orders, micro- and nanoseconds; pcapng with any number of
 * interfaces, their own link types, time resolutions and snapshot lengths; either gzipped), of stdin, of interfaces and
 * of UDP sockets that listen. Several inputs are merged by time; those that are live do not wait for each other.
 * A BPF expression filters frames, compiled per link type.
 *
 *     struct capture *cap = capture_new(&config, error);
 *     struct frame frame;
 *     enum capture_result r;
 *     while ((r = capture_next(cap, &frame)) == CAPTURE_FRAME || r == CAPTURE_IDLE)
 *         if (r == CAPTURE_FRAME)
 *             ...frame is valid until the next capture_next...
 *     if (r == CAPTURE_CUT) ...capture_message(cap) says where and why...
 *     capture_free(cap);
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/strbuf.h"
#include "capture/frame.h"

struct capture;
struct capture_error;

enum capture_result {
    CAPTURE_FRAME,
    CAPTURE_IDLE, /* nothing has come for a while: time for other things, then ask again */
    CAPTURE_END,
    CAPTURE_CUT, /* an input ended within a frame or is damaged: what came before was given out */
};

struct capture_config {
    const char *const *files; /* "-" is stdin; borrowed until capture_free */
    size_t file_count;
    const char *filter; /* BPF expression, or NULL */
    FILE *stream;       /* instead of files: an open stream (tests, fuzzing); taken over */
    bool read_ahead;    /* inflate gzip files on a thread of their own */
    bool follow;        /* files grow: their end is none */

    const char *const *interfaces; /* to capture from, by name or number; behind the files */
    size_t interface_count;
    const char *const *listens; /* [HOST:]PORT to receive on; behind the interfaces */
    size_t listen_count;
    bool no_promiscuous;
    uint32_t snaplen;      /* of interfaces; 0: all */
    const char *link_type; /* of interfaces, as libpcap calls it; NULL: the first they have */
    size_t buffer;         /* octets that the kernel is to hold for each; 0: CAPTURE_BUFFER */

    int idle;           /* ms after which capture_next() says CAPTURE_IDLE; 0: it waits */
    int signals;        /* a signalfd whose signals stop the capture; 0: none */
    bool count_hangups; /* of these not SIGHUP, which is counted (capture_hangups) */

    /*
     * For tests, whose output must not depend on when they run: the first datagram of each socket came then, and every
     * other a second after the one before, and what waits does not become old. 0: the kernel says when.
     */
    int64_t test_clock;

    /*
     * Called once all inputs are open, and before any thread is made; false: capture_new() fails, with what was put into
     * error->text. And when the capture is freed. NULL: not called.
     */
    bool (*opened)(void *user, struct capture *cap, struct capture_error *error);
    void (*closing)(void *user, struct capture *cap);
    void *user;
};

#define CAPTURE_BUFFER ((size_t)32 << 20)
#define CAPTURE_ERROR  512

enum capture_fault {
    CAPTURE_FILE,      /* a file cannot be opened, or is no capture */
    CAPTURE_FILTER,    /* the expression is wrong */
    CAPTURE_INTERFACE, /* there is no such interface */
    CAPTURE_FORBIDDEN, /* we may not capture */
    CAPTURE_LINK_TYPE, /* the interface has no such link type */
    CAPTURE_LISTEN,    /* no [HOST:]PORT */
    CAPTURE_REFUSED,   /* the system says no */
};

/* What was wrong with the arguments; text is one line without the program's name. */
struct capture_error {
    enum capture_fault fault;
    const char *culprit; /* the word of the configuration, where it is one; else NULL */
    char text[CAPTURE_ERROR];
};

/* What came from an input and what did not. */
struct capture_counts {
    const char *name;
    bool live;
    uint64_t received;
    uint64_t dropped;           /* by the kernel, for want of room */
    uint64_t dropped_interface; /* by the interface or its driver */
};

/* Opens all inputs and compiles the expression; NULL and *error where that fails. */
struct capture *capture_new(const struct capture_config *config, struct capture_error *error);
enum capture_result capture_next(struct capture *cap, struct frame *frame);

/*
 * Frames behind the one that capture_next() gave last that have been read with it, `most` at most, as if it had been asked
 * for each: all are valid until it is asked again. How many; 0 where inputs are merged, or are not read in pieces.
 */
size_t capture_more(struct capture *cap, struct frame *frames, size_t most);

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

/*
 * From any thread or signal handler: ends the capture; capture_next() still gives what live inputs have received, and
 * then CAPTURE_END.
 */
void capture_stop(struct capture *cap);
bool capture_stopped(const struct capture *cap);     /* by that, or a signal */
unsigned capture_hangups(const struct capture *cap); /* how often SIGHUP came */

size_t capture_input_count(const struct capture *cap);
bool capture_is_live(const struct capture *cap); /* frames come as they are sent, or written */
struct capture_counts capture_counts(struct capture *cap, size_t input);

/* "capturing on eth0 (Ethernet), ..."; nothing where the input is a file. */
void capture_describe(const struct capture *cap, size_t input, struct strbuf *out);

/* Checks a BPF expression alone (for Ethernet); false and one line of reason where it is wrong. */
bool capture_filter_ok(const char *filter, char reason[CAPTURE_ERROR]);

#endif
