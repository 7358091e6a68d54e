/* SPDX-License-Identifier: MIT */
#include "capture/input.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "capture/classic.h"
#include "capture/pcapng.h"
#include "capture/savefile.h"

static const struct reader_ops *const readers[] = { &classic_reader, &pcapng_reader, &savefile_reader };

#define READERS   (sizeof readers / sizeof readers[0])
#define TEXT_HEAD 64 /* octets that tell text */

/* Judged by what has come, some octets at least. */
static bool looks_like_text(const struct window *window)
{
    size_t ascii = 0, length = window_left(window);
    if (length > TEXT_HEAD)
        length = TEXT_HEAD;
    for (size_t i = 0; i < length; i++) {
        uint8_t octet = window->at[i];
        bool plain = octet < 0x80 && (isprint(octet) || isspace(octet));
        if (!plain && octet < 0x80)
            return false;
        ascii += plain;
    }
    return ascii * 2 >= length;
}

/* What happened below the reader explains best why it has not got on. */
static void explain(struct source *source, struct trouble *trouble)
{
    const struct trouble *below = window_trouble(&source->window);
    if (below && (below->kind == TROUBLE_DAMAGED || trouble->kind == TROUBLE_NONE))
        *trouble = *below;
}

/* Asks all who recognise the format, until one reads it or says why it cannot be read. */
static void open_reader(struct input *input)
{
    struct window *window = &input->source.window;
    if (window_left(window) < READER_MAGIC)
        return;
    for (size_t i = 0; i < READERS && !input->reader && input->trouble.kind == TROUBLE_NONE; i++) {
        input->ops = readers[i];
        if (readers[i]->recognises(window->at))
            input->reader = readers[i]->open(window, &input->trouble);
    }
}

bool input_open(struct input *input, const char *path, FILE *stream, bool ahead, uint16_t index,
                char error[TROUBLE_LINE])
{
    *input = (struct input) { .frame.input = index };
    struct source *source = &input->source;
    if (!source_open(source, path, stream, ahead, error))
        return false;
    input->plain = feed_is_plain_file(source->window.feed, &input->begin);
    open_reader(input);
    if (input->reader)
        return true;
    if (input->trouble.kind == TROUBLE_NONE) {
        (void)snprintf(error, TROUBLE_LINE, "%s is not a capture file (%s)", source->name,
                       looks_like_text(&source->window) ? "it looks like text" : "unknown format");
        return false;
    }
    explain(source, &input->trouble);
    (void)snprintf(error, TROUBLE_LINE, "%s %s: %s", source->name,
                   input->trouble.kind == TROUBLE_CUT ? "is cut short" : "cannot be read",
                   input->trouble.text);
    return false;
}

static void end(struct input *input)
{
    struct trouble *trouble = &input->trouble;
    explain(&input->source, trouble);
    if (trouble->kind == TROUBLE_NONE)
        return;
    char text[TROUBLE_LINE * 2];
    uint64_t number = input->frame.number;
    (void)snprintf(text, sizeof text, "%s is %s: read %" PRIu64 " packet%s, then %s", input->source.name,
                   trouble->kind == TROUBLE_CUT ? "cut short" : "damaged", number, number == 1 ? "" : "s",
                   trouble->text);
    input->message = alloc_text(text);
}

bool input_next(struct input *input)
{
    struct frame *frame = &input->frame;
    frame->offset = FRAME_NOWHERE;
    if (!input->ops->next(input->reader, frame, &input->trouble)) {
        end(input);
        return false;
    }
    frame->number++;
    if (frame->offset != FRAME_NOWHERE)
        frame->offset = input->plain ? frame->offset + input->begin : FRAME_NOWHERE;
    if (frame->wire_length < frame->length)
        frame->wire_length = frame->length;
    if (frame->time)
        input->order = frame->time;
    return true;
}

void input_release(struct input *input)
{
    if (input->reader)
        input->ops->close(input->reader);
    source_release(&input->source);
    free(input->message);
}
