/* SPDX-License-Identifier: MIT */
/* Datagrams of which fragments are missing: who is told, when, and what of them is there. */
#include <criterion/criterion.h>
#include <string.h>

#include "piece.h"

struct told {
    unsigned count;
    struct datagram_lost last;
    uint8_t octets[WHOLE];
};

static void tell(void *user, const struct datagram_lost *lost)
{
    struct told *told = user;
    told->count++;
    told->last = *lost;
    cr_assert_leq(lost->datagram.length, sizeof told->octets);
    memcpy(told->octets, lost->datagram.data, lost->datagram.length);
}

static void open_told(struct rig *r, struct told *told)
{
    struct datagrams_config config = { .lost = tell, .user = told, .max_datagrams = 2 };
    *told = (struct told) { .count = 0 };
    rig_open(r, &config);
}

/* The pieces whose bits are set, of the datagram `id` in the frames 100, 101 ... */
static void take_pieces(struct rig *r, uint8_t family, uint32_t id, unsigned bits)
{
    for (unsigned i = 0; i < PIECES; i++) {
        struct piece f = piece_nth(family, id, i);
        if (!(bits >> i & 1))
            continue;
        datagrams_name_frame(r->dg, 100 + i);
        cr_expect_eq(piece_take(r, &f, 0), DATAGRAM_FRAGMENT);
    }
}

static void expect_lost(const struct told *told, uint64_t frame, uint32_t octets, uint32_t length)
{
    const struct datagram *d = &told->last.datagram;
    cr_assert_eq(told->count, 1);
    cr_expect_eq(told->last.frame, frame);
    cr_expect_eq(told->last.octets, octets, "%u octets", told->last.octets);
    cr_expect_eq(d->length, length, "%u without a gap", d->length);
    cr_expect_eq(d->wire_length, PAYLOAD);
    cr_expect_eq(d->sport, SPORT);
    cr_expect_eq(d->dport, DPORT);
    for (size_t i = 0; i < d->length; i++)
        cr_expect_eq(told->octets[i], packet_octet(i), "octet %zu", i);
}

Test(lost, at_the_end)
{
    for (uint8_t family = 4; family <= 6; family += 2) {
        struct rig r;
        struct told told;
        open_told(&r, &told);
        take_pieces(&r, family, 1, 0xb);
        cr_expect_eq(told.count, 0);
        datagrams_finish(r.dg);
        expect_lost(&told, 100, PAYLOAD - PIECE, 2 * PIECE - 8);
        cr_expect_eq(told.last.datagram.src.family, family);
        cr_expect_eq(datagrams_counters(r.dg)->expired, 1);
        expect_waiting(&r, 0);
        rig_close(&r);
    }
}

Test(lost, when_it_waited_too_long)
{
    struct rig r;
    struct told told;
    struct packet p;
    open_told(&r, &told);
    take_pieces(&r, 4, 1, 0x5);
    packet_plain(&p, 10);
    rig_take(&r, &p, LINK_ETHERNET, 31 * SECOND);
    expect_lost(&told, 100, 2 * PIECE - 8, PIECE - 8);
    datagrams_finish(r.dg);
    cr_expect_eq(told.count, 1);
    rig_close(&r);
}

Test(lost, when_others_need_the_room)
{
    struct rig r;
    struct told told;
    open_told(&r, &told);
    for (uint32_t id = 1; id <= 3; id++)
        take_pieces(&r, 4, id, 0x1);
    expect_lost(&told, 100, PIECE - 8, PIECE - 8);
    rig_close(&r);
}

Test(lost, when_its_fragments_contradict_each_other)
{
    struct rig r;
    struct told told;
    struct piece other = piece_nth(4, 1, 0);
    other.mask = 1;
    open_told(&r, &told);
    take_pieces(&r, 4, 1, 0x1);
    cr_expect_eq(piece_take(&r, &other, 0), DATAGRAM_FRAGMENT_BAD);
    expect_lost(&told, 100, PIECE - 8, PIECE - 8);
    datagrams_finish(r.dg);
    cr_expect_eq(told.count, 1, "once");
    cr_expect_eq(datagrams_counters(r.dg)->expired, 0);
    rig_close(&r);
}

Test(lost, not_without_its_beginning_nor_when_it_is_whole)
{
    struct rig r;
    struct told told;
    open_told(&r, &told);
    take_pieces(&r, 4, 1, 0xe);
    take_pieces(&r, 4, 2, 0x7);
    struct piece last = piece_nth(4, 2, 3);
    cr_expect_eq(piece_take(&r, &last, 0), DATAGRAM_OK);
    datagrams_finish(r.dg);
    cr_expect_eq(told.count, 0);
    cr_expect_eq(datagrams_counters(r.dg)->expired, 1);
    rig_close(&r);
}
