/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "piece.h"

static const uint8_t FAMILIES[] = { 4, 6 };

static enum datagram_reason take(struct rig *r, uint8_t family, size_t from, size_t to)
{
    return piece_take(r, &(struct piece) { .family = family, .payload = PAYLOAD, .from = from, .to = to }, 0);
}

static enum datagram_reason take_other(struct rig *r, uint8_t family, size_t from, size_t to)
{
    return piece_take(
        r, &(struct piece) { .family = family, .payload = PAYLOAD, .from = from, .to = to, .mask = 1 }, 0);
}

/* The n-th of the 24 orders of four. */
static void order_of(unsigned n, size_t order[PIECES])
{
    size_t left[PIECES] = { 0, 1, 2, 3 };
    for (unsigned count = PIECES; count > 0; count--) {
        unsigned pick = n % count;
        n /= count;
        order[PIECES - count] = left[pick];
        memmove(left + pick, left + pick + 1, (count - 1 - pick) * sizeof *left);
    }
}

Test(fragment, pieces_may_come_in_any_order)
{
    struct rig r;
    rig_open(&r, NULL);
    for (unsigned n = 0; n < 24 * 2; n++) {
        uint8_t family = FAMILIES[n % 2];
        size_t order[PIECES];
        order_of(n / 2, order);
        for (size_t i = 0; i < PIECES; i++) {
            struct piece f = piece_nth(family, n, order[i]);
            enum datagram_reason reason = piece_take(&r, &f, 0);
            cr_assert_eq(reason, i == PIECES - 1 ? DATAGRAM_OK : DATAGRAM_FRAGMENT, "order %u, piece %zu", n,
                         i);
        }
        expect_payload(&r.out, PAYLOAD, "reassembled");
        cr_expect(r.out.reassembled);
        cr_expect_eq(r.out.src.family, family);
        cr_expect_eq(r.out.dport, DPORT);
    }
    cr_expect_eq(datagrams_counters(r.dg)->reassembled, 48);
    cr_expect_eq(datagrams_counters(r.dg)->reason[DATAGRAM_FRAGMENT], 48 * 3);
    expect_waiting(&r, 0);
    rig_close(&r);
}

Test(fragment, datagrams_may_be_interleaved)
{
    struct rig r;
    rig_open(&r, NULL);
    for (size_t i = 0; i < PIECES; i++) {
        for (uint32_t id = 0; id < 200; id++) {
            struct piece f = piece_nth(FAMILIES[id % 2], id, (i + id) % PIECES);
            piece_take(&r, &f, 0);
            if (i == PIECES - 1)
                expect_payload(&r.out, PAYLOAD, "interleaved");
        }
    }
    cr_expect_eq(datagrams_counters(r.dg)->reassembled, 200);
    rig_close(&r);
}

Test(fragment, the_largest_datagram_in_the_smallest_pieces)
{
    enum { MOST = 65535 - 8 };
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    struct piece f = { .family = 6, .payload = MOST };
    for (size_t n = 0; n <= 65535 / 8; n++) {
        f.from = n * 5 % 8192 * 8; /* 5 and 8192 have no common divisor: every piece once */
        f.to = f.from + 8 < 65535 ? f.from + 8 : 65535;
        piece_build(&p, &f);
        rig_take(&r, &p, LINK_RAW, 0);
    }
    expect_payload(&r.out, MOST, "the largest");
    rig_close(&r);
}

/* Identification, addresses and VLAN each keep datagrams apart. */
Test(fragment, keys_keep_datagrams_apart)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    struct piece first = { .family = 4, .id = 1, .payload = PAYLOAD, .from = 0, .to = PIECE };
    struct piece last = { .family = 4, .id = 1, .payload = PAYLOAD, .from = PIECE, .to = WHOLE };
    cr_expect_eq(piece_take(&r, &first, 0), DATAGRAM_FRAGMENT);
    last.id = 2;
    cr_expect_eq(piece_take(&r, &last, 0), DATAGRAM_FRAGMENT);
    last.id = 1;
    for (size_t at = 12; at < 20; at++) { /* the addresses */
        piece_build(&p, &last);
        p.room[p.start + at] ^= 1;
        cr_expect_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_FRAGMENT, "octet %zu", at);
    }
    piece_build(&p, &last);
    p.room[p.start + 9] = PROTOCOL_GRE;
    cr_expect_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_FRAGMENT, "protocol");
    piece_build(&p, &last);
    packet_vlan(&p, 9, TYPE_IPV4);
    packet_ethernet(&p, 0x8100);
    cr_expect_eq(rig_take(&r, &p, LINK_ETHERNET, 0), DATAGRAM_FRAGMENT, "VLAN");
    expect_waiting(&r, 12);
    cr_expect_eq(piece_take(&r, &last, 0), DATAGRAM_OK);
    expect_payload(&r.out, PAYLOAD, "its own pieces");
    rig_close(&r);
}

