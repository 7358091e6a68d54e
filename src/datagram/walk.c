/* SPDX-License-Identifier: MIT */
#include "datagram/datagram.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/be.h"
#include "datagram/fragment.h"
#include "datagram/layer.h"

struct datagrams {
    struct datagrams_counters counters;
    struct fragments fragments;
};

static enum layer (*const LAYER_TABLE[LAYERS])(struct walk *) = {
    [LAYER_ETHERNET] = layer_ethernet,
    [LAYER_LLC] = layer_llc,
    [LAYER_VLAN] = layer_vlan,
    [LAYER_MPLS] = layer_mpls,
    [LAYER_PPPOE] = layer_pppoe,
    [LAYER_PPP] = layer_ppp,
    [LAYER_SERIAL] = layer_serial,
    [LAYER_HDLC] = layer_hdlc,
    [LAYER_NULL] = layer_null,
    [LAYER_SLL] = layer_sll,
    [LAYER_SLL2] = layer_sll2,
    [LAYER_RAW] = layer_raw,
    [LAYER_IPV4] = layer_ipv4,
    [LAYER_IPV6] = layer_ipv6,
    [LAYER_EXTENSION] = layer_extension,
    [LAYER_AUTHENTICATION] = layer_authentication,
    [LAYER_FRAGMENT] = layer_fragment,
    [LAYER_GRE] = layer_gre,
    [LAYER_UDP] = layer_udp,
    [LAYER_VXLAN] = layer_vxlan,
    [LAYER_GENEVE] = layer_geneve,
};

struct datagrams *datagrams_new(const struct datagrams_config *config)
{
    struct datagrams *dg = alloc_new(sizeof *dg);
    struct datagrams_config limits = { 0 };
    if (config)
        limits = *config;
    if (limits.max_octets == 0)
        limits.max_octets = (size_t)16 << 20;
    if (limits.max_datagrams == 0)
        limits.max_datagrams = 4096;
    if (limits.expiry <= 0)
        limits.expiry = 30 * INT64_C(1000000000);
    fragments_init(&dg->fragments, &limits, &dg->counters);
    return dg;
}

void datagrams_free(struct datagrams *dg)
{
    if (!dg)
        return;
    fragments_release(&dg->fragments);
    free(dg);
}

enum layer walk_step(struct walk *w, enum layer layer)
{
    return LAYER_TABLE[layer](w);
}

static void walk_layers(struct walk *w, enum layer layer)
{
    for (int depth = 0; layer != LAYER_END; depth++) {
        if (depth == LAYERS_MOST) {
            walk_stop(w, DATAGRAM_TOO_DEEP);
            return;
        }
        layer = walk_step(w, layer);
    }
}

/* In halves, as they are compared in halves a moment later: what was written in pieces cannot be read at once. */
static void set_v4(struct addr *addr, const uint8_t *octets)
{
    uint64_t half = 0;
    memcpy(&half, octets, 4);
    memcpy(addr->octets, &half, sizeof half);
    addr->family = 4;
}

/*
 * Nearly all frames are untagged Ethernet, IPv4 without options and UDP, captured as a whole and with lengths
 * that agree: these are taken apart here at once, just as the layers would. False: the layers must look.
 */
bool datagram_plain(const uint8_t *p, uint32_t length, uint16_t link, struct datagram *out)
{
    enum { IPV4 = 14, UDP = IPV4 + 20, PAYLOAD = UDP + 8 };
    if (link != 1 || length < PAYLOAD || be16(p + 12) != 0x0800 || p[IPV4] != 0x45 || p[IPV4 + 9] != 17 ||
        (be16(p + IPV4 + 6) & 0x3fff) != 0)
        return false;
    uint16_t dport = be16(p + UDP + 2);
    uint32_t udp_length = be16(p + UDP + 4);
    if (udp_length < PAYLOAD - UDP || be16(p + IPV4 + 2) != udp_length + (UDP - IPV4) ||
        length - UDP < udp_length || dport == PORT_VXLAN || dport == PORT_GENEVE)
        return false;
    *out = (struct datagram) { .data = p + PAYLOAD,
                               .length = udp_length - (PAYLOAD - UDP),
                               .wire_length = udp_length - (PAYLOAD - UDP),
                               .sport = be16(p + UDP),
                               .dport = dport };
    set_v4(&out->src, p + IPV4 + 12);
    set_v4(&out->dst, p + IPV4 + 16);
    return true;
}

bool datagrams_take(struct datagrams *dg, const uint8_t *octets, uint32_t length, uint32_t wire_length,
                    uint16_t link, int64_t time, struct datagram *out)
{
    if (dg->fragments.oldest || dg->fragments.done)
        fragments_tick(&dg->fragments, time);
    if (datagram_plain(octets, length, link, out)) {
        dg->counters.reason[DATAGRAM_OK]++;
        return true;
    }
    *out = (struct datagram) { .reason = DATAGRAM_NOT_IP };
    struct walk w = { .c = cursor_of(octets, length),
                      .wire_end = wire_length > length ? wire_length : length,
                      .fragments = &dg->fragments,
                      .time = time,
                      .out = out };
    enum layer layer = layer_of_link(link);
    if (layer == LAYER_END)
        out->reason = DATAGRAM_LINK_UNKNOWN;
    walk_layers(&w, layer);
    dg->counters.reason[out->reason]++;
    return out->reason == DATAGRAM_OK;
}

void datagrams_name_frame(struct datagrams *dg, uint64_t name)
{
    dg->fragments.frame = name;
}

void datagrams_mark_frame(struct datagrams *dg, uint64_t mark)
{
    dg->fragments.mark = mark;
}

void datagrams_finish(struct datagrams *dg)
{
    fragments_finish(&dg->fragments);
}

const struct datagrams_counters *datagrams_counters(const struct datagrams *dg)
{
    return &dg->counters;
}
