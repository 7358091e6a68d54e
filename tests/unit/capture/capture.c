/* SPDX-License-Identifier: MIT */
#include "capture/capture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"

#define FILES_MAX 12

/* Files of one second per packet, as told by a text of digits for each file. */
struct files {
    const char *names[FILES_MAX];
    size_t count;
};

static void add_file(struct files *files, const char *seconds, size_t cut)
{
    struct octets o = { .little = files->count % 2 };
    build_classic(&o, MAGIC_MICRO, 65535, files->count % 3 ? 1 : 101);
    for (; *seconds; seconds++)
        build_packet(&o, (uint32_t)(*seconds - '0'), 0, 20);
    o.length -= cut;
    files->names[files->count++] = write_file(&o);
}

static struct capture *open_files(const struct files *files, const char *filter)
{
    struct capture_error error;
    struct capture_config config = { .files = files->names, .file_count = files->count, .filter = filter };
    struct capture *cap = capture_new(&config, &error);
    cr_assert_not_null(cap, "%s", error.text);
    return cap;
}

static void remove_files(struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        unlink(files->names[i]);
        free((void *)(uintptr_t)files->names[i]);
    }
}

/* One letter for the file and one digit for the second of each frame. */
static void read_all(struct capture *cap, char *text, size_t room)
{
    struct frame frame;
    size_t n = 0;
    while (capture_next(cap, &frame) == CAPTURE_FRAME) {
        cr_assert_lt(n + 2, room);
        text[n++] = (char)('a' + frame.input);
        text[n++] = (char)('0' + frame.time / 1000000000);
    }
    text[n] = '\0';
}

Test(capture, merges_by_time_and_equal_times_by_file)
{
    struct files files = { .count = 0 };
    char text[200];
    add_file(&files, "1358", 0);
    add_file(&files, "", 0);
    add_file(&files, "2357", 0);
    add_file(&files, "3", 0);
    add_file(&files, "1", 0);
    struct capture *cap = open_files(&files, NULL);
    read_all(cap, text, sizeof text);
    cr_expect_str_eq(text, "a1e1c2a3c3d3a5c5c7a8");
    cr_expect_eq(capture_frames(cap), 10);
    check_end(cap);
    remove_files(&files);
}

Test(capture, keeps_the_order_within_a_file)
{
    struct files files = { .count = 0 };
    char text[200];
    add_file(&files, "5196", 0);
    add_file(&files, "37", 0);
    struct capture *cap = open_files(&files, NULL);
    read_all(cap, text, sizeof text);
    cr_expect_str_eq(text, "b3a5a1b7a9a6");
    check_end(cap);
    remove_files(&files);
}

Test(capture, merges_many_files)
{
    struct files files = { .count = 0 };
    struct frame frame;
    int64_t time = 0;
    for (size_t i = 0; i < FILES_MAX; i++)
        add_file(&files, i % 2 ? "1223456789" : "1133557799", 0);
    struct capture *cap = open_files(&files, NULL);
    uint16_t input = 0;
    while (capture_next(cap, &frame) == CAPTURE_FRAME) {
        cr_assert_geq(frame.time, time);
        cr_assert(frame.time > time || frame.input >= input);
        time = frame.time;
        input = frame.input;
    }
    cr_expect_eq(capture_frames(cap), FILES_MAX * 10);
    capture_free(cap);
    remove_files(&files);
}

Test(capture, frames_without_time_stay_behind_those_before_them)
{
    struct octets o = { .little = true };
    struct files files = { .count = 0 };
    build_section(&o);
    build_interface(&o, 1, 0);
    build_enhanced(&o, 0, 5000000, 20);
    build_begin(&o, 3);
    build_u32(&o, 20);
    build_pattern(&o, 20);
    build_end(&o);
    add_file(&files, "159", 0);
    files.names[files.count++] = write_file(&o);
    char text[200];
    struct capture *cap = open_files(&files, NULL);
    read_all(cap, text, sizeof text);
    cr_expect_str_eq(text, "a1a5b5b0a9");
    check_end(cap);
    remove_files(&files);
}

