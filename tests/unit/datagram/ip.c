/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "packet.h"

enum { PAYLOAD = 60 };

static struct packet ipv4_udp(void)
{
    struct packet p;
    packet_payload(&p, PAYLOAD);
    packet_udp(&p);
    packet_ipv4(&p, PROTOCOL_UDP);
    return p;
}

static struct packet ipv6_udp(void)
{
    struct packet p;
    packet_payload(&p, PAYLOAD);
    packet_udp(&p);
    packet_ipv6(&p, PROTOCOL_UDP);
    return p;
}

static void set(struct packet *p, size_t at, uint8_t value)
{
    p->room[p->start + at] = value;
}

static enum datagram_reason reason_of(const struct packet *p)
{
    struct rig r;
    rig_open(&r, NULL);
    enum datagram_reason reason = rig_take(&r, p, LINK_RAW, 0);
    rig_close(&r);
    return reason;
}

Test(ip, total_length_zero_means_the_whole_frame)
{
    struct packet p = ipv4_udp();
    struct rig r;
    set(&p, 2, 0);
    set(&p, 3, 0);
    rig_open(&r, NULL);
    rig_take(&r, &p, LINK_RAW, 0);
    expect_payload(&r.out, PAYLOAD, "total length 0");
    packet_trailer(&p, 6);
    rig_take(&r, &p, LINK_RAW, 0);
    expect_payload(&r.out, PAYLOAD, "total length 0 and a trailer");
    rig_close(&r);
}

Test(ip, payload_length_zero_means_the_whole_frame)
{
    struct packet p = ipv6_udp();
    struct rig r;
    set(&p, 5, 0);
    rig_open(&r, NULL);
    rig_take(&r, &p, LINK_RAW, 0);
    expect_payload(&r.out, PAYLOAD, "payload length 0");
    rig_close(&r);
}

Test(ip, a_length_beyond_the_frame_is_a_cut_capture)
{
    struct packet p = ipv4_udp();
    struct rig r;
    rig_open(&r, NULL);
    p.end -= 10; /* also from what the frame says was sent */
    cr_assert_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_OK);
    cr_expect_eq(r.out.length, PAYLOAD - 10);
    cr_expect_eq(r.out.wire_length, PAYLOAD);
    rig_close(&r);
}

Test(ip, lengths_that_contradict)
{
    struct packet p = ipv4_udp();
    set(&p, 0, 0x44); /* a header of 16 octets */
    cr_expect_eq(reason_of(&p), DATAGRAM_MALFORMED);
    p = ipv4_udp();
    set(&p, 3, 19); /* less than the header */
    cr_expect_eq(reason_of(&p), DATAGRAM_MALFORMED);
    p = ipv4_udp();
    set(&p, 3, 27); /* no room for UDP */
    cr_expect_eq(reason_of(&p), DATAGRAM_MALFORMED);
    p = ipv6_udp();
    set(&p, 5, 7);
    cr_expect_eq(reason_of(&p), DATAGRAM_MALFORMED);
    p = ipv4_udp();
    set(&p, 0, 0x65); /* the version */
    packet_ethernet(&p, TYPE_IPV4);
    struct rig r;
    rig_open(&r, NULL);
    cr_expect_eq(rig_take(&r, &p, LINK_ETHERNET, 0), DATAGRAM_MALFORMED);
    set(&p, 12, 0x86);
    set(&p, 13, 0xdd);
    set(&p, 14, 0x45);
    cr_expect_eq(rig_take(&r, &p, LINK_ETHERNET, 0), DATAGRAM_MALFORMED);
    rig_close(&r);
}

Test(ip, other_protocols_are_not_udp)
{
    static const uint8_t protocols[] = { 1, 2, 6, 50, 58, 59, 89, 103, 132, 136, 255 };
    for (size_t i = 0; i < sizeof protocols; i++) {
        struct packet p = ipv4_udp();
        set(&p, 9, protocols[i]);
        cr_expect_eq(reason_of(&p), DATAGRAM_NOT_UDP, "%u", protocols[i]);
        p = ipv6_udp();
        set(&p, 6, protocols[i]);
        cr_expect_eq(reason_of(&p), DATAGRAM_NOT_UDP, "%u", protocols[i]);
    }
}

Test(ip, extension_headers_belong_to_ipv6)
{
    static const uint8_t protocols[] = { 0, 43, 44, 60, 135, 139, 140 };
    for (size_t i = 0; i < sizeof protocols; i++) {
        struct packet p;
        packet_payload(&p, PAYLOAD);
        packet_udp(&p);
        packet_extension(&p, PROTOCOL_UDP, 0);
        packet_ipv4(&p, protocols[i]);
        cr_expect_eq(reason_of(&p), DATAGRAM_NOT_UDP, "%u", protocols[i]);
        p.start += 20;
        packet_ipv6(&p, protocols[i]);
        cr_expect_eq(reason_of(&p), DATAGRAM_OK, "%u", protocols[i]);
    }
}

Test(ip, an_extension_beyond_the_end_is_malformed)
{
    struct packet p;
    packet_payload(&p, PAYLOAD);
    packet_udp(&p);
    packet_extension(&p, PROTOCOL_UDP, 0);
    set(&p, 1, 255);
    packet_ipv6(&p, 60);
    cr_expect_eq(reason_of(&p), DATAGRAM_MALFORMED);
}

Test(ip, extension_headers_without_end_are_too_deep)
{
    struct packet p;
    packet_payload(&p, PAYLOAD);
    packet_udp(&p);
    packet_extension(&p, PROTOCOL_UDP, 0);
    for (int i = 0; i < 100; i++)
        packet_extension(&p, 60, 0);
    packet_ipv6(&p, 60);
    cr_expect_eq(reason_of(&p), DATAGRAM_TOO_DEEP);
}
