/* SPDX-License-Identifier: MIT */
#include "capture/pcapng.h"

#include <criterion/criterion.h>
#include <string.h>

#include "build.h"

Test(pcapng, reads_both_byte_orders)
{
    for (int little = 0; little < 2; little++) {
        struct octets o = { .little = little };
        build_section(&o);
        build_interface(&o, 113, 65535);
        build_enhanced(&o, 0, 1700000000123456, 61);
        struct capture *cap = open_octets(&o);
        struct frame frame = next_frame(cap);
        check_packet(&frame, 61);
        cr_expect_eq(frame.wire_length, 65);
        cr_expect_eq(frame.time, 1700000000123456000);
        cr_expect_eq(frame.number, 1);
        cr_expect_eq(frame.link, 113);
        check_end(cap);
    }
}

Test(pcapng, interfaces_differ_in_all_they_have)
{
    struct octets o = { .little = true };
    build_section(&o);
    build_interface(&o, 1, 96);
    build_interface_time(&o, 101, 9, 0);
    build_enhanced(&o, 1, 1700000000123456789, 20);
    build_enhanced(&o, 0, 1700000000123457, 21);
    build_interface_time(&o, 276, 0x80 | 20, 100);
    build_enhanced(&o, 2, (UINT64_C(5) << 20) | 1 << 19, 22);
    struct capture *cap = open_octets(&o);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 20);
    cr_expect_eq(frame.time, 1700000000123456789);
    cr_expect_eq(frame.link, 101);
    frame = next_frame(cap);
    check_packet(&frame, 21);
    cr_expect_eq(frame.time, 1700000000123457000);
    cr_expect_eq(frame.link, 1);
    frame = next_frame(cap);
    check_packet(&frame, 22);
    cr_expect_eq(frame.time, 105500000000);
    cr_expect_eq(frame.link, 276);
    cr_expect_eq(frame.number, 3);
    check_end(cap);
}

Test(pcapng, times_are_exact)
{
    static const struct {
        uint8_t resolution;
        uint64_t ticks;
        int64_t offset, time;
    } cases[] = {
        { 0, 1700000000, 0, 1700000000000000000 },
        { 3, 1700000000123, 0, 1700000000123000000 },
        { 6, 1700000000123456, -1700000000, 123456000 },
        { 9, 1700000000123456789, 0, 1700000000123456789 },
        { 9, 1, 1700000000, 1700000000000000001 },
        { 12, 1700000000123456789, 0, 1700000000123456 },
        { 28, UINT64_MAX, 0, 1 },
        { 29, UINT64_MAX, 0, 0 },
        { 127, UINT64_MAX, 0, 0 },
        { 0x80, 1700000000, 0, 1700000000000000000 },
        { 0x80 | 1, 3, 0, 1500000000 },
        { 0x80 | 10, 1024 + 1, 0, 1000976562 },                    /* 976562.5 ns */
        { 0x80 | 30, 1, 0, 0 },                                    /* 0.93 ns */
        { 0x80 | 30, 2, 0, 1 },                                    /* 1.86 ns */
        { 0x80 | 32, 0x6553f100ffffffff, 0, 1700000000999999999 }, /* as NTP has it */
        { 0x80 | 33, (UINT64_C(7) << 33) + 1, 0, 7000000000 },     /* 0.12 ns */
        { 0x80 | 33, (UINT64_C(7) << 33) + 9, 0, 7000000001 },     /* 1.05 ns */
        { 0x80 | 60, UINT64_C(0xfffffffffffffff), 0, 999999999 },
        { 0x80 | 63, UINT64_C(1) << 63, 0, 1000000000 },
        { 0x80 | 64, UINT64_C(1) << 63, 0, 500000000 },
        { 0x80 | 64, UINT64_MAX, 0, 999999999 },
        { 0x80 | 96, UINT64_MAX, 0, 0 },
        { 0x80 | 127, UINT64_MAX, 0, 0 },
        /* what 64 bits of nanoseconds cannot hold is no time */
        { 0, UINT64_MAX, 0, 0 },
        { 6, UINT64_MAX, 0, 0 },
        { 9, UINT64_MAX, 0, 0 },
        { 0x80 | 1, UINT64_MAX, 0, 0 },
        { 6, 1, INT64_MAX, 0 },
        { 6, 1, INT64_MIN, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct octets o = { .little = i % 2 };
        build_section(&o);
        build_interface_time(&o, 1, cases[i].resolution, cases[i].offset);
        build_enhanced(&o, 0, cases[i].ticks, 20);
        struct capture *cap = open_octets(&o);
        struct frame frame = next_frame(cap);
        cr_expect_eq(frame.time, cases[i].time, "case %zu: %lld", i, (long long)frame.time);
        check_end(cap);
    }
}

static void build_simple(struct octets *o, uint32_t wire_length, uint32_t length)
{
    build_begin(o, 3);
    build_u32(o, wire_length);
    build_pattern(o, length);
    build_end(o);
}

Test(pcapng, simple_packets_end_where_the_first_interface_says)
{
    struct octets o = { .little = true };
    build_section(&o);
    build_interface(&o, 101, 50);
    build_interface(&o, 1, 10);
    build_simple(&o, 45, 45);
    build_simple(&o, 1500, 50);
    struct capture *cap = open_octets(&o);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 45);
    cr_expect_eq(frame.wire_length, 45);
    cr_expect_eq(frame.time, 0);
    cr_expect_eq(frame.link, 101);
    frame = next_frame(cap);
    check_packet(&frame, 50);
    cr_expect_eq(frame.wire_length, 1500);
    check_end(cap);
}

