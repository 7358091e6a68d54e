/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "packet.h"

enum { PAYLOAD = 60, TRAILING = 12 };

/* A frame whose UDP header says `length`, below IP with room for PAYLOAD octets of payload. */
static enum datagram_reason take(struct rig *r, unsigned length, uint16_t link)
{
    struct packet p;
    packet_payload(&p, PAYLOAD);
    packet_udp(&p);
    p.room[p.start + 4] = (uint8_t)(length >> 8);
    p.room[p.start + 5] = (uint8_t)length;
    packet_ipv4(&p, PROTOCOL_UDP);
    if (link == LINK_ETHERNET)
        packet_ethernet(&p, TYPE_IPV4);
    packet_trailer(&p, TRAILING);
    return rig_take(r, &p, link, 0);
}

static void expect_lengths(unsigned udp_length, uint32_t length, uint32_t wire_length)
{
    static const uint16_t links[] = { LINK_ETHERNET, LINK_RAW };
    struct rig r;
    rig_open(&r, NULL);
    for (size_t i = 0; i < 2; i++) {
        cr_expect_eq(take(&r, udp_length, links[i]), DATAGRAM_OK, "UDP length %u", udp_length);
        cr_expect_eq(r.out.length, length, "UDP length %u: %u", udp_length, r.out.length);
        cr_expect_eq(r.out.wire_length, wire_length, "UDP length %u: %u", udp_length, r.out.wire_length);
    }
    rig_close(&r);
}

Test(udp, length_decides)
{
    expect_lengths(PAYLOAD + 8, PAYLOAD, PAYLOAD);
    expect_lengths(8, 0, 0);
    expect_lengths(9, 1, 1);
    expect_lengths(PAYLOAD + 7, PAYLOAD - 1, PAYLOAD - 1);
}

Test(udp, length_zero_is_all_that_ip_carries)
{
    expect_lengths(0, PAYLOAD, PAYLOAD);
}

Test(udp, length_beyond_ip_announces_what_was_not_sent)
{
    static const unsigned lengths[] = { PAYLOAD + 9, 65535 };
    struct rig r;
    for (size_t i = 0; i < 2; i++) {
        expect_lengths(lengths[i], PAYLOAD, PAYLOAD);
        rig_open(&r, NULL);
        take(&r, lengths[i], LINK_RAW);
        cr_expect_eq(r.out.announced, lengths[i] - 8, "%u", r.out.announced);
        take(&r, PAYLOAD + 7, LINK_RAW);
        cr_expect_eq(r.out.announced, 0);
        rig_close(&r);
    }
}

Test(udp, length_below_the_header_is_malformed)
{
    struct rig r;
    rig_open(&r, NULL);
    for (unsigned length = 1; length < 8; length++) {
        cr_expect_eq(take(&r, length, LINK_ETHERNET), DATAGRAM_MALFORMED, "%u", length);
        cr_expect_eq(take(&r, length, LINK_RAW), DATAGRAM_MALFORMED, "%u", length);
    }
    rig_close(&r);
}
