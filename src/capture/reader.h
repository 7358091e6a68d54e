/* SPDX-License-Identifier: MIT */
/*
 * What a capture format has to offer. A reader walks forward over a stream of octets that are no longer
 * compressed; it never seeks.
 */
#ifndef CAPTURE_READER_H
#define CAPTURE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "capture/frame.h"
#include "capture/trouble.h"

#define READER_MAGIC 4 /* octets that suffice to recognise a format */

struct reader_ops {
    /* Whether a file that begins with these READER_MAGIC octets is of this format. */
    bool (*recognises)(const uint8_t *head);

    /* Reads the header. Owns the stream from then on; where it returns NULL the stream stays the caller's. */
    void *(*open)(FILE *stream, struct trouble *trouble);

    /*
     * Sets data, length, wire_length, time and link of *frame; the octets are valid until the next call.
     * False at the end: *trouble stays as it was there, or says why it came early. Not called again then.
     */
    bool (*next)(void *reader, struct frame *frame, struct trouble *trouble);

    void (*close)(void *reader);
};

#endif