Test(pcapng, reads_obsolete_packets)
{
    struct octets o = { .little = true };
    build_section(&o);
    build_interface(&o, 1, 0);
    build_interface(&o, 113, 0);
    build_begin(&o, 2);
    build_u16(&o, 1);
    build_u16(&o, 0xffff);                  /* drops: unknown */
    build_u64(&o, UINT64_C(3000000) << 32); /* high half first: 3 s */
    o.length -= 8;
    build_u32(&o, 0);
    build_u32(&o, 3000000);
    build_u32(&o, 30);
    build_u32(&o, 60);
    build_pattern(&o, 30);
    build_end(&o);
    struct capture *cap = open_octets(&o);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 30);
    cr_expect_eq(frame.wire_length, 60);
    cr_expect_eq(frame.time, 3000000000);
    cr_expect_eq(frame.link, 113);
    check_end(cap);
}

Test(pcapng, passes_over_other_blocks)
{
    static const uint32_t types[] = { 4, 5, 10, 0x0bad, 0x40000bad, 0x80000001 };
    struct octets o = { .little = true };
    build_section(&o);
    for (uint32_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        build_begin(&o, types[i]);
        build_pattern(&o, i * 7);
        build_end(&o);
    }
    build_interface(&o, 1, 0);
    build_enhanced(&o, 0, 1, 20);
    struct capture *cap = open_octets(&o);
    cr_expect_eq(next_frame(cap).number, 1);
    check_end(cap);
}

Test(pcapng, sections_have_their_own_byte_order_and_interfaces)
{
    struct octets o = { .little = true };
    build_section(&o);
    build_interface(&o, 1, 0);
    build_interface(&o, 101, 0);
    build_enhanced(&o, 1, 1000000, 20);
    o.little = false;
    build_section(&o);
    build_interface(&o, 276, 0);
    build_enhanced(&o, 0, 2000000, 21);
    build_enhanced(&o, 1, 3000000, 22);
    struct capture *cap = open_octets(&o);
    cr_expect_eq(next_frame(cap).link, 101);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 21);
    cr_expect_eq(frame.link, 276);
    cr_expect_eq(frame.time, 2000000000);
    cr_expect_eq(frame.number, 2);
    check_cut(cap,
              "the input is damaged: read 2 packets, then a packet of interface 1, which is not described");
}

Test(pcapng, a_file_without_packets_or_interfaces_is_fine)
{
    struct octets o = { .little = true };
    build_section(&o);
    check_end(open_octets(&o));
    build_interface(&o, 1, 0);
    check_end(open_octets(&o));
}

static struct octets sample(void)
{
    struct octets o = { .little = true };
    build_section(&o);
    build_interface(&o, 1, 0);
    build_enhanced(&o, 0, 1, 20);
    return o;
}

