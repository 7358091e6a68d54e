/* SPDX-License-Identifier: MIT */
#include "datagram/anatomy.h"

#include <criterion/criterion.h>
#include <string.h>

#include "piece.h"
#include "way.h"

static struct anatomy anatomy_of_packet(const struct packet *p, uint16_t link)
{
    uint32_t length = (uint32_t)packet_length(p);
    return anatomy_of(packet_data(p), length, length, link);
}

/* Headers follow each other without a gap, and the payload is where datagrams_take() finds it. */
Test(anatomy, of_every_way)
{
    for (size_t i = 0; i < WAY_COUNT; i++) {
        struct packet p = { .start = 0 };
        struct rig r;
        packet_payload(&p, 100);
        WAYS[i].wrap(&p);
        packet_trailer(&p, 6);
        rig_open(&r, NULL);
        cr_assert_eq(rig_take(&r, &p, WAYS[i].link, 0), DATAGRAM_OK);
        struct anatomy a = anatomy_of_packet(&p, WAYS[i].link);
        cr_expect_eq(a.reason, DATAGRAM_OK, "%s", WAYS[i].name);
        cr_assert_gt(a.count, 1, "%s", WAYS[i].name);
        uint32_t at = 0;
        for (size_t h = 0; h < a.count; h++) {
            char text[ANATOMY_TEXT];
            cr_expect_eq(a.header[h].offset, at, "%s, header %zu", WAYS[i].name, h);
            at += a.header[h].length;
            cr_expect_gt(anatomy_text(&a.header[h], packet_data(&p), text), 0);
        }
        cr_expect_eq(a.payload, at, "%s", WAYS[i].name);
        cr_expect_eq(a.payload_length, r.out.length, "%s", WAYS[i].name);
        cr_expect_eq(memcmp(packet_data(&p) + a.payload, r.out.data, r.out.length), 0, "%s", WAYS[i].name);
        cr_expect_str_eq(a.header[a.count - 1].name, "UDP");
        rig_close(&r);
    }
}

Test(anatomy, texts)
{
    static const char *const texts[] = { "Ethernet, ", "VLAN 7, priority 3",
                                         "IPv4, 10.0.0.1 -> 10.0.0.2, time to live ",
                                         "UDP, port 50000 -> 2055, length 28" };
    struct packet p = { .start = 0 };
    packet_payload(&p, 20);
    packet_udp(&p);
    packet_ipv4(&p, PROTOCOL_UDP);
    packet_vlan(&p, 7, TYPE_IPV4);
    packet_ethernet(&p, 0x8100);
    struct anatomy a = anatomy_of_packet(&p, LINK_ETHERNET);
    cr_assert_eq(a.count, 4);
    for (size_t i = 0; i < 4; i++) {
        char text[ANATOMY_TEXT];
        anatomy_text(&a.header[i], packet_data(&p), text);
        cr_expect_eq(strncmp(text, texts[i], strlen(texts[i])), 0, "%s", text);
    }
}

Test(anatomy, a_fragment_ends_it)
{
    for (uint8_t family = 4; family <= 6; family += 2) {
        struct packet p = { .start = 0 };
        struct piece piece = piece_nth(family, 9, 1);
        char text[ANATOMY_TEXT];
        piece_build(&p, &piece);
        struct anatomy a = anatomy_of_packet(&p, LINK_RAW);
        cr_expect_eq(a.reason, DATAGRAM_FRAGMENT);
        cr_expect_eq(a.payload_length, PIECE);
        anatomy_text(&a.header[a.count - 1], packet_data(&p), text);
        cr_expect_not_null(strstr(text, " at 64, more to come, id 9"), "%s", text);
    }
}

Test(anatomy, of_what_is_cut_anywhere)
{
    for (size_t i = 0; i < WAY_COUNT; i++) {
        struct packet p = { .start = 0 };
        packet_payload(&p, 3);
        WAYS[i].wrap(&p);
        uint32_t length = (uint32_t)packet_length(&p);
        for (uint32_t n = 0; n < length - 3; n++) {
            struct anatomy a = anatomy_of(packet_data(&p), n, length, WAYS[i].link);
            struct rig r;
            rig_open(&r, NULL);
            cr_expect_eq(a.reason, rig_take_cut(&r, &p, WAYS[i].link, 0, n), "%s, %u octets", WAYS[i].name,
                         n);
            rig_close(&r);
            cr_expect_leq(a.payload, n);
            cr_expect_leq(a.payload_length, n - a.payload);
        }
    }
    cr_expect_eq(anatomy_of(NULL, 0, 0, 65000).reason, DATAGRAM_LINK_UNKNOWN);
}
