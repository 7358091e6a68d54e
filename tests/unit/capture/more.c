/* SPDX-License-Identifier: MIT */
/* Frames that come many at once: the same ones, all valid together. */
#include <criterion/criterion.h>

#include "build.h"

#define MOST 40u

/* Packets of 20, 21, ... octets. */
static void build_packets(struct octets *o, bool pcapng, uint32_t count)
{
    o->little = true;
    if (pcapng) {
        build_section(o);
        build_interface(o, 1, 65535);
    } else {
        build_classic(o, MAGIC_MICRO, 65535, 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (pcapng)
            build_enhanced(o, 0, 1000000 * (uint64_t)(i + 1), 20 + i);
        else
            build_packet(o, i + 1, 0, 20 + i);
    }
}

/* Takes frames `most` at a time; all of a time are looked at only when the last of them has come. */
static uint32_t take_all(struct capture *cap, size_t most)
{
    struct frame frames[MOST];
    uint32_t taken = 0;
    while (capture_next(cap, frames) == CAPTURE_FRAME) {
        size_t count = 1 + capture_more(cap, frames + 1, most - 1);
        cr_assert_leq(count, most);
        for (size_t i = 0; i < count; i++, taken++) {
            check_packet(&frames[i], 20 + taken);
            cr_expect_eq(frames[i].number, taken + 1);
            cr_expect_eq(frames[i].time, (taken + 1) * INT64_C(1000000000));
            cr_expect_eq(frames[i].link, 1);
        }
        cr_expect_eq(capture_frames(cap), taken);
    }
    return taken;
}

Test(more, gives_each_frame_once_and_in_order)
{
    for (int pcapng = 0; pcapng < 2; pcapng++) {
        for (size_t most = 1; most <= MOST; most += 13) {
            struct octets o = { .length = 0 };
            build_packets(&o, pcapng, 100);
            struct capture *cap = open_octets(&o);
            cr_expect_eq(take_all(cap, most), 100);
            check_end(cap);
        }
    }
}

Test(more, gives_what_is_at_hand)
{
    struct octets o = { .length = 0 };
    struct frame frames[MOST];
    build_packets(&o, false, 30);
    struct capture *cap = open_octets(&o);
    cr_expect_eq(capture_more(cap, frames, MOST), 0, "nothing was asked for yet");
    next_frame(cap);
    cr_expect_eq(capture_more(cap, frames, 10), 10);
    cr_expect_eq(capture_more(cap, frames, MOST), 19);
    check_packet(&frames[18], 49);
    cr_expect_eq(capture_more(cap, frames, MOST), 0);
    check_end(cap);
}

Test(more, leaves_the_end_to_be_told)
{
    struct octets o = { .length = 0 };
    struct frame frames[MOST];
    struct capture_error error;
    build_packets(&o, false, 3);
    build_record(&o, 9, 0, 4000000000, 4000000000);
    struct capture *cap = open_octets(&o);
    next_frame(cap);
    cr_expect_eq(capture_more(cap, frames, MOST), 2);
    cr_expect_eq(capture_more(cap, frames, MOST), 0);
    check_cut(cap, "the input is damaged: read 3 packets, then a packet that claims 4000000000 octets");
    cap = open_part(&o, o.length - 20, NULL, &error);
    next_frame(cap);
    cr_expect_eq(capture_more(cap, frames, MOST), 1);
    check_cut(cap, "the input is cut short: read 2 packets, then 18 of 22 octets of the next");
}

Test(more, damage_within_pcapng_is_told_once)
{
    struct octets o = { .length = 0 };
    struct frame frames[MOST];
    build_packets(&o, true, 2);
    build_enhanced(&o, 7, 1, 30); /* of an interface that is not described */
    build_enhanced(&o, 0, 1, 30);
    struct capture *cap = open_octets(&o);
    next_frame(cap);
    cr_expect_eq(capture_more(cap, frames, MOST), 1);
    check_cut(cap,
              "the input is damaged: read 2 packets, then a packet of interface 7, which is not described");
}

Test(more, asks_the_filter)
{
    struct octets o = { .little = true };
    struct frame frames[MOST];
    struct capture_error error;
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    for (uint32_t i = 0; i < 9; i++) {
        uint32_t length = build_udp(&(struct octets) { .length = 0 }, true, 0, 2055);
        build_record(&o, i + 1, 0, length, length);
        build_udp(&o, true, 0, i % 3 ? 2055 : 53);
    }
    struct capture *cap = open_part(&o, o.length, "port 53", &error);
    cr_expect_eq(next_frame(cap).number, 1);
    cr_expect_eq(capture_more(cap, frames, MOST), 2);
    cr_expect_eq(frames[0].number, 4);
    cr_expect_eq(frames[1].number, 7);
    cr_expect_eq(capture_frames(cap), 9);
    check_end(cap);
}