/* The last piece of `first`'s datagram, but of another VLAN or protocol. */
static enum datagram_reason take_stranger(struct rig *r, uint32_t id, uint16_t vlan, uint8_t protocol)
{
    struct packet p;
    piece_build(&p,
                &(struct piece) { .family = 4, .id = id, .payload = PAYLOAD, .from = PIECE, .to = WHOLE });
    p.room[p.start + 9] = protocol;
    packet_vlan(&p, vlan, TYPE_IPV4);
    packet_ethernet(&p, 0x8100);
    return rig_take(r, &p, LINK_ETHERNET, 0);
}

/* So many in so small a table that some share a bucket. */
Test(fragment, keys_keep_datagrams_apart_within_a_bucket)
{
    static const struct datagrams_config config = { .max_datagrams = 16 };
    static const uint8_t protocols[] = { 4, 41, 47, 51, 137 };
    struct rig r;
    rig_open(&r, &config);
    for (uint32_t id = 0; id < 60; id++) {
        struct piece first = { .family = 4, .id = id, .payload = PAYLOAD, .from = 0, .to = PIECE };
        cr_expect_eq(piece_take(&r, &first, 0), DATAGRAM_FRAGMENT);
        for (uint16_t vlan = 1; vlan <= 10; vlan++)
            cr_assert_eq(take_stranger(&r, id, vlan, PROTOCOL_UDP), DATAGRAM_FRAGMENT, "VLAN %u", vlan);
        for (size_t i = 0; i < sizeof protocols; i++)
            cr_assert_eq(take_stranger(&r, id, 0, protocols[i]), DATAGRAM_FRAGMENT, "protocol %u",
                         protocols[i]);
        cr_assert_eq(take_stranger(&r, id, 0, PROTOCOL_UDP), DATAGRAM_OK);
    }
    rig_close(&r);
}

/* RFC 8200, 4.5: fragments may differ in the next header, and the first one's is meant. */
Test(fragment, the_first_piece_says_what_follows)
{
    struct rig r;
    rig_open(&r, NULL);
    for (unsigned n = 0; n < 24; n++) {
        size_t order[PIECES];
        order_of(n, order);
        for (size_t i = 0; i < PIECES; i++) {
            struct packet p;
            struct piece f = piece_nth(6, n, order[i]);
            piece_build(&p, &f);
            if (f.from > 0)
                p.room[p.start + 40] = 60; /* in the fragment header */
            rig_take(&r, &p, LINK_RAW, 0);
        }
        expect_payload(&r.out, PAYLOAD, "next header of the first");
    }
    rig_close(&r);
}

Test(fragment, other_protocols_are_not_kept)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    struct piece f = piece_nth(4, 1, 0);
    piece_build(&p, &f);
    p.room[p.start + 9] = 6;
    cr_expect_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_NOT_UDP);
    f = piece_nth(6, 1, 0);
    piece_build(&p, &f);
    p.room[p.start + 40] = 58;
    cr_expect_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_NOT_UDP);
    expect_waiting(&r, 0);
    rig_close(&r);
}

Test(fragment, a_trailer_is_no_part_of_the_last_piece)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    take(&r, 4, 0, 3 * PIECE);
    struct piece last = { .family = 4, .payload = PAYLOAD, .from = 3 * PIECE, .to = WHOLE };
    piece_build(&p, &last);
    packet_ethernet(&p, TYPE_IPV4);
    packet_trailer(&p, 30);
    rig_take(&r, &p, LINK_ETHERNET, 0);
    expect_payload(&r.out, PAYLOAD, "with a trailer");
    rig_close(&r);
}

