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

Test(classic, packets_end_where_the_snapshot_length_says)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_MICRO, 30, 1);
    build_record(&o, 1, 0, 50, 70);
    build_pattern(&o, 30);
    build_pattern(&o, 20);
    build_packet(&o, 2, 0, 25);
    struct capture *cap = open_octets(&o);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 30);
    cr_expect_eq(frame.wire_length, 70);
    frame = next_frame(cap);
    check_packet(&frame, 25);
    check_end(cap);
}

/* Written straight into a file: such packets are longer than the builder's room. */
static struct capture *open_long(uint32_t length, uint32_t count)
{
    struct octets head = { .little = true }, record = { .little = true };
    FILE *stream = tmpfile();
    build_classic(&head, MAGIC_NANO, 0, 1);
    cr_assert_eq(fwrite(head.data, 1, head.length, stream), head.length);
    build_record(&record, 1, 0, length, length);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert_eq(fwrite(record.data, 1, record.length, stream), record.length);
        for (uint32_t k = 0; k < length; k++)
            putc((int)(uint8_t)(k * 31 + i), stream);
    }
    rewind(stream);
    struct capture_error error;
    struct capture_config config = { .stream = stream };
    return capture_new(&config, &error);
}

Test(classic, packets_may_have_262144_octets)
{
    struct capture *cap = open_long(262144, 3);
    for (uint32_t i = 0; i < 3; i++) {
        struct frame frame = next_frame(cap);
        cr_assert_eq(frame.length, 262144);
        for (uint32_t k = 0; k < frame.length; k++)
            cr_assert_eq(frame.data[k], (uint8_t)(k * 31 + i));
    }
    check_end(cap);
    check_cut(open_long(262145, 1),
              "the input is damaged: read 0 packets, then a packet that claims 262145 octets");
}
