/* SPDX-License-Identifier: MIT */
#include "datagram/anatomy.h"

#include "base/be.h"
#include "base/digits.h"
#include "base/text.h"
#include "datagram/layer.h"

_Static_assert(ANATOMY_MOST >= LAYERS_MOST, "there is room for all headers");

/* Layers that only look which one follows have no octets, and do not show. */
static const char *const NAMES[LAYERS] = {
    [LAYER_ETHERNET] = "Ethernet",
    [LAYER_LLC] = "LLC",
    [LAYER_VLAN] = "VLAN",
    [LAYER_MPLS] = "MPLS",
    [LAYER_PPPOE] = "PPPoE",
    [LAYER_PPP] = "PPP",
    [LAYER_SERIAL] = "PPP",
    [LAYER_HDLC] = "Cisco HDLC",
    [LAYER_NULL] = "Null or loop",
    [LAYER_SLL] = "Linux cooked v1",
    [LAYER_SLL2] = "Linux cooked v2",
    [LAYER_RAW] = "Raw IP",
    [LAYER_IPV4] = "IPv4",
    [LAYER_IPV6] = "IPv6",
    [LAYER_EXTENSION] = "IPv6 extension",
    [LAYER_AUTHENTICATION] = "Authentication",
    [LAYER_FRAGMENT] = "IPv6 fragment",
    [LAYER_GRE] = "GRE",
    [LAYER_UDP] = "UDP",
    [LAYER_VXLAN] = "VXLAN",
    [LAYER_GENEVE] = "Geneve",
};

struct anatomy anatomy_of(const uint8_t *octets, uint32_t length, uint32_t wire_length, uint16_t link)
{
    struct anatomy a = { .count = 0 };
    struct datagram out = { .reason = DATAGRAM_NOT_IP };
    struct walk w = { .c = cursor_of(octets, length),
                      .wire_end = wire_length > length ? wire_length : length,
                      .out = &out };
    enum layer layer = layer_of_link(link);
    if (layer == LAYER_END)
        out.reason = DATAGRAM_LINK_UNKNOWN;
    for (int depth = 0; layer != LAYER_END && depth < LAYERS_MOST; depth++) {
        size_t at = w.c.at;
        enum layer next = walk_step(&w, layer);
        if (cursor_failed(&w.c)) {
            w.c.at = at;
            break;
        }
        if (w.c.at > at)
            a.header[a.count++] = (struct anatomy_header) { .name = NAMES[layer],
                                                            .offset = (uint32_t)at,
                                                            .length = (uint32_t)(w.c.at - at),
                                                            .layer = (uint8_t)layer };
        layer = next;
    }
    a.payload = (uint32_t)w.c.at;
    a.payload_length = w.c.length > w.c.at ? (uint32_t)(w.c.length - w.c.at) : 0;
    a.reason = layer == LAYER_END ? out.reason : cursor_failed(&w.c) ? DATAGRAM_CUT : DATAGRAM_TOO_DEEP;
    return a;
}

static void add_mac(struct text *t, const uint8_t *octets)
{
    for (size_t i = 0; i < 6; i++) {
        char pair[3] = { digits_hex[octets[i] >> 4], digits_hex[octets[i] & 15], ':' };
        text_octets(t, pair, i < 5 ? 3 : 2);
    }
}

static void add_number(struct text *t, const char *what, uint64_t number)
{
    text_add(t, what);
    text_unsigned(t, number);
}

static void add_addresses(struct text *t, const uint8_t *src, size_t length)
{
    char buffer[ADDR_TEXT];
    for (size_t i = 0; i < 2; i++) {
        struct addr address = addr_from(src + i * length, length);
        addr_text(&address, buffer);
        text_add(t, i ? " -> " : ", ");
        text_add(t, buffer);
    }
}

static void add_ipv4(struct text *t, const uint8_t *p)
{
    uint16_t place = be16(p + 6);
    add_addresses(t, p + 12, 4);
    add_number(t, ", time to live ", p[8]);
    if (place & 0x3fff) {
        add_number(t, ", fragment at ", (place & 0x1fffu) * 8u);
        add_number(t, place & 0x2000 ? ", more to come, id " : ", the last one, id ", be16(p + 4));
    }
}

static void add_fragment(struct text *t, const uint8_t *p)
{
    uint16_t place = be16(p + 2);
    add_number(t, " at ", place & 0xfff8u);
    add_number(t, place & 1 ? ", more to come, id " : ", the last one, id ", be32(p + 4));
}

size_t anatomy_text(const struct anatomy_header *header, const uint8_t *octets, char buffer[ANATOMY_TEXT])
{
    const uint8_t *p = octets + header->offset;
    struct text t = text_of(buffer, ANATOMY_TEXT);
    text_add(&t, header->name);
    switch (header->layer) {
    case LAYER_ETHERNET:
        text_add(&t, ", ");
        add_mac(&t, p + 6);
        text_add(&t, " -> ");
        add_mac(&t, p);
        break;
    case LAYER_VLAN:
        add_number(&t, " ", be16(p) & 0x0fff);
        add_number(&t, ", priority ", p[0] >> 5);
        break;
    case LAYER_MPLS:
        add_number(&t, ", label ", be32(p) >> 12);
        break;
    case LAYER_IPV4:
        add_ipv4(&t, p);
        break;
    case LAYER_IPV6:
        add_addresses(&t, p + 8, 16);
        add_number(&t, ", hop limit ", p[7]);
        break;
    case LAYER_FRAGMENT:
        add_fragment(&t, p);
        break;
    case LAYER_UDP:
        add_number(&t, ", port ", be16(p));
        add_number(&t, " -> ", be16(p + 2));
        add_number(&t, ", length ", be16(p + 4));
        break;
    case LAYER_VXLAN:
        add_number(&t, ", network ", be32(p + 4) >> 8);
        break;
    case LAYER_GENEVE:
        add_number(&t, ", network ", be32(p + 4) >> 8);
        break;
    default:
        break;
    }
    return t.length;
}