Test(fragment, exact_duplicates_do_no_harm)
{
    struct rig r;
    rig_open(&r, NULL);
    for (size_t k = 0; k < 2; k++) {
        uint8_t family = FAMILIES[k];
        for (int i = 0; i < 3; i++)
            cr_expect_eq(take(&r, family, PIECE, 2 * PIECE), DATAGRAM_FRAGMENT);
        for (int i = 0; i < 3; i++)
            cr_expect_eq(take(&r, family, 2 * PIECE, WHOLE), DATAGRAM_FRAGMENT);
        take(&r, family, 0, PIECE);
        expect_payload(&r.out, PAYLOAD, "with duplicates");
    }
    rig_close(&r);
}

Test(fragment, a_duplicate_that_differs_drops_the_datagram)
{
    struct rig r;
    rig_open(&r, NULL);
    for (size_t k = 0; k < 2; k++) {
        uint8_t family = FAMILIES[k];
        cr_expect_eq(take(&r, family, 0, PIECE), DATAGRAM_FRAGMENT);
        cr_expect_eq(take_other(&r, family, 0, PIECE), DATAGRAM_FRAGMENT_BAD);
        expect_waiting(&r, 0);
        cr_expect_eq(take(&r, family, 0, PIECE), DATAGRAM_FRAGMENT_BAD, "the dropped one is remembered");
        cr_expect_eq(take(&r, family, PIECE, WHOLE), DATAGRAM_FRAGMENT_BAD);
    }
    cr_expect_eq(datagrams_counters(r.dg)->reassembled, 0);
    rig_close(&r);
}

struct overlap {
    size_t had_from, had_to, from, to;
};

/* A second piece that overlaps the first at its end, its start, within, around, and two at once. */
static const struct overlap OVERLAPS[] = {
    { 0, 128, 64, 192 }, { 64, 192, 0, 128 }, { 0, 128, 8, 64 },       { 64, 72, 0, 128 },
    { 0, 64, 0, 128 },   { 64, 128, 0, 128 }, { 136, WHOLE, 64, 144 }, { 64, 128, 64, WHOLE },
};

Test(fragment, overlaps_that_agree_are_fine_in_ipv4_alone)
{
    for (size_t i = 0; i < sizeof OVERLAPS / sizeof OVERLAPS[0]; i++) {
        const struct overlap *o = &OVERLAPS[i];
        struct rig r;
        rig_open(&r, NULL);
        take(&r, 4, o->had_from, o->had_to);
        cr_expect_eq(take(&r, 4, o->from, o->to), DATAGRAM_FRAGMENT, "overlap %zu", i);
        if (take(&r, 4, 0, WHOLE - 5) == DATAGRAM_FRAGMENT)
            take(&r, 4, 3 * PIECE, WHOLE);
        expect_payload(&r.out, PAYLOAD, "overlapping");
        cr_expect_eq(take(&r, 6, o->had_from, o->had_to), DATAGRAM_FRAGMENT);
        cr_expect_eq(take(&r, 6, o->from, o->to), DATAGRAM_FRAGMENT_BAD, "overlap %zu", i);
        rig_close(&r);
    }
}

Test(fragment, overlaps_that_differ_drop_the_datagram)
{
    for (size_t i = 0; i < sizeof OVERLAPS / sizeof OVERLAPS[0]; i++) {
        const struct overlap *o = &OVERLAPS[i];
        for (size_t k = 0; k < 2; k++) {
            struct rig r;
            rig_open(&r, NULL);
            take(&r, FAMILIES[k], o->had_from, o->had_to);
            cr_expect_eq(take_other(&r, FAMILIES[k], o->from, o->to), DATAGRAM_FRAGMENT_BAD, "overlap %zu",
                         i);
            expect_waiting(&r, 0);
            rig_close(&r);
        }
    }
}

/* Two last pieces of different ends, and pieces beyond the end, in both orders. */
Test(fragment, ends_that_contradict_drop_the_datagram)
{
    static const struct piece pairs[][2] = {
        { { .payload = 200, .from = 136, .to = 208 }, { .payload = 208, .from = 208, .to = 216 } },
        { { .payload = 208, .from = 208, .to = 216 }, { .payload = 200, .from = 136, .to = 208 } },
        { { .payload = 56, .from = 56, .to = 64 }, { .payload = 500, .from = 64, .to = 128 } },
        { { .payload = 500, .from = 64, .to = 128 }, { .payload = 56, .from = 56, .to = 64 } },
    };
    for (size_t i = 0; i < 4 * 2; i++) {
        struct piece a = pairs[i / 2][0], b = pairs[i / 2][1];
        struct rig r;
        a.family = b.family = FAMILIES[i % 2];
        rig_open(&r, NULL);
        cr_expect_eq(piece_take(&r, &a, 0), DATAGRAM_FRAGMENT, "pair %zu", i / 2);
        cr_expect_eq(piece_take(&r, &b, 0), DATAGRAM_FRAGMENT_BAD, "pair %zu", i / 2);
        rig_close(&r);
    }
}

