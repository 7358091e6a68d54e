/* SPDX-License-Identifier: MIT */
#include "datagram/layer.h"

#include <string.h>

#define IPV4_HEADER 20
#define IPV6_HEADER 40

enum { PROTOCOL_FRAGMENT = 44 };

/* LAYER_END: nothing that leads to UDP. */
static enum layer layer_of_protocol(uint8_t protocol, uint8_t family)
{
    switch (protocol) {
    case 17:
        return LAYER_UDP;
    case 4:
        return LAYER_IPV4;
    case 41:
        return LAYER_IPV6;
    case 47:
        return LAYER_GRE;
    case 51:
        return LAYER_AUTHENTICATION;
    case 137:
        return LAYER_MPLS;
    case 0:   /* hop-by-hop options */
    case 43:  /* routing */
    case 60:  /* destination options */
    case 135: /* mobility */
    case 139: /* host identity */
    case 140: /* shim6 */
        return family == 6 ? LAYER_EXTENSION : LAYER_END;
    case PROTOCOL_FRAGMENT:
        return family == 6 ? LAYER_FRAGMENT : LAYER_END;
    default:
        return LAYER_END;
    }
}

static enum layer after_ip(struct walk *w, uint8_t protocol)
{
    w->out->reason = DATAGRAM_NOT_UDP;
    return layer_of_protocol(protocol, w->out->src.family);
}

/* What follows is a fragment; goes on within the datagram if it completes one. */
static enum layer take_fragment(struct walk *w, struct fragment *f)
{
    if (layer_of_protocol(f->next, w->out->src.family) == LAYER_END)
        return walk_stop(w, DATAGRAM_NOT_UDP);
    if (!w->fragments)
        return walk_stop(w, DATAGRAM_FRAGMENT);
    f->key.src = w->out->src;
    f->key.dst = w->out->dst;
    f->key.vlan = w->out->vlan;
    f->data = w->c.data + w->c.at;
    f->length = (uint32_t)cursor_left(&w->c);
    f->wire_length = (uint32_t)(w->wire_end - w->c.at);
    f->marks = w->out->mark_count ? w->out->marks : &w->fragments->mark;
    f->mark_count = w->out->mark_count ? w->out->mark_count : w->fragments->mark != 0;
    struct fragment_whole whole;
    enum datagram_reason reason = fragments_add(w->fragments, f, w->time, &whole);
    if (reason != DATAGRAM_OK)
        return walk_stop(w, reason);
    w->c = cursor_of(whole.data, whole.length);
    w->wire_end = whole.wire_length;
    w->out->reassembled = true;
    w->out->marks = whole.marks;
    w->out->mark_count = whole.mark_count;
    return after_ip(w, whole.next);
}

/*
 * RFC 791, 3.1:
 *   version 4 | header length 4 | type of service 8 | total length 16
 *   identification 16 | flags 3 (reserved, don't fragment, more fragments) | fragment offset 13
 *   time to live 8 | protocol 8 | header checksum 16
 *   source 32, destination 32, options
 * Total length 0 comes from hosts that leave segmentation to the network card: the frame's end counts.
 */
enum layer layer_ipv4(struct walk *w)
{
    size_t start = w->c.at;
    const uint8_t *p = cursor_take(&w->c, IPV4_HEADER);
    if (!p)
        return walk_short(w);
    size_t header = (size_t)(p[0] & 0x0f) * 4, total = be16(p + 2);
    if (total == 0)
        total = w->wire_end - start;
    if (p[0] >> 4 != 4 || header < IPV4_HEADER || total < header)
        return walk_stop(w, DATAGRAM_MALFORMED);
    walk_limit(w, start + total);
    if (!cursor_skip(&w->c, header - IPV4_HEADER))
        return walk_short(w);
    struct addr *src = &w->out->src, *dst = &w->out->dst;
    *src = *dst = (struct addr) { .family = 4 };
    memcpy(src->octets, p + 12, 4);
    memcpy(dst->octets, p + 16, 4);
    uint16_t fragment = be16(p + 6) & 0x3fff;
    if (fragment == 0)
        return after_ip(w, p[9]);
    struct fragment f = { .key = { .id = be16(p + 4), .protocol = p[9] },
                          .offset = (uint32_t)(fragment & 0x1fff) * 8,
                          .more = (fragment & 0x2000) != 0,
                          .next = p[9] };
    return take_fragment(w, &f);
}

/*
 * RFC 8200, 3:
 *   version 4 | traffic class 8 | flow label 20
 *   payload length 16 | next header 8 | hop limit 8
 *   source 128, destination 128
 * Payload length 0, as with IPv4's total length: the frame's end counts.
 */
enum layer layer_ipv6(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, IPV6_HEADER);
    if (!p)
        return walk_short(w);
    if (p[0] >> 4 != 6)
        return walk_stop(w, DATAGRAM_MALFORMED);
    uint16_t length = be16(p + 4);
    if (length != 0)
        walk_limit(w, w->c.at + length);
    struct addr *src = &w->out->src, *dst = &w->out->dst;
    src->family = dst->family = 6;
    memcpy(src->octets, p + 8, 16);
    memcpy(dst->octets, p + 24, 16);
    return after_ip(w, p[6]);
}

enum layer layer_raw(struct walk *w)
{
    if (cursor_left(&w->c) == 0)
        return walk_short(w);
    switch (w->c.data[w->c.at] >> 4) {
    case 4:
        return LAYER_IPV4;
    case 6:
        return LAYER_IPV6;
    default:
        return LAYER_END;
    }
}

/* RFC 8200, 4: next header 8 | length 8, in units of 8 octets without the first | data */
enum layer layer_extension(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 8);
    if (!p || !cursor_skip(&w->c, (size_t)p[1] * 8))
        return walk_short(w);
    return after_ip(w, p[0]);
}

/* RFC 4302, 2: next header 8 | length 8, in units of 4 octets without the first two | ... */
enum layer layer_authentication(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 8);
    if (!p || !cursor_skip(&w->c, (size_t)p[1] * 4))
        return walk_short(w);
    return after_ip(w, p[0]);
}

/* RFC 8200, 4.5: next header 8 | reserved 8 | offset 13 | reserved 2 | more 1 | identification 32 */
enum layer layer_fragment(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 8);
    if (!p)
        return walk_short(w);
    uint16_t place = be16(p + 2);
    if ((place & 0xfff9) == 0) /* the datagram in one piece (RFC 6946) */
        return after_ip(w, p[0]);
    struct fragment f = { .key = { .id = be32(p + 4), .protocol = PROTOCOL_FRAGMENT },
                          .offset = place & 0xfff8,
                          .more = (place & 1) != 0,
                          .next = p[0] };
    return take_fragment(w, &f);
}
