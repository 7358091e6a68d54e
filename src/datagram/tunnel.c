/* SPDX-License-Identifier: MIT */
#include "datagram/layer.h"

enum {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACKNOWLEDGE = 0x0080, /* version 1 only */
    GRE_VERSION = 0x0007,
};

enum { ETHERTYPE_ERSPAN = 0x88be, ETHERTYPE_ERSPAN_3 = 0x22eb };

/* RFC 1701: entries of family 16 | offset 8 | length 8 | data; family and length 0 end the list. */
static void skip_routing(struct cursor *c)
{
    const uint8_t *p;
    while ((p = cursor_take(c, 4)) && (be16(p) != 0 || p[3] != 0))
        cursor_skip(c, p[3]);
}

/*
 * A mirrored Ethernet frame: without a sequence number type I, which has no header of its own, with one type
 * II of 8 octets; type III has 12 octets and, where the lowest bit of the last says so, 8 more.
 */
static enum layer erspan(struct walk *w, uint16_t type, uint16_t flags)
{
    if (type == ETHERTYPE_ERSPAN) {
        cursor_skip(&w->c, (flags & GRE_SEQUENCE) ? 8 : 0);
    } else {
        const uint8_t *p = cursor_take(&w->c, 12);
        cursor_skip(&w->c, p && (p[11] & 1) ? 8 : 0);
    }
    return cursor_failed(&w->c) ? walk_short(w) : LAYER_ETHERNET;
}

/*
 * RFC 2784 and 2890:  flags and version 16 | protocol type 16 | then, each by its flag:
 * checksum and offset 32, key 32, sequence number 32, routing (RFC 1701).
 * Version 1 (RFC 2637) carries PPP: key 32, sequence number 32, acknowledgement 32.
 */
enum layer layer_gre(struct walk *w)
{
    uint16_t flags = cursor_u16(&w->c), type = cursor_u16(&w->c);
    unsigned version = flags & GRE_VERSION;
    if (version > 1)
        return LAYER_END;
    if (flags & (GRE_CHECKSUM | GRE_ROUTING))
        cursor_skip(&w->c, 4);
    if (flags & GRE_KEY)
        cursor_skip(&w->c, 4);
    if (flags & GRE_SEQUENCE)
        cursor_skip(&w->c, 4);
    if (version == 1 && (flags & GRE_ACKNOWLEDGE))
        cursor_skip(&w->c, 4);
    if (flags & GRE_ROUTING)
        skip_routing(&w->c);
    if (cursor_failed(&w->c))
        return walk_short(w);
    if (type == ETHERTYPE_ERSPAN || type == ETHERTYPE_ERSPAN_3)
        return erspan(w, type, flags);
    return layer_of_ethertype(type);
}

/* RFC 7348, 5: flags 8 | reserved 24 | network identifier 24 | reserved 8 | Ethernet frame */
enum layer layer_vxlan(struct walk *w)
{
    return cursor_skip(&w->c, 8) ? LAYER_ETHERNET : walk_short(w);
}

/*
 * RFC 8926, 3.4:  version 2 | length of options 6, in units of 4 octets | flags 2 | reserved 6 | ethertype 16
 *                 network identifier 24 | reserved 8 | options
 */
enum layer layer_geneve(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 8);
    if (!p || !cursor_skip(&w->c, (size_t)(p[0] & 0x3f) * 4))
        return walk_short(w);
    return layer_of_ethertype(be16(p + 2));
}