Test(capture, goes_on_with_the_others_when_one_is_cut_short)
{
    struct files files = { .count = 0 };
    struct frame frame;
    char text[CAPTURE_ERROR];
    add_file(&files, "135", 8);
    add_file(&files, "246", 0);
    struct capture *cap = open_files(&files, NULL);
    static const uint16_t inputs[] = { 0, 1, 0, 1, 1 };
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        cr_expect_eq(next_frame(cap).input, inputs[i]);
    snprintf(text, sizeof text, "'%s' is cut short: read 2 packets, then 12 of 20 octets of the next",
             files.names[0]);
    cr_expect_str_empty(capture_message(cap));
    cr_expect_eq(capture_next(cap, &frame), CAPTURE_CUT);
    cr_expect_str_eq(capture_message(cap), text);
    cr_expect_eq(capture_next(cap, &frame), CAPTURE_END);
    capture_free(cap);
    remove_files(&files);
}

Test(capture, tells_the_first_trouble_and_counts_the_rest)
{
    struct files files = { .count = 0 };
    struct frame frame;
    add_file(&files, "3", 1);
    add_file(&files, "1", 2);
    add_file(&files, "2", 3);
    struct capture *cap = open_files(&files, NULL);
    cr_expect_eq(capture_next(cap, &frame), CAPTURE_CUT);
    cr_expect_not_null(strstr(capture_message(cap), "19 of 20 octets of the next (and 2 more such)"), "%s",
                       capture_message(cap));
    capture_free(cap);
    remove_files(&files);
}

/* Three packets: to port 2055 on Ethernet, to 53 on raw IP, to 2055 on raw IP. */
static struct octets two_links(void)
{
    static const struct {
        uint32_t interface;
        uint16_t port;
    } packets[] = { { 0, 2055 }, { 1, 53 }, { 1, 2055 } };
    struct octets o = { .little = true };
    build_section(&o);
    build_interface(&o, 1, 0);
    build_interface(&o, 101, 0);
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        uint32_t length = packets[i].interface ? 28 : 42;
        build_begin(&o, 6);
        build_u32(&o, packets[i].interface);
        build_u32(&o, 0);
        build_u32(&o, 1);
        build_u32(&o, length);
        build_u32(&o, length);
        cr_assert_eq(build_udp(&o, packets[i].interface == 0, 0, packets[i].port), length);
        build_end(&o);
    }
    return o;
}

Test(capture, filters_each_interface_by_its_link_type)
{
    struct octets o = two_links();
    struct capture_error error;
    struct capture *cap = open_part(&o, o.length, "udp port 2055", &error);
    cr_assert_not_null(cap);
    cr_expect_eq(next_frame(cap).number, 1);
    struct frame frame = next_frame(cap);
    cr_expect_eq(frame.number, 3, "frames that were dropped count too");
    cr_expect_eq(frame.link, 101);
    cr_expect_eq(capture_frames(cap), 3);
    check_end(cap);
}

Test(capture, says_which_packets_the_filter_could_not_judge)
{
    struct octets o = two_links();
    struct capture_error error;
    struct capture *cap = open_part(&o, o.length, "not vlan", &error);
    cr_assert_not_null(cap);
    cr_expect_eq(next_frame(cap).number, 1);
    check_cut(cap, "the filter cannot judge packets of link type 101 in the input, which were left out: "
                   "no VLAN support for Raw IP");
}

Test(capture, a_wrong_filter_is_told_apart_from_a_wrong_file)
{
    struct octets o = two_links();
    struct capture_error error;
    cr_expect_null(open_part(&o, o.length, "porty 2055", &error));
    cr_expect_eq(error.fault, CAPTURE_FILTER);
    cr_expect_gt(strlen(error.text), 0);
    cr_expect_null(open_part(&o, 3, "port 2055", &error));
    cr_expect_eq(error.fault, CAPTURE_FILE);
}

Test(capture, needs_an_input)
{
    struct capture_error error;
    cr_expect_null(capture_new(&(struct capture_config) { .file_count = 0 }, &error));
    cr_expect_str_eq(error.text, "no file to read");
    capture_free(NULL);
}

Test(capture, may_be_freed_at_any_time)
{
    struct octets o = two_links();
    capture_free(open_octets(&o));
    struct capture *cap = open_octets(&o);
    next_frame(cap);
    capture_free(cap);
}