Test(pcapng, damage_is_told_after_what_came_before)
{
    static const struct {
        uint32_t length, again;
        const char *text;
    } cases[] = {
        { 8, 8, "a block that claims 8 octets" },
        { 0, 0, "a block that claims 0 octets" },
        { 13, 13, "a block that claims 13 octets" },
        { 0x1000004, 0x1000004, "a block that claims 16777220 octets" },
        { 0xfffffffc, 0xfffffffc, "a block that claims 4294967292 octets" },
        { 12, 16, "a block of 12 octets that ends with the length 16" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct octets o = sample();
        char message[200];
        build_u32(&o, 5);
        build_u32(&o, cases[i].length);
        build_u32(&o, cases[i].again);
        struct capture *cap = open_octets(&o);
        next_frame(cap);
        snprintf(message, sizeof message, "the input is damaged: read 1 packet, then %s", cases[i].text);
        check_cut(cap, message);
    }
}

Test(pcapng, packets_do_not_reach_beyond_their_block)
{
    struct octets o = sample();
    size_t start = o.length;
    build_enhanced(&o, 0, 2, 20);
    size_t end = o.length;
    o.length = start + 20;
    build_u32(&o, 25);
    o.length = end;
    struct capture *cap = open_octets(&o);
    next_frame(cap);
    check_cut(cap, "the input is damaged: read 1 packet, then a packet that claims 25 octets in a block with "
                   "room for 20");
}

Test(pcapng, packets_need_an_interface)
{
    struct octets o = { .little = true };
    build_section(&o);
    build_simple(&o, 20, 20);
    check_cut(open_octets(&o), "the input is damaged: read 0 packets, then a packet without an interface");
}

Test(pcapng, blocks_too_short_for_their_fields_are_damage)
{
    for (uint32_t type = 1; type <= 6; type++) {
        struct octets o = sample();
        build_begin(&o, type);
        build_end(&o);
        struct capture *cap = open_octets(&o);
        struct frame frame;
        next_frame(cap);
        bool skipped = type == 4 || type == 5;
        cr_expect_eq(capture_next(cap, &frame), skipped ? CAPTURE_END : CAPTURE_CUT, "type %u", type);
        capture_free(cap);
    }
}

Test(pcapng, options_that_do_not_fit_are_left_alone)
{
    struct octets o = { .little = true };
    build_section(&o);
    build_begin(&o, 1);
    build_u32(&o, 1);
    build_u32(&o, 0);
    build_u16(&o, 9); /* if_tsresol of two octets */
    build_u16(&o, 2);
    build_u32(&o, 0x0909);
    build_u16(&o, 14); /* if_tsoffset that goes on behind the block */
    build_u16(&o, 8);
    build_u32(&o, 1);
    build_end(&o);
    build_enhanced(&o, 0, 7, 20);
    struct capture *cap = open_octets(&o);
    cr_expect_eq(next_frame(cap).time, 7000);
    check_end(cap);
}

Test(pcapng, refuses_bad_section_headers)
{
    struct octets o = sample();
    struct capture_error error;
    cr_expect_null(open_part(&o, 7, NULL, &error));
    cr_expect_str_eq(error.text, "the input is cut short: 7 of 8 octets of the next block's header");
    cr_expect_null(open_part(&o, 27, NULL, &error));
    cr_expect_str_eq(error.text, "the input is cut short: 27 of 28 octets of the next block");
    o.data[12] = 2;
    cr_expect_null(open_part(&o, o.length, NULL, &error));
    cr_expect_str_eq(error.text,
                     "the input cannot be read: a section of pcapng version 2.0, which is not known");
    o.data[8] = 0;
    cr_expect_null(open_part(&o, o.length, NULL, &error));
    cr_expect_str_eq(error.text, "the input cannot be read: a section header without its byte order mark");
}

Test(pcapng, a_file_cut_anywhere_gives_all_whole_packets)
{
    struct octets o = { .little = true };
    size_t borders[6], packets[6] = { 0, 0, 1, 2, 2, 3 }; /* packets before each border */
    build_section(&o);
    borders[0] = o.length;
    build_interface(&o, 1, 0);
    borders[1] = o.length;
    build_enhanced(&o, 0, 1, 20);
    borders[2] = o.length;
    build_enhanced(&o, 0, 2, 21);
    borders[3] = o.length;
    build_interface_time(&o, 101, 9, 5);
    borders[4] = o.length;
    build_enhanced(&o, 1, 3, 22);
    borders[5] = o.length;
    size_t at = 0;
    for (size_t length = borders[0]; length <= o.length; length++) {
        struct capture_error error;
        struct frame frame;
        struct capture *cap = open_part(&o, length, NULL, &error);
        cr_assert_not_null(cap, "%s", error.text);
        while (at < 5 && borders[at + 1] <= length)
            at++;
        for (size_t i = 0; i < packets[at]; i++)
            cr_assert_eq(next_frame(cap).number, i + 1);
        cr_assert_eq(capture_next(cap, &frame), length == borders[at] ? CAPTURE_END : CAPTURE_CUT);
        capture_free(cap);
    }
}
