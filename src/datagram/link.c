/* SPDX-License-Identifier: MIT */
#include "datagram/layer.h"

enum { ETHERTYPE_LEAST = 0x0600, LENGTH_MOST = 1500 };

/* Link types as numbered in captures (the LINKTYPE_ list of tcpdump.org). */
enum layer layer_of_link(uint16_t link)
{
    switch (link) {
    case 1:
        return LAYER_ETHERNET;
    case 0:   /* family in the writer's byte order */
    case 108: /* family in network order */
        return LAYER_NULL;
    case 9:
    case 50:
        return LAYER_SERIAL;
    case 51:
        return LAYER_PPPOE;
    case 104:
        return LAYER_HDLC;
    case 12:
    case 101:
    case 228:
    case 229:
        return LAYER_RAW;
    case 113:
        return LAYER_SLL;
    case 276:
        return LAYER_SLL2;
    default:
        return LAYER_END;
    }
}

enum layer layer_of_ethertype(uint16_t ethertype)
{
    switch (ethertype) {
    case 0x0800:
        return LAYER_IPV4;
    case 0x86dd:
        return LAYER_IPV6;
    case 0x8100: /* 802.1Q */
    case 0x88a8: /* 802.1ad */
    case 0x9100: /* QinQ before it had a standard */
    case 0x9200:
    case 0x9300:
        return LAYER_VLAN;
    case 0x8847:
    case 0x8848:
        return LAYER_MPLS;
    case 0x8864:
        return LAYER_PPPOE;
    case 0x880b:
        return LAYER_PPP;
    case 0x6558: /* Ethernet in GRE and Geneve */
        return LAYER_ETHERNET;
    default:
        return LAYER_END;
    }
}

/* The field behind Ethernet addresses and tags is a type or, up to 1500, the length of an LLC frame. */
static enum layer type_or_length(uint16_t value)
{
    return value <= LENGTH_MOST ? LAYER_LLC : layer_of_ethertype(value);
}

/* destination 48 | source 48 | type or length 16 */
enum layer layer_ethernet(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 14);
    return p ? type_or_length(be16(p + 12)) : walk_short(w);
}

/* DSAP 8 | SSAP 8 | control 8; with SNAP (RFC 1042) then an organisation 24 | its protocol 16 */
enum layer layer_llc(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 3);
    if (!p)
        return walk_short(w);
    if (p[0] != 0xaa || p[1] != 0xaa || p[2] != 0x03)
        return LAYER_END;
    p = cursor_take(&w->c, 5);
    if (!p)
        return walk_short(w);
    bool ethertype = p[0] == 0 && p[1] == 0 && (p[2] == 0 || p[2] == 0xf8);
    return ethertype ? layer_of_ethertype(be16(p + 3)) : LAYER_END;
}

/* 802.1Q: priority 3 | drop eligible 1 | VLAN id 12 | type or length 16. Id 0 is a priority without a VLAN.
 */
enum layer layer_vlan(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 4);
    if (!p)
        return walk_short(w);
    if (w->out->vlan == 0)
        w->out->vlan = be16(p) & 0x0fff;
    return type_or_length(be16(p + 2));
}

/*
 * RFC 3032: label 20 | class 3 | bottom of stack 1 | time to live 8, repeated until the bottom.
 * Nothing says what follows; the first four bits tell IPv4, IPv6 and the control word of an Ethernet
 * pseudowire (RFC 4385, 3) apart.
 */
enum layer layer_mpls(struct walk *w)
{
    const uint8_t *p;
    do
        p = cursor_take(&w->c, 4);
    while (p && !(p[2] & 1));
    if (!p || cursor_left(&w->c) == 0)
        return walk_short(w);
    if (w->c.data[w->c.at] >> 4 != 0)
        return LAYER_RAW;
    return cursor_skip(&w->c, 4) ? LAYER_ETHERNET : walk_short(w);
}

/* RFC 2516, 4: version 4 | type 4 | code 8, 0 for a session's data | session 16 | length 16 */
enum layer layer_pppoe(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 6);
    if (!p)
        return walk_short(w);
    return p[0] == 0x11 && p[1] == 0 ? LAYER_PPP : LAYER_END;
}

/*
 * RFC 1661, 2: a protocol number of 16 bits, or of 8 where the first octet is odd (field compression).
 * Before it address ff and control 03 may stand (RFC 1662, 3.1).
 */
enum layer layer_ppp(struct walk *w)
{
    uint16_t protocol = cursor_u8(&w->c);
    if (protocol == 0xff) {
        cursor_skip(&w->c, 1);
        protocol = cursor_u8(&w->c);
    }
    if ((protocol & 1) == 0)
        protocol = (uint16_t)(protocol << 8 | cursor_u8(&w->c));
    if (cursor_failed(&w->c))
        return walk_short(w);
    switch (protocol) {
    case 0x0021:
        return LAYER_IPV4;
    case 0x0057:
        return LAYER_IPV6;
    case 0x0281:
    case 0x0283:
        return LAYER_MPLS;
    default:
        return LAYER_END;
    }
}

enum layer layer_serial(struct walk *w)
{
    if (cursor_left(&w->c) == 0)
        return walk_short(w);
    uint8_t first = w->c.data[w->c.at];
    return first == 0x0f || first == 0x8f ? LAYER_HDLC : LAYER_PPP;
}

/* address 8, 0f or 8f | control 8 | type 16 */
enum layer layer_hdlc(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 4);
    return p ? layer_of_ethertype(be16(p + 2)) : walk_short(w);
}

/* An address family of 32 bits; BSDs and Linux number that of IPv6 each in their own way. */
enum layer layer_null(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 4);
    if (!p)
        return walk_short(w);
    uint32_t family = be32(p);
    if (family > 0xffff)
        family = (uint32_t)p[1] << 8 | p[0];
    switch (family) {
    case 2:
        return LAYER_IPV4;
    case 10:
    case 23:
    case 24:
    case 28:
    case 30:
        return LAYER_IPV6;
    default:
        return LAYER_END;
    }
}

/* Linux cooked: the protocol is an ethertype, or below that range 4 for LLC. */
static enum layer cooked(uint16_t protocol)
{
    if (protocol < ETHERTYPE_LEAST)
        return protocol == 4 ? LAYER_LLC : LAYER_END;
    return layer_of_ethertype(protocol);
}

/* v1: packet type 16 | device type 16 | address length 16 | address 64 | protocol 16 */
enum layer layer_sll(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 16);
    return p ? cooked(be16(p + 14)) : walk_short(w);
}

/* v2: protocol 16 | reserved 16 | interface 32 | device type 16 | packet type 8 | address length 8 | address
 * 64 */
enum layer layer_sll2(struct walk *w)
{
    const uint8_t *p = cursor_take(&w->c, 20);
    return p ? cooked(be16(p)) : walk_short(w);
}
