/* SPDX-License-Identifier: MIT */
/* Octets of frames, read again where they stand in their file. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "capture/capture.h"

static struct capture *open_file(const char *path)
{
    struct capture_error error;
    struct capture *cap = capture_new(&(struct capture_config) { .files = &path, .file_count = 1 }, &error);
    cr_assert_not_null(cap, "%s", error.text);
    return cap;
}

/* Every frame is at its offset, with what stands in front of it. */
static void check_again(const struct octets *o, unsigned count)
{
    char *path = write_file(o);
    struct capture *cap = open_file(path);
    for (unsigned i = 0; i < count; i++) {
        struct frame frame = next_frame(cap);
        uint8_t again[256];
        cr_assert_neq(frame.offset, FRAME_NOWHERE);
        size_t length = FRAME_LEAD + frame.length;
        cr_expect_eq(capture_octets(cap, 0, frame.offset - FRAME_LEAD, again, length), length);
        cr_expect_eq(memcmp(again, frame.data - FRAME_LEAD, length), 0, "frame %u", i);
    }
    uint8_t octet;
    cr_expect_eq(capture_octets(cap, 0, o->length, &octet, 1), 0, "behind the end");
    cr_expect_eq(capture_octets(cap, 0, UINT64_MAX - 1, &octet, 1), 0);
    cr_expect_eq(capture_octets(cap, 1, 0, &octet, 1), 0, "no such input");
    check_end(cap);
    unlink(path);
    free(path);
}

Test(again, pcap)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    for (uint32_t i = 0; i < 3; i++)
        build_packet(&o, i, 0, 60 + i);
    check_again(&o, 3);
}

Test(again, pcapng)
{
    struct octets o = { .little = false };
    build_section(&o);
    build_interface(&o, 1, 40);
    build_enhanced(&o, 0, 1, 33);
    build_begin(&o, 3); /* a simple packet */
    build_u32(&o, 64);
    build_pattern(&o, 40);
    build_end(&o);
    build_enhanced(&o, 0, 2, 61);
    check_again(&o, 3);
}

Test(again, a_file_that_became_shorter_gives_less)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    build_packet(&o, 1, 0, 100);
    char *path = write_file(&o);
    struct capture *cap = open_file(path);
    struct frame frame = next_frame(cap);
    uint8_t again[100];
    cr_assert_eq(truncate(path, 90), 0);
    cr_expect_eq(capture_octets(cap, 0, frame.offset, again, sizeof again), 50);
    capture_free(cap);
    unlink(path);
    free(path);
}

Test(again, not_out_of_gzip_nor_streams)
{
    struct octets o = { .little = true }, gzip = { .little = true };
    build_classic(&o, MAGIC_MICRO, 65535, 1);
    build_packet(&o, 1, 0, 60);
    build_gzip(&gzip, &o);
    char *path = write_file(&gzip);
    struct capture *cap = open_file(path);
    uint8_t octet;
    cr_expect_eq(next_frame(cap).offset, FRAME_NOWHERE);
    cr_expect_eq(capture_octets(cap, 0, 40, &octet, 1), 0);
    check_end(cap);
    unlink(path);
    free(path);
    cap = open_octets(&o);
    cr_expect_eq(next_frame(cap).offset, FRAME_NOWHERE);
    check_end(cap);
}
