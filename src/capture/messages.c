/* SPDX-License-Identifier: MIT */
/*
 *     version 2 (10) | length 2 | export time 4 | sequence 4 | domain 4 | sets      (RFC 7011 section 3.1)
 */
#include "capture/messages.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/be.h"
#include "base/time.h"

#define HEADER 16u

struct messages {
    struct window *window;
};

static bool messages_recognises(const uint8_t *head)
{
    return be16(head) == 10 && be16(head + 2) >= HEADER;
}

static void *messages_open(struct window *window, struct trouble *trouble)
{
    (void)trouble;
    struct messages *messages = alloc_new(sizeof *messages);
    messages->window = window;
    return messages;
}

/* Fewer octets are left than the next message, or its header, needs. */
static bool cut(const struct window *window, size_t wanted, struct trouble *trouble)
{
    if (window_left(window) > 0)
        trouble_set(trouble, TROUBLE_CUT, "%zu of %zu octets of the next", window_left(window), wanted);
    return false;
}

static bool messages_next(void *reader, struct frame *frame, struct trouble *trouble)
{
    struct window *window = ((struct messages *)reader)->window;
    const uint8_t *message = window_need(window, HEADER);
    if (!message)
        return cut(window, HEADER, trouble);
    if (!messages_recognises(message)) {
        trouble_set(trouble, TROUBLE_DAMAGED, "octets that are no message of IPFIX");
        return false;
    }
    size_t length = be16(message + 2);
    message = window_need(window, length);
    if (!message)
        return cut(window, length, trouble);
    frame->data = message;
    frame->length = frame->wire_length = (uint32_t)length;
    frame->time = be32(message + 4) * TIME_SECOND;
    frame->link = FRAME_NO_LINK;
    frame->wrapping = FRAME_MESSAGE;
    window_skip(window, length);
    return true;
}

const struct reader_ops messages_reader = {
    .recognises = messages_recognises,
    .open = messages_open,
    .next = messages_next,
    .close = free,
};
