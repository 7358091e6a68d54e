/* SPDX-License-Identifier: MIT */
#include "capture/capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/now.h"
#include "base/time.h"
#include "capture/device.h"
#include "capture/filter.h"
#include "capture/input.h"
#include "capture/listener.h"
#include "capture/recorded.h"
#include "capture/wait.h"

#define INPUTS_MAX    65536       /* frame.input has 16 bits */
#define FRAMES_A_LOOK 64u         /* frames between looks at who is idle, and at signals */
#define DRAIN         TIME_SECOND /* what an interface gives is read that long after the stop */

_Static_assert(CAPTURE_ERROR >= TROUBLE_LINE, "lines from below fit");

struct capture {
    struct input *inputs;
    size_t count; /* of inputs that were opened */
    size_t *heap; /* indices of the inputs that have a frame, the earliest first */
    size_t heap_count;
    size_t *idle; /* indices of those that have none yet */
    size_t idle_count;
    bool given;                              /* the frame of the first in the heap */
    bool live;                               /* some input gives frames as they are sent */
    bool stopping, overdue, ended, reported; /* overdue: only what was received before the stop is wanted */
    int64_t deadline;                        /* of reading on after the stop, CLOCK_MONOTONIC */
    uint64_t next_look;                      /* at idle inputs and signals: at that many frames */
    struct wait wait;
    int idle_ms; /* -1: for ever */
    void (*closing)(void *user, struct capture *cap);
    void *user;
    struct frame_filter *filter;
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

/* Reads on in an input, which is in no list. */
static void advance(struct capture *cap, size_t index)
{
    struct input *input = &cap->inputs[index];
    if (cap->overdue && !input->ops->stop)
        return;
    switch (input_next(input)) {
    case INPUT_FRAME:
        cap->frames++;
        cap->heap[cap->heap_count++] = index;
        sift_up(cap, cap->heap_count - 1);
        break;
    case INPUT_LATER:
        cap->idle[cap->idle_count++] = index;
        break;
    case INPUT_END:
        if (input->message)
            add_trouble(cap, input->message);
        break;
    }
}

/*
 * Reads on behind the frame that was given out. Only its input is read, and only now, so that a frame from a pipe does
 * not have to wait for the one behind it.
 */
static void advance_given(struct capture *cap)
{
    size_t index = cap->heap[0];
    cap->given = false;
    cap->heap[0] = cap->heap[--cap->heap_count];
    sift_down(cap);
    advance(cap, index);
}

/* Reads on in all inputs that had nothing. */
static void look_at_idle(struct capture *cap)
{
    size_t count = cap->idle_count;
    for (size_t i = 0; i < count; i++) {
        size_t index = cap->idle[i];
        cap->idle[i] = SIZE_MAX;
        advance(cap, index);
    }
    memmove(cap->idle, cap->idle + count, (cap->idle_count - count) * sizeof *cap->idle);
    cap->idle_count -= count;
}
/* What the filter, where there is one, says about a frame of an input. */
static bool passes(struct capture *cap, struct input *input, const struct frame *frame)
{
    if (!cap->filter || input->filtered)
        return true;
    enum frame_filter_verdict verdict = frame_filter_judge(cap->filter, frame);
    if (verdict == FILTER_UNFIT && !input->unfit) {
        char text[CAPTURE_ERROR * 2];
        (void)snprintf(text, sizeof text,
                       "the filter cannot judge packets of link type %u in %s, which were left out: %s",
                       frame->link, input->name, frame_filter_reason(cap->filter));
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

/* What live inputs have received is still wanted, as far as it is read soon; of files nothing. */
static void begin_stop(struct capture *cap)
{
    cap->stopping = true;
    cap->deadline = now_monotonic() + DRAIN;
    cap->ended = !cap->live;
    for (size_t i = 0; i < cap->count; i++)
        if (cap->inputs[i].ops->stop)
            cap->inputs[i].ops->stop(cap->inputs[i].self);
}

/* Now and then: has an idle input become ready, has a signal come, is time over? */
static void look_around(struct capture *cap)
{
    cap->next_look = cap->frames + FRAMES_A_LOOK;
    if (cap->stopping)
        cap->overdue = now_monotonic() >= cap->deadline;
    else if (cap->wait.signals > 0 || cap->idle_count > 0)
        (void)wait_for(&cap->wait, cap->inputs, cap->idle, cap->idle_count, 0);
    if (!cap->stopping && atomic_load(&cap->wait.stop))
        begin_stop(cap);
    look_at_idle(cap);
}

/* Whether the earliest frame at hand is the next: an idle input, unless it is live, may still have an earlier one. */
static bool at_hand(const struct capture *cap)
{
    bool sure = cap->heap_count > 0 && !cap->ended;
    for (size_t i = 0; sure && i < cap->idle_count && !cap->stopping; i++)
        sure = cap->inputs[cap->idle[i]].live;
    return sure;
}

/* Nothing is at hand. CAPTURE_FRAME: something may be now. */
static enum capture_result wait_for_more(struct capture *cap)
{
    if (!cap->ended)
        look_at_idle(cap);
    if (at_hand(cap))
        return CAPTURE_FRAME;
    if (cap->ended || cap->stopping || cap->idle_count == 0)
        return report_end(cap);
    bool more = wait_for(&cap->wait, cap->inputs, cap->idle, cap->idle_count, cap->idle_ms);
    if (atomic_load(&cap->wait.stop))
        begin_stop(cap);
    return more || cap->stopping ? CAPTURE_FRAME : CAPTURE_IDLE;
}

enum capture_result capture_next(struct capture *cap, struct frame *frame)
{
    for (;;) {
        if (cap->given)
            advance_given(cap);
        if (cap->frames >= cap->next_look)
            look_around(cap);
        if (!at_hand(cap)) {
            enum capture_result result = wait_for_more(cap);
            if (result != CAPTURE_FRAME)
                return result;
            continue;
        }
        struct input *input = &cap->inputs[cap->heap[0]];
        cap->given = true;
        if (passes(cap, input, &input->frame)) {
            *frame = input->frame;
            return CAPTURE_FRAME;
        }
    }
}

size_t capture_more(struct capture *cap, struct frame *frames, size_t most)
{
    struct input *input = &cap->inputs[0];
    size_t count = 0;
    while (cap->count == 1 && cap->given && count < most && input_more(input, &frames[count])) {
        cap->frames++;
        count += passes(cap, input, &frames[count]);
    }
    return count;
}

static bool fail(struct capture_error *error, enum capture_fault fault, const char *culprit)
{
    error->fault = fault;
    error->culprit = culprit;
    return false;
}

static bool open_filter(struct capture *cap, const char *expression, struct capture_error *error)
{
    if (!expression)
        return true;
    cap->filter = frame_filter_new(expression, error->text);
    return cap->filter || fail(error, CAPTURE_FILTER, NULL);
}

static bool open_file(struct capture *cap, const struct capture_config *config, size_t file,
                      struct capture_error *error)
{
    const struct recorded_config recorded = { .path = config->stream ? NULL : config->files[file],
                                              .stream = config->stream,
                                              .ahead = config->read_ahead,
                                              .follow = config->follow };
    return recorded_open(&cap->inputs[cap->count++], &recorded, error->text) ||
           fail(error, CAPTURE_FILE, recorded.path);
}

static bool open_interface(struct capture *cap, const struct capture_config *config, const char *name,
                           struct capture_error *error)
{
    static const enum capture_fault faults[] = {
        [DEVICE_UNKNOWN] = CAPTURE_INTERFACE,   [DEVICE_FORBIDDEN] = CAPTURE_FORBIDDEN,
        [DEVICE_LINK_TYPE] = CAPTURE_LINK_TYPE, [DEVICE_FILTER] = CAPTURE_FILTER,
        [DEVICE_FAILED] = CAPTURE_REFUSED,
    };
    const struct device_config device = { .name = name,
                                          .no_promiscuous = config->no_promiscuous,
                                          .snaplen = config->snaplen,
                                          .buffer = config->buffer ? config->buffer : CAPTURE_BUFFER,
                                          .link_type = config->link_type,
                                          .filter = config->filter };
    enum device_fault fault = device_open(&cap->inputs[cap->count++], &device, error->text);
    return fault == DEVICE_FINE || fail(error, faults[fault], name);
}

static bool open_listener(struct capture *cap, const struct capture_config *config, const char *where,
                          struct capture_error *error)
{
    bool bad_word;
    size_t buffer = config->buffer ? config->buffer : CAPTURE_BUFFER;
    return listener_open(&cap->inputs[cap->count++], where, buffer, &bad_word, error->text) ||
           fail(error, bad_word ? CAPTURE_LISTEN : CAPTURE_REFUSED, where);
}

static bool open_all(struct capture *cap, const struct capture_config *config, struct capture_error *error)
{
    bool fine = true;
    for (size_t i = 0; fine && i < (config->stream ? 1 : config->file_count); i++)
        fine = open_file(cap, config, i, error);
    for (size_t i = 0; fine && i < config->interface_count; i++)
        fine = open_interface(cap, config, config->interfaces[i], error);
    for (size_t i = 0; fine && i < config->listen_count; i++)
        fine = open_listener(cap, config, config->listens[i], error);
    return fine;
}

static bool open_inputs(struct capture *cap, const struct capture_config *config, struct capture_error *error)
{
    size_t live = config->interface_count + config->listen_count;
    size_t count = config->stream ? 1 : config->file_count + live;
    if (count == 0 || count > INPUTS_MAX) {
        (void)snprintf(error->text, sizeof error->text, "%s", count ? "too many files" : "no file to read");
        return fail(error, CAPTURE_FILE, NULL);
    }
    cap->live = live > 0;
    cap->inputs = alloc_array(count, sizeof *cap->inputs);
    cap->heap = alloc_array(count, sizeof *cap->heap);
    cap->idle = alloc_array(2 * count, sizeof *cap->idle);
    if (!open_all(cap, config, error))
        return false;
    wait_init(&cap->wait, config->signals, count);
    cap->wait.hangup_stops = !config->count_hangups;
    for (size_t i = 0; i < count; i++) {
        cap->inputs[i].frame.input = (uint16_t)i;
        cap->idle[cap->idle_count++] = i;
    }
    return true;
}

/* Threads come last: they have the rights that are left then. */
static bool start_inputs(struct capture *cap, const struct capture_config *config,
                         struct capture_error *error)
{
    if (config->opened && !config->opened(config->user, cap, error))
        return false;
    for (size_t i = 0; i < cap->count; i++)
        if (!listener_start(&cap->inputs[i], config->test_clock, error->text))
            return fail(error, CAPTURE_REFUSED, NULL);
    cap->closing = config->closing;
    cap->user = config->user;
    return true;
}

struct capture *capture_new(const struct capture_config *config, struct capture_error *error)
{
    struct capture *cap = alloc_new(sizeof *cap);
    *error = (struct capture_error) { .fault = CAPTURE_FILE };
    cap->idle_ms = config->idle > 0 ? config->idle : -1;
    if (open_filter(cap, config->filter, error)) {
        if (open_inputs(cap, config, error) && start_inputs(cap, config, error))
            return cap;
    } else if (config->stream) {
        (void)fclose(config->stream); /* taken over all the same */
    }
    capture_free(cap);
    return NULL;
}

size_t capture_octets(const struct capture *cap, uint16_t input, uint64_t offset, uint8_t *to, size_t room)
{
    const struct input *from = input < cap->count ? &cap->inputs[input] : NULL;
    return from && from->ops->again ? from->ops->again(from->self, offset, to, room) : 0;
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
        const struct input *input = &cap->inputs[i];
        known &= input->ops->position && input->ops->position(input->self, &at, &size);
        if (!known)
            break;
        *done += at;
        *total += size;
    }
    if (!known)
        *total = 0;
}

void capture_stop(struct capture *cap)
{
    wait_stop(&cap->wait);
}

bool capture_stopped(const struct capture *cap)
{
    return atomic_load(&cap->wait.stop);
}

unsigned capture_hangups(const struct capture *cap)
{
    return cap->wait.hangups;
}

size_t capture_input_count(const struct capture *cap)
{
    return cap->count;
}

bool capture_is_live(const struct capture *cap)
{
    for (size_t i = 0; i < cap->count; i++)
        if (cap->inputs[i].live)
            return true;
    return false;
}

struct capture_counts capture_counts(struct capture *cap, size_t index)
{
    struct input *input = &cap->inputs[index];
    struct input_counts counts = { .received = input->frame.number };
    if (input->ops->counts)
        (void)input->ops->counts(input->self, &counts);
    return (struct capture_counts) { .name = input->name,
                                     .live = input->live,
                                     .received = counts.received,
                                     .dropped = counts.dropped,
                                     .dropped_interface = counts.dropped_interface };
}

void capture_describe(const struct capture *cap, size_t index, struct strbuf *out)
{
    const struct input *input = &cap->inputs[index];
    if (input->ops->describe)
        input->ops->describe(input->self, out);
}

void capture_free(struct capture *cap)
{
    if (!cap)
        return;
    if (cap->closing)
        cap->closing(cap->user, cap);
    for (size_t i = 0; i < cap->count; i++)
        input_release(&cap->inputs[i]);
    wait_release(&cap->wait);
    frame_filter_free(cap->filter);
    free(cap->inputs);
    free(cap->heap);
    free(cap->idle);
    free(cap);
}

bool capture_filter_ok(const char *filter, char reason[CAPTURE_ERROR])
{
    struct frame_filter *compiled = frame_filter_new(filter, reason);
    frame_filter_free(compiled);
    return compiled != NULL;
}
