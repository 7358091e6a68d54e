/* SPDX-License-Identifier: MIT */
#include "capture/recorded.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "capture/classic.h"
#include "capture/guess.h"
#include "capture/lines.h"
#include "capture/messages.h"
#include "capture/pcapng.h"
#include "capture/reader.h"
#include "capture/savefile.h"
#include "capture/source.h"

static const struct reader_ops *const readers[] = { &classic_reader, &pcapng_reader, &savefile_reader,
                                                    &lines_reader, &messages_reader };

#define READERS (sizeof readers / sizeof readers[0])

/* Its octets and the reader of its format. */
struct recorded {
    struct source source;
    const struct reader_ops *ops;
    void *reader;
    bool plain;       /* its octets can be read again, ... */
    uint64_t begin;   /* ... the first of them here */
    const char *path; /* that is followed; NULL: none */
    bool replaced;    /* seen once: another file has that name */
    bool over;        /* found by recorded_more(), and why */
    struct trouble trouble;
};

/* What happened below the reader explains best why it has not got on. */
static void explain(struct source *source, struct trouble *trouble)
{
    const struct trouble *below = window_trouble(&source->window);
    if (below && (below->kind != TROUBLE_CUT || trouble->kind == TROUBLE_NONE))
        *trouble = *below;
}

/* Asks all who recognise the format, until one reads it or says why it cannot be read. */
static void open_reader(struct recorded *recorded, struct trouble *trouble)
{
    struct window *window = &recorded->source.window;
    if (window_left(window) < READER_MAGIC)
        return;
    for (size_t i = 0; i < READERS && !recorded->reader && trouble->kind == TROUBLE_NONE; i++) {
        recorded->ops = readers[i];
        if (readers[i]->recognises(window->at))
            recorded->reader = readers[i]->open(window, trouble);
    }
}

static bool read_frame(struct recorded *recorded, struct frame *frame, struct trouble *trouble)
{
    if (!recorded->ops->next(recorded->reader, frame, trouble))
        return false;
    if (frame->offset != FRAME_NOWHERE)
        frame->offset = recorded->plain ? frame->offset + recorded->begin : FRAME_NOWHERE;
    return true;
}

static bool recorded_more(void *self, struct frame *frame)
{
    struct recorded *recorded = self;
    struct window *window = &recorded->source.window;
    if (!recorded->ops->in_place || recorded->over)
        return false;
    window->held = true;
    window->later = false;
    recorded->trouble.kind = TROUBLE_NONE;
    bool more = read_frame(recorded, frame, &recorded->trouble);
    recorded->over = !more && !window->later;
    window->held = window->later = false;
    return more;
}

/* Whether another file has its name, at the second look: what was written before that is read by then. */
static bool is_replaced(struct recorded *recorded)
{
    bool before = recorded->replaced;
    recorded->replaced = recorded->path && !feed_is_file(recorded->source.window.feed, recorded->path);
    return before && recorded->replaced;
}

static enum input_result recorded_next(void *self, struct frame *frame, struct trouble *trouble)
{
    struct recorded *recorded = self;
    if (recorded->over)
        *trouble = recorded->trouble;
    else if (read_frame(recorded, frame, trouble))
        return INPUT_FRAME;
    if (recorded->source.window.later && !is_replaced(recorded)) {
        trouble->kind = TROUBLE_NONE;
        return INPUT_LATER;
    }
    if (recorded->replaced)
        trouble_set(trouble, TROUBLE_GONE, "another file took its place");
    explain(&recorded->source, trouble);
    return INPUT_END;
}

/* Where another thread reads ahead, the feed is that thread's. */
static int recorded_descriptor(const void *self)
{
    const struct window *window = &((const struct recorded *)self)->source.window;
    return window->ahead ? -1 : feed_descriptor(window->feed);
}

static size_t recorded_again(const void *self, uint64_t offset, uint8_t *to, size_t room)
{
    const struct recorded *recorded = self;
    return recorded->plain ? feed_again(recorded->source.window.feed, offset, to, room) : 0;
}

static bool recorded_position(const void *self, uint64_t *at, uint64_t *size)
{
    const struct recorded *recorded = self;
    return source_position(&recorded->source, at, size);
}

static void recorded_close(void *self)
{
    struct recorded *recorded = self;
    if (recorded->reader)
        recorded->ops->close(recorded->reader);
    source_release(&recorded->source);
    free(recorded);
}

static const struct input_ops recorded_input = {
    .next = recorded_next,
    .more = recorded_more,
    .descriptor = recorded_descriptor,
    .again = recorded_again,
    .position = recorded_position,
    .close = recorded_close,
};

bool recorded_open(struct input *input, const struct recorded_config *config, char error[TROUBLE_LINE])
{
    struct recorded *recorded = alloc_new(sizeof *recorded);
    struct source *source = &recorded->source;
    struct trouble *trouble = &input->trouble;
    *input = (struct input) { .ops = &recorded_input, .self = recorded, .live = config->follow };
    if (!source_open(source, config->path, config->stream, config->ahead && !config->follow, error))
        return false;
    input->name = alloc_text(source->name);
    recorded->path = config->follow ? config->path : NULL;
    recorded->plain = feed_is_plain_file(source->window.feed, &recorded->begin);
    open_reader(recorded, trouble);
    if (recorded->reader) {
        if (!recorded->ops->patient && !source->window.ahead)
            feed_hurry(source->window.feed, config->follow);
        return true;
    }
    if (trouble->kind == TROUBLE_NONE) {
        (void)snprintf(error, TROUBLE_LINE, "%s is not a capture file (%s)", source->name,
                       guess_format(source->window.at, window_left(&source->window)));
        return false;
    }
    explain(source, trouble);
    (void)snprintf(error, TROUBLE_LINE, "%s %s: %s", source->name,
                   trouble->kind == TROUBLE_CUT ? "is cut short" : "cannot be read", trouble->text);
    return false;
}
