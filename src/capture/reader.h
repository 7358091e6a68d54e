/* SPDX-License-Identifier: MIT */
/*
 * What a capture format has to offer. A reader walks forward over a window of octets that are no longer
 * compressed; it never seeks.
 */
#ifndef CAPTURE_READER_H
#define CAPTURE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/frame.h"
#include "capture/trouble.h"
#include "capture/window.h"

#define READER_MAGIC 4 /* octets that suffice to recognise a format */

struct reader_ops {
    bool patient;  /* reads through stdio, which cannot be told that there is nothing yet: waits */
    bool in_place; /* frames are where they stand in the window, until it is read on */

    /* Whether a file that begins with these READER_MAGIC octets is of this format. */
    bool (*recognises)(const uint8_t *head);

    /*
     * Reads the header; the window is the caller's and outlives the reader. NULL: *trouble says why not, or stays
     * as it was; then no octet is used, and another reader may know the format better.
     */
    void *(*open)(struct window *window, struct trouble *trouble);

    /*
     * Sets data, length, wire_length, time and link of *frame, and, where it stands in the window as in the input,
     * its offset there, which is FRAME_NOWHERE before; the octets are valid until the next call.
     * False at the end: *trouble stays as it was there, or says why it came early. Not called again then, unless
     * the window says that more is to come later: no octet was used, and *trouble does not count.
     */
    bool (*next)(void *reader, struct frame *frame, struct trouble *trouble);

    void (*close)(void *reader);
};

#endif
