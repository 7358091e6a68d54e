/* SPDX-License-Identifier: MIT */
#include "capture/input.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

static void end(struct input *input)
{
    const struct trouble *trouble = &input->trouble;
    if (trouble->kind == TROUBLE_NONE)
        return;
    char text[TROUBLE_LINE * 2];
    uint64_t number = input->frame.number;
    (void)snprintf(text, sizeof text, "%s is %s: read %" PRIu64 " packet%s, then %s", input->name,
                   trouble->kind == TROUBLE_CUT    ? "cut short"
                   : trouble->kind == TROUBLE_GONE ? "gone"
                                                   : "damaged",
                   number, number == 1 ? "" : "s", trouble->text);
    input->message = alloc_text(text);
}

/* What is so of every frame that a reader has not said more about. */
static void begin_frame(struct frame *frame)
{
    frame->offset = FRAME_NOWHERE;
    frame->wrapping = FRAME_PLAIN;
}

static void end_frame(struct input *input, struct frame *frame)
{
    if (frame->wire_length < frame->length)
        frame->wire_length = frame->length;
    if (frame->time)
        input->order = frame->time;
}

enum input_result input_next(struct input *input)
{
    struct frame *frame = &input->frame;
    begin_frame(frame);
    enum input_result result = input->ops->next(input->self, frame, &input->trouble);
    if (result == INPUT_END)
        end(input);
    if (result != INPUT_FRAME)
        return result;
    frame->number++;
    end_frame(input, frame);
    return INPUT_FRAME;
}

bool input_more(struct input *input, struct frame *frame)
{
    begin_frame(frame);
    if (!input->ops->more || !input->ops->more(input->self, frame))
        return false;
    frame->number = ++input->frame.number;
    frame->input = input->frame.input;
    end_frame(input, frame);
    return true;
}

void input_describe_size(struct strbuf *out, size_t octets)
{
    bool whole = octets % (1 << 20) == 0;
    strbuf_format(out, "%zu %s", octets >> (whole ? 20 : 10), whole ? "MiB" : "KiB");
}

void input_release(struct input *input)
{
    if (input->self)
        input->ops->close(input->self);
    free(input->name);
    free(input->message);
    *input = (struct input) { .ops = NULL };
}
