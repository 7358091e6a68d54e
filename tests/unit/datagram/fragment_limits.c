/* SPDX-License-Identifier: MIT */
/* What waits too long, and what makes way when too much waits. */
#include <criterion/criterion.h>

#include "piece.h"

Test(fragment_limits, what_waits_too_long_is_given_up)
{
    static const struct datagrams_config config = { .expiry = 5 * SECOND };
    struct rig r;
    rig_open(&r, &config);
    struct piece first = piece_nth(4, 1, 0), second = piece_nth(4, 2, 0);
    piece_take(&r, &first, 100 * SECOND);
    piece_take(&r, &second, 103 * SECOND);
    expect_waiting(&r, 2);
    struct packet p;
    packet_plain(&p, 10);
    rig_take(&r, &p, LINK_ETHERNET, 105 * SECOND);
    expect_waiting(&r, 2);
    rig_take(&r, &p, LINK_ETHERNET, 105 * SECOND + 1);
    expect_waiting(&r, 1);
    cr_expect_eq(datagrams_counters(r.dg)->expired, 1);
    for (size_t i = 1; i < PIECES; i++) {
        struct piece late = piece_nth(4, 1, i), good = piece_nth(4, 2, i);
        cr_expect_eq(piece_take(&r, &late, 106 * SECOND), DATAGRAM_FRAGMENT);
        piece_take(&r, &good, 106 * SECOND);
    }
    expect_payload(&r.out, PAYLOAD, "in time");
    rig_close(&r);
}

Test(fragment_limits, a_dropped_datagram_is_forgotten_in_time)
{
    struct rig r;
    rig_open(&r, NULL);
    struct piece f = { .family = 4, .payload = PAYLOAD, .from = 0, .to = PIECE }, other = f;
    other.mask = 1;
    piece_take(&r, &f, 0);
    piece_take(&r, &other, 0);
    cr_expect_eq(piece_take(&r, &f, 29 * SECOND), DATAGRAM_FRAGMENT_BAD);
    cr_expect_eq(piece_take(&r, &f, 31 * SECOND), DATAGRAM_FRAGMENT);
    cr_expect_eq(datagrams_counters(r.dg)->expired, 0, "it was counted when it was dropped");
    rig_close(&r);
}

Test(fragment_limits, time_that_runs_backwards_expires_too)
{
    struct rig r;
    rig_open(&r, NULL);
    struct piece f = piece_nth(4, 1, 0);
    piece_take(&r, &f, INT64_MAX);
    struct piece other = piece_nth(4, 2, 0);
    piece_take(&r, &other, INT64_MIN);
    cr_expect_eq(datagrams_counters(r.dg)->expired, 1);
    expect_waiting(&r, 1);
    rig_close(&r);
}

Test(fragment_limits, the_oldest_makes_way_when_too_many_wait)
{
    static const struct datagrams_config config = { .max_datagrams = 3 };
    struct rig r;
    rig_open(&r, &config);
    for (uint32_t id = 0; id < 4; id++) {
        struct piece f = { .family = 4, .id = id, .payload = PAYLOAD, .from = 0, .to = PIECE };
        cr_expect_eq(piece_take(&r, &f, 0), DATAGRAM_FRAGMENT);
    }
    expect_waiting(&r, 3);
    cr_expect_eq(datagrams_counters(r.dg)->expired, 1);
    for (uint32_t id = 4; id-- > 0;) {
        struct piece f = { .family = 4, .id = id, .payload = PAYLOAD, .from = PIECE, .to = WHOLE };
        cr_expect_eq(piece_take(&r, &f, 0), id == 0 ? DATAGRAM_FRAGMENT : DATAGRAM_OK, "%u", id);
    }
    rig_close(&r);
}

Test(fragment_limits, the_oldest_makes_way_when_too_much_waits)
{
    static const struct datagrams_config config = { .max_octets = 3 * 2048 };
    struct rig r;
    rig_open(&r, &config);
    for (uint32_t id = 0; id < 5; id++) {
        struct piece f = { .family = 6, .id = id, .payload = 2000, .from = 0, .to = 1000 };
        cr_expect_eq(piece_take(&r, &f, 0), DATAGRAM_FRAGMENT);
    }
    expect_waiting(&r, 3);
    cr_expect_eq(datagrams_counters(r.dg)->expired, 2);
    struct piece last = { .family = 6, .id = 4, .payload = 2000, .from = 1000, .to = 2008 };
    piece_take(&r, &last, 0);
    expect_payload(&r.out, 2000, "the newest is whole");
    rig_close(&r);
}

Test(fragment_limits, a_datagram_that_cannot_be_held_is_dropped)
{
    static const struct datagrams_config config = { .max_octets = 4096 };
    struct rig r;
    rig_open(&r, &config);
    struct piece f = { .family = 4, .payload = 5000, .from = 0, .to = 4096 };
    cr_expect_eq(piece_take(&r, &f, 0), DATAGRAM_FRAGMENT);
    f.from = 4096;
    f.to = 5008;
    cr_expect_eq(piece_take(&r, &f, 0), DATAGRAM_FRAGMENT_LIMIT);
    expect_waiting(&r, 0);
    cr_expect_eq(piece_take(&r, &f, 0), DATAGRAM_FRAGMENT_LIMIT);
    struct piece small = piece_nth(4, 9, 0);
    cr_expect_eq(piece_take(&r, &small, 0), DATAGRAM_FRAGMENT, "its room is free again");
    rig_close(&r);
}
