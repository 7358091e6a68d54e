/* SPDX-License-Identifier: MIT */
#include "capture/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/time.h"

#define LINE_MOST ((size_t)16 << 20) /* longer ones are damage: a packet has 64 KiB */

struct lines {
    struct window *window;
    size_t looked; /* octets of the window without the line's end */
};

/* {"1604428122.1234567": ... */
static bool lines_recognises(const uint8_t *head)
{
    return head[0] == '{' && head[1] == '"' && head[2] >= '0' && head[2] <= '9' && head[3] >= '0' &&
           head[3] <= '9';
}

static void *lines_open(struct window *window, struct trouble *trouble)
{
    (void)trouble;
    struct lines *lines = alloc_new(sizeof *lines);
    lines->window = window;
    return lines;
}

/* Length of the next line, its end included; 0: there is no whole one. */
static size_t find_end(struct lines *lines, struct trouble *trouble)
{
    struct window *window = lines->window;
    for (;;) {
        size_t left = window_left(window);
        const uint8_t *end =
            left > lines->looked ? memchr(window->at + lines->looked, '\n', left - lines->looked) : NULL;
        if (end)
            return (size_t)(end - window->at) + 1;
        lines->looked = left;
        if (left > LINE_MOST) {
            trouble_set(trouble, TROUBLE_DAMAGED, "a line of more than %zu octets", LINE_MOST);
            return 0;
        }
        if (!window_need(window, left + 1))
            break;
    }
    if (window_left(window) > 0 && !window->later && !window_trouble(window))
        trouble_set(trouble, TROUBLE_CUT, "a line without its end");
    return 0;
}

/* The time that a line begins with, to the nanosecond; 0: none. */
static int64_t time_of(const uint8_t *line, size_t length)
{
    uint64_t seconds = 0, fraction = 0, unit = TIME_SECOND;
    size_t at = 0;
    int64_t time;
    while (at < length && (line[at] == '{' || line[at] == '"' || line[at] == ' '))
        at++;
    for (; at < length && line[at] >= '0' && line[at] <= '9' && seconds <= UINT32_MAX; at++)
        seconds = seconds * 10 + (unsigned)(line[at] - '0');
    if (at < length && line[at] == '.')
        for (at++; at < length && line[at] >= '0' && line[at] <= '9' && unit > 1; at++)
            fraction += (unsigned)(line[at] - '0') * (unit /= 10);
    if (!time_from_seconds(seconds, &time) || seconds == 0)
        return 0;
    return time + (int64_t)fraction;
}

static bool lines_next(void *reader, struct frame *frame, struct trouble *trouble)
{
    struct lines *lines = reader;
    size_t length = find_end(lines, trouble);
    if (length == 0)
        return false;
    frame->data = lines->window->at;
    frame->length = frame->wire_length = (uint32_t)length;
    frame->time = time_of(frame->data, length);
    frame->link = FRAME_NO_LINK;
    frame->wrapping = FRAME_LINE;
    lines->looked = 0;
    window_skip(lines->window, length);
    return true;
}

const struct reader_ops lines_reader = {
    .recognises = lines_recognises,
    .open = lines_open,
    .next = lines_next,
    .close = free,
};
