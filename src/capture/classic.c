/* SPDX-License-Identifier: MIT */
/*
 * Own code for the one format that a library reads as well, as measured: libpcap takes two stdio calls and a copy a
 * packet, which together cost as much as decoding all records for their totals. Here frames are given out where read()
 * has put them. Anything out of the ordinary is left to libpcap (savefile.h), and what is wrong with a packet
 * is judged, and said, as there.
 *
 *     file    magic 4 | version 2, 2 | 8 unused | snapshot length 4 | link type 4    (draft-ietf-opsawg-pcap)
 *     packet  seconds 4 | fraction 4 | captured length 4 | original length 4 | octets
 */
#include "capture/classic.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/be.h"
#include "capture/link.h"

#define MAGIC_MICRO   0xa1b2c3d4u
#define MAGIC_NANO    0xa1b23c4du
#define FILE_HEADER   24
#define PACKET_HEADER 16
#define LENGTH_MAX    262144u /* libpcap's limit for the link types below: more is damage */

/* Above the link type are 10 bits that have to be zero and 6 that tell how long a frame check sequence is. */
#define LINK_REST 0x03ff0000u

struct classic {
    struct window *window;
    bool little;
    uint16_t link;
    uint32_t snaplen;
    uint32_t unit; /* nanoseconds */
};

static uint32_t number(const uint8_t *octets, bool little)
{
    uint32_t value = be32(octets);
    return little ? __builtin_bswap32(value) : value;
}

static uint16_t short_number(const uint8_t *octets, bool little)
{
    uint16_t value = be16(octets);
    return little ? __builtin_bswap16(value) : value;
}

static bool is_magic(uint32_t value)
{
    return value == MAGIC_MICRO || value == MAGIC_NANO;
}

static bool classic_recognises(const uint8_t *head)
{
    return is_magic(be32(head)) || is_magic(__builtin_bswap32(be32(head)));
}

/* Link types that flows are seen on and whose frames libpcap gives out as they are in the file. */
static bool is_usual(uint32_t link)
{
    static const uint8_t usual[] = { 0, 1, 9, 12, 14, 50, 51, 101, 104, 108, 113, 228, 229 };
    for (size_t i = 0; i < sizeof usual; i++)
        if (link == usual[i])
            return true;
    return link == 276;
}

static void *classic_open(struct window *window, struct trouble *trouble)
{
    (void)trouble; /* whatever is wrong is left to libpcap */
    const uint8_t *header = window_need(window, FILE_HEADER);
    if (!header)
        return NULL;
    bool little = !is_magic(be32(header));
    bool known = short_number(header + 4, little) == 2 && short_number(header + 6, little) == 4;
    uint32_t snaplen = number(header + 16, little), link = number(header + 20, little);
    if (!known || link & LINK_REST || !is_usual(link & 0xffff))
        return NULL;
    struct classic *classic = alloc_new(sizeof *classic);
    classic->window = window;
    classic->little = little;
    classic->link = link_from_dlt((int)(link & 0xffff));
    classic->snaplen = snaplen > 0 && snaplen < LENGTH_MAX ? snaplen : LENGTH_MAX;
    classic->unit = number(header, little) == MAGIC_NANO ? 1 : 1000;
    window_skip(window, FILE_HEADER);
    return classic;
}

static bool cut_header(const struct window *window, struct trouble *trouble)
{
    size_t left = window_left(window);
    if (left)
        trouble_set(trouble, TROUBLE_CUT, "%zu of %d octets of the next packet's header", left,
                    PACKET_HEADER);
    return false;
}

/* A packet longer than the snapshot length is wanted up to there first. */
static bool cut_packet(const struct classic *classic, uint32_t length, struct trouble *trouble)
{
    size_t left = window_left(classic->window) - PACKET_HEADER;
    if (left < classic->snaplen && classic->snaplen < length)
        length = classic->snaplen;
    trouble_set(trouble, TROUBLE_CUT, "%zu of %u octets of the next", left, length);
    return false;
}

static bool classic_next(void *reader, struct frame *frame, struct trouble *trouble)
{
    struct classic *classic = reader;
    struct window *window = classic->window;
    const uint8_t *packet = window_need(window, PACKET_HEADER);
    if (!packet)
        return cut_header(window, trouble);
    uint32_t length = number(packet + 8, classic->little);
    if (length > LENGTH_MAX) {
        trouble_set(trouble, TROUBLE_DAMAGED, "a packet that claims %u octets", length);
        return false;
    }
    packet = window_need(window, PACKET_HEADER + length);
    if (!packet)
        return cut_packet(classic, length, trouble);
    frame->data = packet + PACKET_HEADER;
    frame->offset = window_offset(window, frame->data);
    frame->length = length < classic->snaplen ? length : classic->snaplen;
    frame->wire_length = number(packet + 12, classic->little);
    /* seconds are unsigned: they go on after 2038 */
    frame->time = number(packet, classic->little) * INT64_C(1000000000) +
                  (int64_t)number(packet + 4, classic->little) * classic->unit;
    frame->link = classic->link;
    window_skip(window, PACKET_HEADER + length);
    return true;
}

const struct reader_ops classic_reader = {
    .in_place = true,
    .recognises = classic_recognises,
    .open = classic_open,
    .next = classic_next,
    .close = free,
};