/* `length` octets that say they lie at `offset`. */
static enum datagram_reason take_raw(struct rig *r, uint8_t family, size_t offset, size_t length, bool more)
{
    struct packet p;
    packet_payload(&p, length);
    if (family == 6)
        packet_ipv6_piece(&p, 5, offset, more);
    else
        packet_ipv4_piece(&p, 5, offset, more);
    return rig_take(r, &p, LINK_RAW, 0);
}

Test(fragment, nothing_reaches_beyond_64_kib)
{
    for (size_t k = 0; k < 2; k++) {
        struct rig r;
        rig_open(&r, NULL);
        cr_expect_eq(take_raw(&r, FAMILIES[k], 65528, 7, false), DATAGRAM_FRAGMENT);
        cr_expect_eq(take_raw(&r, FAMILIES[k], 65528, 8, true), DATAGRAM_FRAGMENT_BAD);
        rig_close(&r);
        rig_open(&r, NULL);
        cr_expect_eq(take_raw(&r, FAMILIES[k], 0, 64, true), DATAGRAM_FRAGMENT);
        cr_expect_eq(take_raw(&r, FAMILIES[k], 65000, 600, false), DATAGRAM_FRAGMENT_BAD, "ping of death");
        cr_expect_eq(take_raw(&r, FAMILIES[k], 64, 64, false), DATAGRAM_FRAGMENT_BAD, "the whole datagram");
        rig_close(&r);
    }
}

/* An IPv6 frame whose length is not said and that was sent far longer than any datagram. */
Test(fragment, a_piece_of_absurd_size_is_refused)
{
    struct packet p;
    struct datagram out;
    struct datagrams *dg = datagrams_new(NULL);
    packet_payload(&p, 64);
    packet_ipv6_piece(&p, 5, 65528, false);
    p.room[p.start + 4] = p.room[p.start + 5] = 0;
    cr_expect_not(
        datagrams_take(dg, packet_data(&p), (uint32_t)packet_length(&p), UINT32_MAX, LINK_RAW, 0, &out));
    cr_expect_eq(out.reason, DATAGRAM_FRAGMENT_BAD);
    datagrams_free(dg);
}

Test(fragment, pieces_without_sense_are_malformed)
{
    struct rig r;
    rig_open(&r, NULL);
    for (size_t k = 0; k < 2; k++) {
        cr_expect_eq(take_raw(&r, FAMILIES[k], 64, 0, false), DATAGRAM_MALFORMED);
        cr_expect_eq(take_raw(&r, FAMILIES[k], 64, 0, true), DATAGRAM_MALFORMED);
        for (size_t length = 1; length < 8; length++)
            cr_expect_eq(take_raw(&r, FAMILIES[k], 64, 64 + length, true), DATAGRAM_MALFORMED);
    }
    expect_waiting(&r, 0);
    rig_close(&r);
}

/* What fits in one piece after all carries the lengths of UDP within. */
Test(fragment, a_reassembled_datagram_obeys_its_udp_length)
{
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    struct piece first = { .family = 4, .payload = 100, .from = 0, .to = 64 };
    piece_take(&r, &first, 0);
    packet_payload(&p, 80); /* 36 more than UDP says */
    packet_ipv4_piece(&p, 0, 64, false);
    cr_assert_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_OK);
    cr_expect_eq(r.out.length, 100);
    cr_expect_eq(r.out.wire_length, 100);
    rig_close(&r);
}

