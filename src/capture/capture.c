/* SPDX-License-Identifier: MIT */
#include "capture/capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "capture/filter.h"
#include "capture/input.h"

#define INPUTS_MAX 65536 /* frame.input has 16 bits */

_Static_assert(CAPTURE_ERROR >= TROUBLE_LINE, "lines from below fit");

struct capture {
    struct input *inputs;
    size_t count; /* of inputs that were opened */
    size_t *heap; /* indices of the inputs that have a frame, the earliest first */
    size_t heap_count;
    bool started, reported;
    struct filter *filter;
    uint64_t frames;
    size_t troubles; /* sentences there were; the first is in message */
    char message[CAPTURE_ERROR * 2];
};

static bool earlier(const struct capture *cap, size_t a, size_t b)
{
    int64_t left = cap->inputs[a].order, right = cap->inputs[b].order;
    return left != right ? left < right : a < b;
}

/* Moves the top of the heap to where it belongs. */
static void sift_down(struct capture *cap)
{
    size_t *heap = cap->heap;
    size_t at = 0, child;
    while ((child = 2 * at + 1) < cap->heap_count) {
        if (child + 1 < cap->heap_count && earlier(cap, heap[child + 1], heap[child]))
            child++;
        if (!earlier(cap, heap[child], heap[at]))
            return;
        size_t swap = heap[at];
        heap[at] = heap[child];
        heap[child] = swap;
        at = child;
    }
}

static void sift_up(struct capture *cap, size_t at)
{
    size_t *heap = cap->heap;
    while (at > 0 && earlier(cap, heap[at], heap[(at - 1) / 2])) {
        size_t swap = heap[at];
        heap[at] = heap[(at - 1) / 2];
        heap[(at - 1) / 2] = swap;
        at = (at - 1) / 2;
    }
}

static void add_trouble(struct capture *cap, const char *sentence)
{
    if (cap->troubles++ == 0)
        (void)snprintf(cap->message, sizeof cap->message, "%s", sentence);
}

/* Reads on in one input; false at its end. */
static bool advance(struct capture *cap, struct input *input)
{
    if (input_next(input)) {
        cap->frames++;
        return true;
    }
    if (input->message)
        add_trouble(cap, input->message);
    return false;
}

static void start(struct capture *cap)
{
    cap->started = true;
    for (size_t i = 0; i < cap->count; i++) {
        if (!advance(cap, &cap->inputs[i]))
            continue;
        cap->heap[cap->heap_count++] = i;
        sift_up(cap, cap->heap_count - 1);
    }
}

/*
 * The input whose frame is next, or NULL. Only the input that gave the last frame is read, and only now, so
 * that a frame from a pipe does not have to wait for the one behind it.
 */
static struct input *next_input(struct capture *cap)
{
    if (!cap->started) {
        start(cap);
    } else if (cap->heap_count > 0) {
        if (!advance(cap, &cap->inputs[cap->heap[0]]))
            cap->heap[0] = cap->heap[--cap->heap_count];
        if (cap->heap_count > 1)
            sift_down(cap);
    }
    return cap->heap_count > 0 ? &cap->inputs[cap->heap[0]] : NULL;
}

/* What the filter, which there is, says about an input's frame. */
static bool passes(struct capture *cap, struct input *input)
{
    enum filter_verdict verdict = filter_judge(cap->filter, &input->frame);
    if (verdict == FILTER_UNFIT && !input->unfit) {
        char text[CAPTURE_ERROR * 2];
        (void)snprintf(text, sizeof text,
                       "the filter cannot judge packets of link type %u in %s, which were left out: %s",
                       input->frame.link, input->source.name, filter_reason(cap->filter));
        add_trouble(cap, text);
        input->unfit = true;
    }
    return verdict == FILTER_PASS;
}

static enum capture_result report_end(struct capture *cap)
{
    if (cap->troubles == 0 || cap->reported)
        return CAPTURE_END;
    cap->reported = true;
    if (cap->troubles > 1) {
        size_t length = strlen(cap->message);
        (void)snprintf(cap->message + length, sizeof cap->message - length, " (and %zu more such)",
                       cap->troubles - 1);
    }
    return CAPTURE_CUT;
}

enum capture_result capture_next(struct capture *cap, struct frame *frame)
{
    struct input *input;
    while ((input = next_input(cap))) {
        if (!cap->filter || passes(cap, input)) {
            *frame = input->frame;
            return CAPTURE_FRAME;
        }
    }
    return report_end(cap);
}

static bool open_filter(struct capture *cap, const char *expression, struct capture_error *error)
{
    if (!expression)
        return true;
    cap->filter = filter_new(expression, error->text);
    error->bad_filter = !cap->filter;
    return cap->filter != NULL;
}

static bool open_inputs(struct capture *cap, const struct capture_config *config, struct capture_error *error)
{
    size_t count = config->stream ? 1 : config->file_count;
    if (count == 0 || count > INPUTS_MAX) {
        (void)snprintf(error->text, sizeof error->text, "%s", count ? "too many files" : "no file to read");
        return false;
    }
    cap->inputs = alloc_array(count, sizeof *cap->inputs);
    cap->heap = alloc_array(count, sizeof *cap->heap);
    for (size_t i = 0; i < count; i++) {
        const char *path = config->stream ? NULL : config->files[i];
        if (!input_open(&cap->inputs[cap->count++], path, config->stream, config->read_ahead, (uint16_t)i,
                        error->text))
            return false;
    }
    return true;
}

struct capture *capture_new(const struct capture_config *config, struct capture_error *error)
{
    struct capture *cap = alloc_new(sizeof *cap);
    *error = (struct capture_error) { .bad_filter = false };
    if (open_filter(cap, config->filter, error)) {
        if (open_inputs(cap, config, error))
            return cap;
    } else if (config->stream) {
        (void)fclose(config->stream); /* taken over all the same */
    }
    capture_free(cap);
    return NULL;
}

size_t capture_octets(const struct capture *cap, uint16_t input, uint64_t offset, uint8_t *to, size_t room)
{
    if (input >= cap->count || !cap->inputs[input].plain)
        return 0;
    return feed_again(cap->inputs[input].source.window.feed, offset, to, room);
}

const char *capture_message(const struct capture *cap)
{
    return cap->reported ? cap->message : "";
}

uint64_t capture_frames(const struct capture *cap)
{
    return cap->frames;
}

void capture_position(const struct capture *cap, uint64_t *done, uint64_t *total)
{
    bool known = true;
    *done = *total = 0;
    for (size_t i = 0; i < cap->count; i++) {
        uint64_t at, size;
        known &= source_position(&cap->inputs[i].source, &at, &size);
        *done += at;
        *total += size;
    }
    if (!known)
        *total = 0;
}

void capture_free(struct capture *cap)
{
    if (!cap)
        return;
    for (size_t i = 0; i < cap->count; i++)
        input_release(&cap->inputs[i]);
    filter_free(cap->filter);
    free(cap->inputs);
    free(cap->heap);
    free(cap);
}

bool capture_filter_ok(const char *filter, char reason[CAPTURE_ERROR])
{
    struct filter *compiled = filter_new(filter, reason);
    filter_free(compiled);
    return compiled != NULL;
}
