/* SPDX-License-Identifier: MIT */
/* What the link layers refuse; what they let through is in way.c. */
#include <criterion/criterion.h>

#include "packet.h"

static enum datagram_reason reason_of(const struct packet *p, uint16_t link)
{
    struct rig r;
    rig_open(&r, NULL);
    enum datagram_reason reason = rig_take(&r, p, link, 0);
    rig_close(&r);
    return reason;
}

static void inner(struct packet *p)
{
    packet_payload(p, 10);
    packet_udp(p);
    packet_ipv4(p, PROTOCOL_UDP);
}

Test(link, types_without_support_say_so)
{
    static const uint16_t links[] = { 2, 6, 8, 105, 127, 147, 195, 220, 258, 65535 };
    struct packet p;
    inner(&p);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        cr_expect_eq(reason_of(&p, links[i]), DATAGRAM_LINK_UNKNOWN, "%u", links[i]);
}

Test(link, ethertypes_that_are_not_ip)
{
    static const uint16_t types[] = { 0x0806, 0x88cc, 0x8863, 0x888e, 0x88e5, 1501, 0x05ff, 0xffff };
    struct packet p;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        inner(&p);
        packet_ethernet(&p, types[i]);
        cr_expect_eq(reason_of(&p, LINK_ETHERNET), DATAGRAM_NOT_IP, "%04x", types[i]);
        inner(&p);
        packet_vlan(&p, 5, types[i]);
        packet_ethernet(&p, 0x8100);
        cr_expect_eq(reason_of(&p, LINK_ETHERNET), DATAGRAM_NOT_IP, "tagged %04x", types[i]);
    }
}

Test(link, llc_that_is_not_ip)
{
    struct packet p;
    inner(&p);
    packet_front(&p, 3)[0] = 0x42; /* spanning tree */
    packet_ethernet(&p, 38);
    cr_expect_eq(reason_of(&p, LINK_ETHERNET), DATAGRAM_NOT_IP);
    inner(&p);
    packet_u16(&p, 0x2000);
    packet_u16(&p, 0x000c); /* Cisco's protocols */
    packet_u16(&p, 0x0300);
    packet_u16(&p, 0xaaaa);
    packet_ethernet(&p, 38);
    cr_expect_eq(reason_of(&p, LINK_ETHERNET), DATAGRAM_NOT_IP);
    inner(&p);
    packet_u16(&p, TYPE_IPV4);
    packet_front(&p, 3);
    packet_front(&p, 1)[0] = 0x03;
    packet_u16(&p, 0xaaaa);
    packet_ethernet(&p, 1501); /* more than a length may be */
    cr_expect_eq(reason_of(&p, LINK_ETHERNET), DATAGRAM_NOT_IP);
    packet_front(&p, 0)[13] = 0xdc;
    cr_expect_eq(reason_of(&p, LINK_ETHERNET), DATAGRAM_OK);
}

Test(link, ppp_and_pppoe_control_are_not_ip)
{
    struct packet p;
    inner(&p);
    packet_u16(&p, 0xc021);
    cr_expect_eq(reason_of(&p, 9), DATAGRAM_NOT_IP);
    inner(&p);
    packet_u16(&p, 0x0021);
    packet_front(&p, 4);
    packet_u16(&p, 0x1109); /* discovery */
    cr_expect_eq(reason_of(&p, 51), DATAGRAM_NOT_IP);
    inner(&p);
    packet_u16(&p, 0x8035); /* keep-alives of Cisco HDLC */
    packet_u16(&p, 0x8f00);
    cr_expect_eq(reason_of(&p, 104), DATAGRAM_NOT_IP);
}

Test(link, families_of_null_in_both_orders)
{
    static const uint8_t ipv6[] = { 10, 23, 24, 28, 30 };
    struct packet p;
    for (size_t i = 0; i < sizeof ipv6; i++) {
        for (size_t at = 0; at < 4; at += 3) {
            packet_payload(&p, 10);
            packet_udp(&p);
            packet_ipv6(&p, PROTOCOL_UDP);
            packet_front(&p, 4)[at] = ipv6[i];
            cr_expect_eq(reason_of(&p, 0), DATAGRAM_OK, "%u at %zu", ipv6[i], at);
        }
    }
    inner(&p);
    packet_front(&p, 4)[3] = 7;
    cr_expect_eq(reason_of(&p, 0), DATAGRAM_NOT_IP);
}

Test(link, raw_is_told_by_the_version)
{
    struct packet p;
    inner(&p);
    p.room[p.start] = 0x55;
    cr_expect_eq(reason_of(&p, LINK_RAW), DATAGRAM_NOT_IP);
}

Test(link, cooked_frames_that_are_not_ip)
{
    struct packet p;
    inner(&p);
    packet_u16(&p, 1);
    packet_front(&p, 14);
    cr_expect_eq(reason_of(&p, LINK_SLL), DATAGRAM_NOT_IP);
    inner(&p);
    packet_front(&p, 18);
    packet_u16(&p, 0x0806);
    cr_expect_eq(reason_of(&p, 276), DATAGRAM_NOT_IP);
}

Test(link, mpls_without_a_bottom_ends)
{
    struct packet p;
    packet_payload(&p, 0);
    for (int i = 0; i < 1000; i++)
        packet_front(&p, 4);
    packet_ethernet(&p, 0x8847);
    cr_expect_eq(reason_of(&p, LINK_ETHERNET), DATAGRAM_MALFORMED);
}

Test(link, mpls_of_unknown_content_is_not_ip)
{
    struct packet p;
    inner(&p);
    p.room[p.start] = 0x10; /* an associated channel */
    packet_front(&p, 4)[2] = 1;
    packet_ethernet(&p, 0x8847);
    cr_expect_eq(reason_of(&p, LINK_ETHERNET), DATAGRAM_NOT_IP);
}

static enum datagram_reason with_tags(unsigned count)
{
    struct packet p;
    inner(&p);
    packet_vlan(&p, 5, TYPE_IPV4);
    for (unsigned i = 1; i < count; i++)
        packet_vlan(&p, 5, 0x8100);
    packet_ethernet(&p, 0x8100);
    return reason_of(&p, LINK_ETHERNET);
}

Test(link, tags_without_end_are_too_deep)
{
    cr_expect_eq(with_tags(1), DATAGRAM_OK);
    cr_expect_eq(with_tags(16), DATAGRAM_OK);
    cr_expect_eq(with_tags(64), DATAGRAM_TOO_DEEP);
    cr_expect_eq(with_tags(5000), DATAGRAM_TOO_DEEP);
}
