/* SPDX-License-Identifier: MIT */
#include "datagram/datagram.h"

#include <criterion/criterion.h>
#include <string.h>

#include "way.h"

enum { PAYLOAD = 100 };

static void wrap(struct packet *p, const struct way *way)
{
    packet_payload(p, PAYLOAD);
    way->wrap(p);
}

Test(datagram, every_way_leads_to_the_payload)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    for (size_t i = 0; i < WAY_COUNT; i++) {
        const struct way *way = &WAYS[i];
        wrap(&p, way);
        rig_take(&r, &p, way->link, 0);
        expect_payload(&r.out, PAYLOAD, way->name);
        cr_expect_eq(r.out.dport, DPORT, "%s", way->name);
        cr_expect_eq(r.out.src.family, way->family, "%s", way->name);
        cr_expect_eq(r.out.dst.family, way->family, "%s", way->name);
        cr_expect_eq(r.out.vlan, way->vlan, "%s: VLAN %u", way->name, r.out.vlan);
        cr_expect_not(r.out.reassembled);
    }
    cr_expect_eq(datagrams_counters(r.dg)->reason[DATAGRAM_OK], WAY_COUNT);
    rig_close(&r);
}

Test(datagram, a_trailer_is_no_payload)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    for (size_t i = 0; i < WAY_COUNT; i++) {
        wrap(&p, &WAYS[i]);
        packet_trailer(&p, 22);
        rig_take(&r, &p, WAYS[i].link, 0);
        expect_payload(&r.out, PAYLOAD, WAYS[i].name);
    }
    rig_close(&r);
}

/* An outer payload that ends before its tunnel's header is all there is. */
static bool is_outer(const struct datagram *out)
{
    return (out->dport == 4789 || out->dport == 6081) && out->length < 8;
}

Test(datagram, cut_anywhere_it_is_a_piece_of_the_payload_or_cut)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    for (size_t i = 0; i < WAY_COUNT; i++) {
        wrap(&p, &WAYS[i]);
        size_t length = packet_length(&p), headers = length - PAYLOAD;
        for (size_t n = 0; n < length; n++) {
            enum datagram_reason reason = rig_take_cut(&r, &p, WAYS[i].link, 0, n);
            if (n < headers && (reason == DATAGRAM_CUT || is_outer(&r.out)))
                continue;
            cr_assert_eq(reason, DATAGRAM_OK, "%s cut to %zu: %s", WAYS[i].name, n,
                         datagram_reason_text(reason));
            cr_assert_eq(r.out.length, n - headers, "%s cut to %zu", WAYS[i].name, n);
            cr_assert_eq(r.out.wire_length, PAYLOAD, "%s cut to %zu", WAYS[i].name, n);
            cr_assert(n == headers || r.out.data[n - headers - 1] == packet_octet(n - headers - 1));
        }
    }
    rig_close(&r);
}

/* A frame that was sent no longer than it is cannot carry its headers: never a datagram, always a reason. */
Test(datagram, short_frames_are_cut_or_malformed)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    for (size_t i = 0; i < WAY_COUNT; i++) {
        wrap(&p, &WAYS[i]);
        size_t headers = packet_length(&p) - PAYLOAD;
        p.end = p.start;
        for (size_t n = 0; n < headers; n++, p.end++) {
            enum datagram_reason reason = rig_take(&r, &p, WAYS[i].link, 0);
            cr_assert(reason == DATAGRAM_CUT || reason == DATAGRAM_MALFORMED || is_outer(&r.out),
                      "%s of %zu octets: %s", WAYS[i].name, n, datagram_reason_text(reason));
        }
    }
    rig_close(&r);
}

/* The frame as it is, and in Linux's cooked form: one takes the short way, the other all layers. */
static void expect_same_both_ways(const struct packet *plain, size_t captured)
{
    struct packet cooked = *plain;
    cooked.start += 14;
    packet_u16(&cooked, TYPE_IPV4);
    packet_front(&cooked, 14);
    struct rig a, b;
    rig_open(&a, NULL);
    rig_open(&b, NULL);
    rig_take_cut(&a, plain, LINK_ETHERNET, 0, captured);
    rig_take_cut(&b, &cooked, LINK_SLL, 0, captured + 2);
    cr_expect_eq(a.out.reason, b.out.reason);
    cr_expect_eq(a.out.length, b.out.length);
    cr_expect_eq(a.out.wire_length, b.out.wire_length);
    cr_expect(addr_equal(&a.out.src, &b.out.src));
    cr_expect(addr_equal(&a.out.dst, &b.out.dst));
    cr_expect_eq(a.out.sport, b.out.sport);
    cr_expect_eq(a.out.dport, b.out.dport);
    if (a.out.reason == DATAGRAM_OK)
        cr_expect_eq(memcmp(a.out.data, b.out.data, a.out.length), 0);
    rig_close(&a);
    rig_close(&b);
}

Test(datagram, the_short_way_finds_what_the_layers_find)
{
    struct packet p;
    packet_plain(&p, PAYLOAD);
    size_t length = packet_length(&p);
    for (size_t n = 14; n <= length; n++)
        expect_same_both_ways(&p, n);
    for (size_t at = 14; at < length - PAYLOAD; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            packet_plain(&p, PAYLOAD);
            p.room[p.start + at] ^= (uint8_t)(1u << bit);
            expect_same_both_ways(&p, length);
        }
    }
}

Test(datagram, addresses_are_those_of_the_header)
{
    struct packet p;
    struct rig r;
    struct addr src = addr_v4(IPV4_SRC), dst = addr_v4(IPV4_DST);
    rig_open(&r, NULL);
    packet_plain(&p, PAYLOAD);
    rig_take(&r, &p, LINK_ETHERNET, 0);
    cr_expect(addr_equal(&r.out.src, &src));
    cr_expect(addr_equal(&r.out.dst, &dst));
    packet_payload(&p, PAYLOAD);
    packet_udp(&p);
    packet_ipv6(&p, PROTOCOL_UDP);
    rig_take(&r, &p, LINK_RAW, 0);
    cr_assert(addr_parse("2001::1", &src) && addr_parse("2001::2", &dst));
    cr_expect(addr_equal(&r.out.src, &src));
    cr_expect(addr_equal(&r.out.dst, &dst));
    rig_close(&r);
}

Test(datagram, every_reason_has_its_own_text)
{
    for (unsigned i = 0; i < DATAGRAM_REASONS; i++) {
        const char *text = datagram_reason_text((enum datagram_reason)i);
        cr_assert(text && *text);
        for (unsigned k = 0; k < i; k++)
            cr_expect_str_neq(text, datagram_reason_text((enum datagram_reason)k));
    }
    cr_expect_str_eq(datagram_reason_text(DATAGRAM_REASONS), "unknown");
}

Test(datagram, frames_are_counted_by_reason)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    packet_plain(&p, PAYLOAD);
    rig_take(&r, &p, LINK_ETHERNET, 0);
    rig_take(&r, &p, LINK_ETHERNET, 0);
    rig_take(&r, &p, 9999, 0);
    rig_take_cut(&r, &p, LINK_ETHERNET, 0, 20);
    const struct datagrams_counters *c = datagrams_counters(r.dg);
    cr_expect_eq(c->reason[DATAGRAM_OK], 2);
    cr_expect_eq(c->reason[DATAGRAM_LINK_UNKNOWN], 1);
    cr_expect_eq(c->reason[DATAGRAM_CUT], 1);
    rig_close(&r);
}

Test(datagram, freeing_nothing_is_fine)
{
    datagrams_free(NULL);
}
