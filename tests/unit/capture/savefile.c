/* SPDX-License-Identifier: MIT */
#include "capture/savefile.h"

#include <criterion/criterion.h>
#include <string.h>

#include "build.h"

#define LINK_USER 147 /* of no use to flows: left to libpcap */

Test(savefile, reads_the_longer_packet_headers_of_kuznetzov)
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

Test(savefile, refuses_headers_that_are_cut_or_of_another_version)
{
    struct octets o = { .little = true };
    struct capture_error error;
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    cr_expect_null(open_part(&o, 23, NULL, &error));
    cr_expect_eq(error.fault, CAPTURE_FILE);
    cr_expect_str_eq(error.text, "the input is cut short: less than the 24 octets of the file header");
    o.data[4] = 9;
    cr_expect_null(open_part(&o, o.length, NULL, &error));
    cr_expect_str_eq(error.text, "the input cannot be read: unsupported pcap savefile version 9.4", "%s",
                     error.text);
}

Test(savefile, old_versions_have_their_lengths_the_other_way_round)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    o.data[6] = 2;
    build_record(&o, 1, 0, 44, 20);
    build_pattern(&o, 20);
    struct capture *cap = open_octets(&o);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 20);
    cr_expect_eq(frame.wire_length, 44);
    check_end(cap);
}

static void expect_equal(const struct frame *a, const struct frame *b)
{
    cr_assert_eq(a->length, b->length);
    cr_expect_eq(memcmp(a->data, b->data, a->length), 0);
    cr_expect_eq(a->wire_length, b->wire_length);
    cr_expect_eq(a->time, b->time);
    cr_expect_eq(a->number, b->number);
}

/* The file as it is, and as libpcap reads it. */
static void compare(const struct octets *o, size_t length)
{
    struct octets other = *o;
    struct capture_error error;
    struct frame a, b;
    enum capture_result result;
    other.data[o->little ? 20 : 23] = LINK_USER;
    struct capture *ours = open_part(o, length, NULL, &error);
    struct capture *theirs = open_part(&other, length, NULL, &error);
    do {
        result = capture_next(ours, &a);
        cr_assert_eq(capture_next(theirs, &b), result);
        if (result == CAPTURE_FRAME)
            expect_equal(&a, &b);
    } while (result == CAPTURE_FRAME);
    cr_expect_str_eq(capture_message(ours), capture_message(theirs));
    capture_free(ours);
    capture_free(theirs);
}

/* classic.c has to see, and say, what libpcap sees. */
Test(savefile, all_is_judged_as_in_files_that_are_not_left_to_libpcap)
{
    static const uint32_t magics[] = { MAGIC_MICRO, MAGIC_NANO },
                          snaplens[] = { 0, 1, 35, 262144, UINT32_MAX };
    static const uint32_t lengths[] = { 50, 262144, 262145, UINT32_MAX };
    for (size_t i = 0; i < 2 * 2 * 5 * 4; i++) {
        struct octets o = { .little = i % 2 };
        build_classic(&o, magics[i / 2 % 2], snaplens[i / 4 % 5], 1);
        build_packet(&o, 4000000000, 999999, 40);
        build_packet(&o, 0, 0, 0);
        build_record(&o, 1, 2000000000, lengths[i / 20], 3);
        build_pattern(&o, 50);
        for (size_t length = 24; length <= o.length; length++)
            compare(&o, length);
    }
}
