/* SPDX-License-Identifier: MIT */
#include "session/octets.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/be.h"
#include "base/chunks.h"

#define LINKS_MOST  32u /* link types that datagrams are found in are fewer */
#define LENGTH_MOST ((1u << 24) - 1)
#define OFFSET_MOST ((UINT64_C(1) << 48) - 1)
#define LIMIT_USUAL (UINT64_C(8) << 30)

_Static_assert(sizeof(struct octets_place) == 16, "there is one for each message");

struct octets {
    enum octets_keep keep;
    struct chunks places; /* struct octets_place, by message */
    struct spool *spool;
    uint16_t link[LINKS_MOST];
    unsigned links;
    uint32_t forgotten;  /* messages that were let go */
    struct datagram hex; /* borrowed octets */
};

struct octets *octets_new(enum octets_keep keep, uint64_t limit)
{
    struct octets *o = alloc_new(sizeof *o);
    o->keep = keep;
    o->places = (struct chunks) { .size = sizeof(struct octets_place), .shift = 12 };
    o->spool = spool_new(limit ? limit : LIMIT_USUAL);
    return o;
}

void octets_free(struct octets *o)
{
    if (!o)
        return;
    chunks_release(&o->places);
    spool_free(o->spool);
    free(o);
}

uint64_t octets_mark(const struct octets *o)
{
    return spool_end(o->spool);
}

uint16_t octets_check(const uint8_t lead[FRAME_LEAD])
{
    uint64_t mixed = (be64(lead) ^ (uint64_t)be32(lead + 8) << 16) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint16_t)(mixed >> 48);
}

/* LINKS_MOST: there are too many. */
static unsigned number_link(struct octets *o, uint16_t link)
{
    unsigned i = 0;
    while (i < o->links && o->link[i] != link)
        i++;
    if (i == o->links && i < LINKS_MOST)
        o->link[o->links++] = link;
    return i;
}

/* Where the frame is to be had, or will be once it is spooled at `spooled`; false: nowhere. */
static bool place_frame(struct octets *o, const struct frame *frame, uint64_t spooled,
                        struct octets_place *place)
{
    unsigned link = number_link(o, frame->link);
    bool in_file = frame->offset <= OFFSET_MOST;
    *place = (struct octets_place) { .kind = OCTETS_LOST };
    if (link == LINKS_MOST || frame->length > LENGTH_MOST)
        return false;
    place->kind = in_file ? OCTETS_IN_FILE : OCTETS_SPOOLED;
    place->at = (in_file ? frame->offset : spooled) & OFFSET_MOST;
    place->check = in_file ? octets_check(frame->data - FRAME_LEAD) : 0;
    place->length = frame->length & LENGTH_MOST;
    place->link = link & (LINKS_MOST - 1);
    place->wire_length = frame->wire_length;
    return true;
}

void octets_fragment(struct octets *o, const struct frame *frame, uint64_t packet, uint32_t before)
{
    struct octets_fragment fragment = { .packet = packet,
                                        .time = frame->time,
                                        .before = before + o->forgotten };
    bool placed = place_frame(o, frame, spool_end(o->spool) + sizeof fragment, &fragment.place);
    if (spool_add(o->spool, &fragment, sizeof fragment) && placed && fragment.place.kind == OCTETS_SPOOLED)
        (void)spool_add(o->spool, frame->data, frame->length);
}

static bool spool_whole(struct octets *o, const struct datagram *datagram, struct octets_place *place)
{
    struct octets_whole whole = { .datagram = *datagram };
    size_t marks = datagram->mark_count * sizeof *datagram->marks;
    whole.datagram.data = NULL;
    whole.datagram.marks = NULL;
    *place = (struct octets_place) { .at = spool_end(o->spool) & OFFSET_MOST, .kind = OCTETS_WHOLE };
    return spool_add(o->spool, &whole, sizeof whole) && spool_add(o->spool, datagram->marks, marks) &&
           spool_add(o->spool, datagram->data, datagram->length);
}

static bool place_packet(struct octets *o, const struct frame *frame, const struct datagram *datagram,
                         struct octets_place *place)
{
    if (!frame) {
        *place = (struct octets_place) { .kind = OCTETS_HEX };
        o->hex = *datagram;
        return true;
    }
    if (datagram->reassembled)
        return spool_whole(o, datagram, place);
    if (!place_frame(o, frame, spool_end(o->spool), place))
        return false;
    return place->kind == OCTETS_IN_FILE || spool_add(o->spool, frame->data, frame->length);
}

bool octets_packet(struct octets *o, const struct frame *frame, const struct datagram *datagram,
                   uint32_t first, uint32_t count)
{
    struct octets_place place;
    if (o->keep != OCTETS_KEEP_ALL || count == 0)
        return true;
    bool kept = place_packet(o, frame, datagram, &place);
    if (!kept)
        place = (struct octets_place) { .kind = OCTETS_LOST };
    while (o->places.count < first) /* zeroed: lost */
        (void)chunks_add(&o->places);
    for (uint32_t i = 0; i < count; i++)
        *(struct octets_place *)chunks_add(&o->places) = place;
    return kept;
}

#define BEFORE_A_PACKET                                                                                      \
    256u /* messages before one that stays of which octets are kept: its fragments are among theirs */

void octets_forget(struct octets *o, uint32_t first)
{
    struct chunks old = o->places;
    uint32_t from = first > BEFORE_A_PACKET ? first - BEFORE_A_PACKET : 0;
    uint64_t at = 0;
    for (size_t i = 0; i < from && i < old.count; i++) {
        const struct octets_place *place = chunks_at(&old, i);
        if (place->kind == OCTETS_SPOOLED || place->kind == OCTETS_WHOLE)
            at = place->at;
    }
    o->places = (struct chunks) { .size = old.size, .shift = old.shift };
    for (size_t i = first; i < old.count; i++)
        *(struct octets_place *)chunks_add(&o->places) = *(const struct octets_place *)chunks_at(&old, i);
    chunks_release(&old);
    spool_forget(o->spool, at);
    o->forgotten += first;
}

uint32_t octets_forgotten(const struct octets *o)
{
    return o->forgotten;
}

const struct octets_place *octets_place(const struct octets *o, uint32_t message)
{
    return message < o->places.count ? chunks_at(&o->places, message) : NULL;
}

const struct datagram *octets_hex(const struct octets *o)
{
    return &o->hex;
}

const struct spool *octets_spool(const struct octets *o)
{
    return o->spool;
}

uint16_t octets_link(const struct octets *o, const struct octets_place *place)
{
    return o->link[place->link];
}

size_t octets_memory(const struct octets *o)
{
    return chunks_memory(&o->places);
}

size_t octets_used(const struct octets *o)
{
    return chunks_used(&o->places);
}
