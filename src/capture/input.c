/* SPDX-License-Identifier: MIT */
#include "capture/input.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "capture/classic.h"
#include "capture/pcapng.h"

static const struct reader_ops *const readers[] = { &classic_reader, &pcapng_reader };

static bool looks_like_text(const uint8_t *head, size_t length)
{
    size_t ascii = 0;
    for (size_t i = 0; i < length; i++) {
        bool plain = head[i] < 0x80 && (isprint(head[i]) || isspace(head[i]));
        if (!plain && head[i] < 0x80)
            return false;
        ascii += plain;
    }
    return ascii * 2 >= length;
}

static const struct reader_ops *find_reader(const struct source *source)
{
    for (size_t i = 0; source->head_length >= READER_MAGIC && i < sizeof readers / sizeof readers[0]; i++)
        if (readers[i]->recognises(source->head))
            return readers[i];
    return NULL;
}

/* What happened below the reader explains best why it has not got on. */
static void explain(const struct source *source, struct trouble *trouble)
{
    const struct trouble *below = source_trouble(source);
    if (below && (below->kind == TROUBLE_DAMAGED || trouble->kind == TROUBLE_NONE))
        *trouble = *below;
}

bool input_open(struct input *input, const char *path, FILE *stream, bool ahead, uint16_t index,
                char error[TROUBLE_LINE])
{
    *input = (struct input) { .frame.input = index };
    struct source *source = &input->source;
    if (!source_open(source, path, stream, ahead, error))
        return false;
    input->ops = find_reader(source);
    if (!input->ops) {
        (void)snprintf(error, TROUBLE_LINE, "%s is not a capture file (%s)", source->name,
                       looks_like_text(source->head, source->head_length) ? "it looks like text"
                                                                          : "unknown format");
        return false;
    }
    struct trouble trouble = { .kind = TROUBLE_NONE };
    input->reader = input->ops->open(source->stream, &trouble);
    if (input->reader) {
        source->stream = NULL;
        return true;
    }
    explain(source, &trouble);
    (void)snprintf(error, TROUBLE_LINE, "%s %s: %s", source->name,
                   trouble.kind == TROUBLE_CUT ? "is cut short" : "cannot be read", trouble.text);
    return false;
}

bool input_next(struct input *input)
{
    struct frame *frame = &input->frame;
    struct trouble trouble = { .kind = TROUBLE_NONE };
    if (input->ops->next(input->reader, frame, &trouble)) {
        frame->number++;
        if (frame->wire_length < frame->length)
            frame->wire_length = frame->length;
        if (frame->time)
            input->order = frame->time;
        return true;
    }
    explain(&input->source, &trouble);
    if (trouble.kind == TROUBLE_NONE)
        return false;
    char text[TROUBLE_LINE * 2];
    (void)snprintf(text, sizeof text, "%s is %s: read %" PRIu64 " packet%s, then %s", input->source.name,
                   trouble.kind == TROUBLE_CUT ? "cut short" : "damaged", frame->number,
                   frame->number == 1 ? "" : "s", trouble.text);
    input->message = alloc_text(text);
    return false;
}

void input_release(struct input *input)
{
    if (input->reader)
        input->ops->close(input->reader);
    source_release(&input->source);
    free(input->message);
}
