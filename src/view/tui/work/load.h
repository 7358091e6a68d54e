/* SPDX-License-Identifier: MIT */
/*
 * The run of the session on a thread of its own, and when it may be read.
 *
 * The session's data are changed by the loader. Others may read them only while it stands still, which it does every
 * few milliseconds if somebody waits for that, and for good when it has ended:
 *
 *     if (load_read(load, 20)) {                    // waits 20 ms at most
 *         ...load_session(load), all of it...
 *         load_release(load);
 *     }
 *
 * Connections have numbers in the order in which they appear while the capture is read, and then others, in order of
 * their start; between the two (LOAD_PAIRING) nothing can be read. What stays is the row of a connection's first flow.
 * The loader waits until load_progress() has said so and who reads is out again: what is to be shown meanwhile can be kept.
 */
#ifndef VIEW_TUI_WORK_LOAD_H
#define VIEW_TUI_WORK_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "session/session.h"

enum load_state {
    LOAD_READING, /* the capture */
    LOAD_PAIRING, /* all is read; connections are brought together */
    LOAD_DONE,
};

struct load_progress {
    enum load_state state;
    bool stopped;         /* by load_stop(): there was more to read */
    bool cut;             /* the input was damaged or cut short: session_message() */
    uint64_t done, total; /* octets of the input; total 0: not known */
    int64_t elapsed;      /* ns since the start, until the end */
    uint64_t frames, packets, flows, connections;
    double packets_a_second, flows_a_second; /* of late */
    bool live;                               /* packets come as they are sent */
    uint64_t dropped, dropped_interface;     /* of these by the kernel, by an interface */
    uint64_t forgotten;                      /* packets that were let go, as memory was full, ... */
    uint32_t generation;                     /* ... and how often all numbers have become others since */
};

struct load;

/*
 * Makes the session, whose run load_start() begins; `changed` is called on the loader's thread when there is more to see or the
 * state is another. Members of the session's config that are about progress and keeping are set here.
 * NULL and *error: it cannot be opened.
 */
struct load *load_new(const struct session_config *config, void (*changed)(void *user), void *user,
                      struct capture_error *error);

void load_start(struct load *load);

/*
 * After numbers have become others (load_progress.generation) nobody can read until this is called: whoever has numbers
 * has to throw them away first. The generation that can be read from now on.
 */
uint32_t load_accept(struct load *load);

/* Stops reading; what was read is kept, of live input what has been received too. */
void load_stop(struct load *load);

/*
 * Ends the loader. False: it hangs in the input (a pipe that says nothing); then the thread is left to itself, nothing
 * is freed, and the process should end soon.
 */
bool load_free(struct load *load);

/* Waits until the session may be read, `milliseconds` at most; false: not now. Readers may be several threads. */
bool load_read(struct load *load, int milliseconds);
void load_release(struct load *load);

const struct session *load_session(const struct load *load);

/* As it was when the loader last stood still; at any time. For the thread that shows rows: see above. */
struct load_progress load_progress(struct load *load);

#endif
