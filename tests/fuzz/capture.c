/* SPDX-License-Identifier: MIT */
/*
 * A whole capture file from memory: gzip, formats, filter. Besides crashes and endless loops it watches the
 * contract: octets that are there, numbers without gaps, a reason where reading ends early.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/capture.h"

#define FRAMES_MAX 100000 /* compressed data may hold very many */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* assert() is not there in release builds */
static void require(bool condition)
{
    if (!condition)
        abort();
}

static uint64_t sum(const struct frame *frame)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < frame->length; i++)
        total += frame->data[i];
    return total;
}

static void read_all(struct capture *cap, bool filtered)
{
    struct frame frame;
    enum capture_result result;
    uint64_t frames = 0, total = 0, last = 0;
    while ((result = capture_next(cap, &frame)) == CAPTURE_FRAME && frames < FRAMES_MAX) {
        frames++;
        total += sum(&frame);
        require(frame.wire_length >= frame.length);
        require(filtered ? frame.number > last : frame.number == last + 1);
        last = frame.number;
    }
    require(last <= capture_frames(cap));
    require((result == CAPTURE_CUT) == (strlen(capture_message(cap)) > 0));
    volatile uint64_t keep = total;
    (void)keep;
}

static void run(const uint8_t *data, size_t size, const char *filter)
{
    /* fmemopen does not write to what is opened for reading, but does not say so */
    FILE *stream = fmemopen((void *)(uintptr_t)data, size, "rb");
    if (!stream)
        return;
    struct capture_error error;
    struct capture_config config = { .stream = stream, .filter = filter };
    struct capture *cap = capture_new(&config, &error);
    if (cap)
        read_all(cap, filter != NULL);
    else
        require(error.text[0] && error.fault == CAPTURE_FILE);
    capture_free(cap);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run(data, size, NULL);
    run(data, size, "udp port 2055 or vlan");
    return 0;
}
