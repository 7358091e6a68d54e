/* SPDX-License-Identifier: MIT */
#include "session/frames.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "flow/ledger.h"
#include "session/lens.h"

struct frames {
    const struct octets *octets;
    struct lens *lens;
    const char *reason;
};

struct frames *frames_new(const struct capture *capture, const struct octets *octets)
{
    struct frames *f = alloc_new(sizeof *f);
    f->octets = octets;
    f->lens = lens_new(capture, octets_spool(octets));
    return f;
}

void frames_free(struct frames *f)
{
    if (!f)
        return;
    lens_free(f->lens);
    free(f);
}

static bool fail(struct frames *f, const char *reason)
{
    f->reason = reason;
    return false;
}

bool frames_at(struct frames *f, const struct octets_place *place, uint64_t packet, struct frame *out)
{
    bool in_file = place->kind == OCTETS_IN_FILE;
    uint32_t lead = in_file ? FRAME_LEAD : 0;
    if (!in_file && place->kind != OCTETS_SPOOLED)
        return fail(f, FRAMES_NOT_KEPT);
    const uint8_t *octets = lens_look(f->lens, in_file ? ledger_input(packet) : LENS_SPOOL, place->at - lead,
                                      place->length + lead);
    if (!octets || (in_file && octets_check(octets) != place->check))
        return fail(f, in_file ? FRAMES_CHANGED : FRAMES_NOT_KEPT);
    *out = (struct frame) { .data = octets + lead,
                            .offset = in_file ? place->at : FRAME_NOWHERE,
                            .length = place->length,
                            .wire_length = place->wire_length,
                            .number = ledger_frame(packet),
                            .input = ledger_input(packet),
                            .link = octets_link(f->octets, place) };
    return true;
}

bool frames_fragment(struct frames *f, uint64_t mark, struct frame *out, uint32_t *before)
{
    struct octets_fragment fragment;
    const uint8_t *octets = frames_spooled(f, mark, sizeof fragment);
    if (!octets)
        return fail(f, FRAMES_NOT_KEPT);
    memcpy(&fragment, octets, sizeof fragment);
    if (!frames_at(f, &fragment.place, fragment.packet, out))
        return false;
    out->time = fragment.time;
    uint32_t forgotten = octets_forgotten(f->octets);
    *before = fragment.before > forgotten ? fragment.before - forgotten : 0;
    return true;
}

const uint8_t *frames_spooled(struct frames *f, uint64_t at, size_t length)
{
    return lens_look(f->lens, LENS_SPOOL, at, length);
}

const char *frames_reason(const struct frames *f)
{
    return f->reason;
}
