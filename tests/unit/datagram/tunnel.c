/* SPDX-License-Identifier: MIT */
/* What is no tunnel, and where tunnels end; tunnels that lead to a payload are in way.c. */
#include <criterion/criterion.h>

#include "packet.h"

enum { PAYLOAD = 60, PORT_VXLAN = 4789, PORT_GENEVE = 6081 };

/* A datagram of these octets on a tunnel's port is delivered as it is. */
static void expect_untouched(uint16_t port, const uint8_t *octets, size_t length)
{
    struct packet p;
    struct rig r;
    packet_octets(&p, octets, length);
    packet_udp_to(&p, port);
    packet_ipv4(&p, PROTOCOL_UDP);
    packet_ethernet(&p, TYPE_IPV4);
    rig_open(&r, NULL);
    cr_expect_eq(rig_take(&r, &p, LINK_ETHERNET, 0), DATAGRAM_OK, "port %u, version %u", port, octets[1]);
    cr_expect_eq(r.out.length, length);
    cr_expect_eq(r.out.dport, port);
    rig_close(&r);
}

Test(tunnel, export_packets_on_tunnel_ports_are_payloads)
{
    static const uint8_t versions[] = { 1, 5, 7, 9, 10 };
    for (size_t i = 0; i < sizeof versions; i++) {
        uint8_t octets[48] = { 0, versions[i], 0, 1 };
        expect_untouched(PORT_VXLAN, octets, sizeof octets);
        expect_untouched(PORT_GENEVE, octets, sizeof octets);
        octets[2] = 0x08; /* a count or length that would be an ethertype */
        octets[3] = 0x00;
        expect_untouched(PORT_GENEVE, octets, sizeof octets);
    }
}

Test(tunnel, payloads_too_short_for_a_tunnel)
{
    static const uint8_t octets[7] = { 0x08 };
    expect_untouched(PORT_VXLAN, octets, sizeof octets);
    static const uint8_t geneve[7] = { 0, 0, 0x65, 0x58 };
    expect_untouched(PORT_GENEVE, geneve, sizeof geneve);
}

Test(tunnel, geneve_of_other_content_is_a_payload)
{
    static const uint8_t version[20] = { 0x40, 0, 0x65, 0x58 }, content[20] = { 0, 0, 0x88, 0xcc };
    expect_untouched(PORT_GENEVE, version, sizeof version);
    expect_untouched(PORT_GENEVE, content, sizeof content);
}

Test(tunnel, a_tunnel_without_udp_is_not_udp)
{
    struct packet p;
    struct rig r;
    packet_payload(&p, PAYLOAD);
    packet_ipv4(&p, 6);
    packet_ethernet(&p, TYPE_IPV4);
    packet_front(&p, 8)[0] = 0x08;
    packet_udp_to(&p, PORT_VXLAN);
    packet_ipv4(&p, PROTOCOL_UDP);
    rig_open(&r, NULL);
    cr_expect_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_NOT_UDP);
    rig_close(&r);
}

static enum datagram_reason gre_reason(uint16_t flags, uint16_t type)
{
    struct packet p;
    struct rig r;
    packet_payload(&p, PAYLOAD);
    packet_udp(&p);
    packet_ipv4(&p, PROTOCOL_UDP);
    packet_gre(&p, flags, type);
    packet_ipv4(&p, PROTOCOL_GRE);
    rig_open(&r, NULL);
    enum datagram_reason reason = rig_take(&r, &p, LINK_RAW, 0);
    rig_close(&r);
    return reason;
}

Test(tunnel, gre_of_unknown_version_or_content_is_not_udp)
{
    cr_expect_eq(gre_reason(0, TYPE_IPV4), DATAGRAM_OK);
    cr_expect_eq(gre_reason(2, TYPE_IPV4), DATAGRAM_NOT_UDP);
    cr_expect_eq(gre_reason(7, TYPE_IPV4), DATAGRAM_NOT_UDP);
    cr_expect_eq(gre_reason(0, 0), DATAGRAM_NOT_UDP);
    cr_expect_eq(gre_reason(0, 0x0806), DATAGRAM_NOT_UDP);
}

Test(tunnel, gre_routing_without_end_ends)
{
    struct packet p;
    struct rig r;
    packet_payload(&p, 0);
    for (int i = 0; i < 1000; i++)
        packet_front(&p, 4)[1] = 8;
    packet_front(&p, 4);
    packet_gre(&p, 0x4000, TYPE_IPV4);
    packet_ipv4(&p, PROTOCOL_GRE);
    rig_open(&r, NULL);
    cr_expect_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_MALFORMED);
    rig_close(&r);
}

static enum datagram_reason nested(unsigned tunnels)
{
    struct packet p;
    struct rig r;
    packet_payload(&p, PAYLOAD);
    packet_udp(&p);
    packet_ipv4(&p, PROTOCOL_UDP);
    for (unsigned i = 0; i < tunnels; i++)
        packet_ipv4(&p, 4);
    rig_open(&r, NULL);
    enum datagram_reason reason = rig_take(&r, &p, LINK_RAW, 0);
    rig_close(&r);
    return reason;
}

Test(tunnel, tunnels_without_end_are_too_deep)
{
    cr_expect_eq(nested(1), DATAGRAM_OK);
    cr_expect_eq(nested(10), DATAGRAM_OK);
    cr_expect_eq(nested(40), DATAGRAM_TOO_DEEP);
    cr_expect_eq(nested(3000), DATAGRAM_TOO_DEEP);
}
