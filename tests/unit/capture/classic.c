/* SPDX-License-Identifier: MIT */
#include "capture/classic.h"

#include <criterion/criterion.h>
#include <string.h>

#include "build.h"

Test(classic, reads_both_byte_orders_and_both_units)
{
    static const struct {
        uint32_t magic;
        bool little;
        int64_t time; /* of 1700000000 seconds and 123456 units */
    } cases[] = {
        { MAGIC_MICRO, true, 1700000000123456000 },
        { MAGIC_MICRO, false, 1700000000123456000 },
        { MAGIC_NANO, true, 1700000000000123456 },
        { MAGIC_NANO, false, 1700000000000123456 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct octets o = { .little = cases[i].little };
        build_classic(&o, cases[i].magic, 65535, 113);
        build_packet(&o, 1700000000, 123456, 60);
        build_packet(&o, 1700000000, 123457, 33);
        struct capture *cap = open_octets(&o);
        struct frame frame = next_frame(cap);
        check_packet(&frame, 60);
        cr_expect_eq(frame.time, cases[i].time, "case %zu: %ld", i, (long)frame.time);
        cr_expect_eq(frame.wire_length, 60);
        cr_expect_eq(frame.number, 1);
        cr_expect_eq(frame.input, 0);
        cr_expect_eq(frame.link, 113);
        frame = next_frame(cap);
        check_packet(&frame, 33);
        cr_expect_eq(frame.number, 2);
        cr_expect_eq(capture_frames(cap), 2);
        check_end(cap);
    }
}

Test(classic, reads_the_longer_packet_headers_of_kuznetzov)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_KUZNETZOV, 65535, 1);
    build_record(&o, 5, 7, 20, 44);
    build_u64(&o, 0x1122334455667788); /* interface, protocol, packet type */
    build_pattern(&o, 20);
    struct capture *cap = open_octets(&o);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 20);
    cr_expect_eq(frame.wire_length, 44);
    cr_expect_eq(frame.time, 5000007000);
    check_end(cap);
}

Test(classic, gives_link_types_as_they_are_in_files)
{
    static const struct {
        uint32_t in_file;
        uint16_t link;
    } cases[] = {
        { 1, 1 },     { 0, 0 },     { 9, 9 },     { 12, 101 },  { 14, 101 },       { 101, 101 }, { 50, 50 },
        { 104, 104 }, { 108, 108 }, { 228, 228 }, { 276, 276 }, { 0x10000001, 1 }, /* with an FCS length */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct octets o = { .little = true };
        build_classic(&o, MAGIC_MICRO, 65535, cases[i].in_file);
        build_packet(&o, 1, 0, 20);
        struct capture *cap = open_octets(&o);
        cr_expect_eq(next_frame(cap).link, cases[i].link, "link type %u", cases[i].in_file);
        check_end(cap);
    }
}

Test(classic, seconds_go_on_after_2038)
{
    for (int little = 0; little < 2; little++) {
        struct octets o = { .little = little };
        build_classic(&o, MAGIC_MICRO, 65535, 1);
        build_packet(&o, 4000000000, 1, 20);
        struct capture *cap = open_octets(&o);
        cr_expect_eq(next_frame(cap).time, 4000000000000001000);
        check_end(cap);
    }
}

Test(classic, a_file_without_packets_is_fine)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    check_end(open_octets(&o));
}

Test(classic, wire_length_is_never_less_than_length)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    build_record(&o, 1, 0, 20, 3);
    build_pattern(&o, 20);
    struct capture *cap = open_octets(&o);
    struct frame frame = next_frame(cap);
    cr_expect_eq(frame.length, 20);
    cr_expect_eq(frame.wire_length, 20);
    check_end(cap);
}

Test(classic, an_impossible_length_is_damage)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    build_packet(&o, 1, 0, 20);
    build_record(&o, 2, 0, 4000000000, 4000000000);
    build_pattern(&o, 60);
    struct capture *cap = open_octets(&o);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 20);
    check_cut(cap, "the input is damaged: read 1 packet, then a packet that claims 4000000000 octets");
}

Test(classic, says_how_much_of_the_last_packet_is_there)
{
    struct octets o = { .little = true };
    struct capture_error error;
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    build_packet(&o, 1, 0, 20);
    build_packet(&o, 2, 0, 60);
    struct capture *cap = open_part(&o, o.length - 48, NULL, &error);
    next_frame(cap);
    check_cut(cap, "the input is cut short: read 1 packet, then 12 of 60 octets of the next");
    cap = open_part(&o, o.length - 61, NULL, &error);
    next_frame(cap);
    check_cut(cap, "the input is cut short: read 1 packet, then 15 of 16 octets of the next packet's header");
}

Test(classic, refuses_headers_that_are_cut_or_of_another_version)
{
    struct octets o = { .little = true };
    struct capture_error error;
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    cr_expect_null(open_part(&o, 23, NULL, &error));
    cr_expect_not(error.bad_filter);
    cr_expect_str_eq(error.text, "the input is cut short: less than the 24 octets of the file header");
    o.data[4] = 9;
    cr_expect_null(open_part(&o, o.length, NULL, &error));
    cr_expect_str_eq(error.text, "the input cannot be read: unsupported pcap savefile version 9.4", "%s",
                     error.text);
}

/* Of a file of `count` packets, that end at `ends`, any prefix gives all whole packets and a reason. */
static void check_prefixes(const struct octets *o, const size_t *ends, size_t count)
{
    for (size_t length = 24; length <= o->length; length++) {
        struct capture_error error;
        struct capture *cap = open_part(o, length, NULL, &error);
        cr_assert_not_null(cap, "%s", error.text);
        size_t whole = 0;
        while (whole < count && ends[whole] <= length)
            whole++;
        for (size_t i = 0; i < whole; i++)
            cr_assert_eq(next_frame(cap).number, i + 1);
        struct frame frame;
        bool at_border = length == (whole ? ends[whole - 1] : 24);
        cr_assert_eq(capture_next(cap, &frame), at_border ? CAPTURE_END : CAPTURE_CUT, "at %zu", length);
        cr_assert_eq(strstr(capture_message(cap), "is cut short: read ") != NULL, !at_border);
        capture_free(cap);
    }
}

Test(classic, a_file_cut_anywhere_gives_all_whole_packets)
{
    struct octets o = { .little = false };
    size_t ends[3];
    build_classic(&o, MAGIC_NANO, 65535, 1);
    for (uint32_t i = 0; i < 3; i++) {
        build_packet(&o, i, 0, 20 + i);
        ends[i] = o.length;
    }
    check_prefixes(&o, ends, 3);
}
