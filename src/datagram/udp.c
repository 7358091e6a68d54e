/* SPDX-License-Identifier: MIT */
#include "datagram/layer.h"

#define UDP_HEADER 8

/*
 * VXLAN (RFC 7348, 5) has a flag in its first octet and Geneve (RFC 8926, 3.4) an ethertype behind two octets
 * whose reserved bits are 0: export packets, which begin with a version 00 01 to 00 0a, are neither.
 */
static enum layer tunnel_in(const struct walk *w)
{
    const uint8_t *p = w->c.data + w->c.at;
    if (cursor_left(&w->c) < 8)
        return LAYER_END;
    if (w->out->dport == PORT_VXLAN && (p[0] & 0x08) != 0)
        return LAYER_VXLAN;
    if (w->out->dport == PORT_GENEVE && p[0] >> 6 == 0 && (p[1] & 0x3f) == 0 &&
        layer_of_ethertype(be16(p + 2)) != LAYER_END)
        return LAYER_GENEVE;
    return LAYER_END;
}

/*
 * RFC 768:  source port | destination port | length | checksum, 16 bits each
 * The length includes this header; 0 stands for all that IP carries (RFC 2675, 4). It wins over that of IP
 * where it is less; where it is more, the rest was not sent.
 */
enum layer layer_udp(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, UDP_HEADER);
    if (!p)
        return walk_short(w);
    uint16_t length = be16(p + 4);
    if (length != 0 && length < UDP_HEADER)
        return walk_stop(w, DATAGRAM_MALFORMED);
    struct datagram *out = w->out;
    size_t carried = w->wire_end - (w->c.at - UDP_HEADER);
    if (length > carried)
        out->announced = length - UDP_HEADER;
    else if (length != 0)
        walk_limit(w, w->c.at - UDP_HEADER + length);
    out->sport = be16(p);
    out->dport = be16(p + 2);
    if (out->dport == PORT_VXLAN || out->dport == PORT_GENEVE) {
        enum layer tunnel = tunnel_in(w);
        if (tunnel != LAYER_END)
            return tunnel;
    }
    out->data = w->c.data + w->c.at;
    out->length = (uint32_t)cursor_left(&w->c);
    out->wire_length = (uint32_t)(w->wire_end - w->c.at);
    return walk_stop(w, DATAGRAM_OK);
}