/* Of every piece at most `snap` octets of frame are captured. */
static void expect_cut(uint8_t family, unsigned order_number, size_t snap)
{
    size_t order[PIECES], headers = family == 6 ? 48 : 20, kept = snap - headers;
    struct packet p;
    struct rig r;
    rig_open(&r, NULL);
    order_of(order_number, order);
    for (size_t i = 0; i < PIECES; i++) {
        struct piece f = piece_nth(family, 1, order[i]);
        piece_build(&p, &f);
        size_t length = packet_length(&p);
        rig_take_cut(&r, &p, LINK_RAW, 0, length < snap ? length : snap);
    }
    size_t wanted = kept < PIECE ? kept : WHOLE;
    if (wanted < 8) {
        cr_expect_eq(r.out.reason, DATAGRAM_CUT, "%zu octets kept", kept);
    } else {
        cr_assert_eq(r.out.reason, DATAGRAM_OK, "%zu octets kept: %s", kept,
                     datagram_reason_text(r.out.reason));
        cr_expect_eq(r.out.length, wanted - 8, "%zu octets kept: %u", kept, r.out.length);
        cr_expect_eq(r.out.wire_length, PAYLOAD);
        for (size_t i = 0; i + 8 < wanted; i++)
            cr_assert_eq(r.out.data[i], packet_octet(i));
    }
    rig_close(&r);
}

Test(fragment, cut_pieces_give_what_is_contiguous)
{
    for (unsigned n = 0; n < 24; n++) {
        for (size_t kept = 0; kept <= PIECE; kept++) {
            expect_cut(4, n, 20 + kept);
            expect_cut(6, n, 48 + kept);
        }
    }
}

/* A piece that comes whole and cut short, in either order. */
Test(fragment, a_cut_duplicate_does_no_harm)
{
    for (size_t k = 0; k < 4; k++) {
        uint8_t family = FAMILIES[k % 2];
        bool cut_first = k < 2; /* before a buffer may be reused that has the octets */
        struct packet p;
        struct rig r;
        struct piece f = piece_nth(family, 0, 0);
        rig_open(&r, NULL);
        piece_build(&p, &f);
        size_t length = packet_length(&p);
        for (int i = 0; i < 2; i++) {
            bool cut = cut_first == (i == 0);
            cr_expect_eq(rig_take_cut(&r, &p, LINK_RAW, 0, cut ? length - 30 : length), DATAGRAM_FRAGMENT);
        }
        cr_expect_eq(take(&r, family, PIECE, WHOLE), DATAGRAM_OK);
        cr_expect_eq(r.out.length, cut_first ? PIECE - 30 - 8 : PAYLOAD);
        cr_expect_eq(r.out.wire_length, PAYLOAD);
        rig_close(&r);
    }
}

/* The tunnel's packet comes in fragments, and so does the datagram within. */
Test(fragment, fragments_within_fragments)
{
    struct packet p, inner;
    struct rig r;
    rig_open(&r, NULL);
    enum datagram_reason reason = DATAGRAM_OK;
    for (size_t i = 0; i < PIECES; i++) {
        struct piece f = piece_nth(6, 3, PIECES - 1 - i);
        piece_build(&inner, &f);
        size_t length = packet_length(&inner), half = 48;
        packet_octets(&p, packet_data(&inner) + half, length - half);
        packet_ipv4_piece(&p, (uint16_t)i, half, false);
        p.room[p.start + 9] = 41;
        cr_expect_eq(rig_take(&r, &p, LINK_RAW, 0), DATAGRAM_FRAGMENT);
        packet_octets(&p, packet_data(&inner), half);
        packet_ipv4_piece(&p, (uint16_t)i, 0, true);
        p.room[p.start + 9] = 41;
        reason = rig_take(&r, &p, LINK_RAW, 0);
        cr_expect_eq(reason, i == PIECES - 1 ? DATAGRAM_OK : DATAGRAM_FRAGMENT, "%zu", i);
    }
    expect_payload(&r.out, PAYLOAD, "fragments within fragments");
    cr_expect_eq(datagrams_counters(r.dg)->reassembled, PIECES + 1);
    rig_close(&r);
}

Test(fragment, the_frames_it_came_in_are_named)
{
    static const size_t order[] = { 2, 0, 0, 3, 1 }; /* one comes twice and brings nothing */
    static const uint64_t named[] = { 100, 101, 103, 104 };
    struct rig r;
    rig_open(&r, NULL);
    for (uint32_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
            struct piece f = piece_nth(4, round, order[i]);
            datagrams_mark_frame(r.dg, round == 0 ? 100 + i : 0);
            piece_take(&r, &f, 0);
        }
        cr_assert(r.out.reassembled);
        cr_expect_eq(r.out.mark_count, round == 0 ? 4 : 0, "without marks there are none");
        for (uint32_t i = 0; i < r.out.mark_count; i++)
            cr_expect_eq(r.out.marks[i], named[i]);
    }
    rig_close(&r);
}
