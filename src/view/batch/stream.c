/* SPDX-License-Identifier: MIT */
#include "view/batch/stream.h"

/* Into the place kept for it, or here where that was given up: it is then numbered by itself. */
static void write_late(struct batch *b, const struct nfdec_set *set, stream_write *write)
{
    uint64_t packet = set->message->packet;
    struct strbuf *out = hold_find(b->hold, packet, set->number);
    if (!out) {
        write(b, hold_text(b->hold, packet), set, 1);
        return;
    }
    strbuf_clear(out);
    write(b, out, set, 0);
    hold_close(b->hold, packet, set->number);
}

bool stream_take(struct batch *b, struct stream *stream, const struct nfdec_set *set, stream_write *write)
{
    uint64_t packet = set->message->packet;
    if (!set->late && packet != stream->packet)
        *stream = (struct stream) { .packet = packet };
    if (set->state == NFDEC_SET_WAITING) {
        hold_open(b->hold, packet, set->number, stream->seen);
    } else if (holds_records(set)) {
        bool waits = hold_waits(b->hold, packet);
        if (set->late)
            write_late(b, set, write);
        else
            write(b, hold_text(b->hold, packet), set, waits ? 0 : stream->seen + 1);
        if (packet == stream->packet)
            stream->seen += set->records;
    } else if (set->late) {
        hold_close(b->hold, packet, set->number); /* it waited in vain */
    }
    hold_bound(b->hold);
    return batch_line(b);
}
