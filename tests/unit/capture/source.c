/* SPDX-License-Identifier: MIT */
#include "capture/source.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "capture/capture.h"

static struct octets sample(void)
{
    struct octets o = { .little = true };
    build_classic(&o, MAGIC_NANO, 65535, 1);
    for (uint32_t i = 1; i <= 5; i++)
        build_packet(&o, i, i, 100 * i);
    return o;
}

static void check_sample(struct capture *cap)
{
    for (uint32_t i = 1; i <= 5; i++) {
        struct frame frame = next_frame(cap);
        check_packet(&frame, 100 * i);
    }
    check_end(cap);
}

static struct capture *open_file(const char *name, struct capture_error *error)
{
    struct capture_config config = { .files = &name, .file_count = 1 };
    return capture_new(&config, error);
}

/* Makes standard input a file or, with `piped`, a pipe of these octets. */
static void set_stdin(const struct octets *o, bool piped)
{
    int ends[2];
    char *name = write_file(o);
    if (piped) {
        cr_assert_lt(o->length, 4096); /* fits into the pipe at once */
        cr_assert_eq(pipe(ends), 0);
        cr_assert_eq(write(ends[1], o->data, o->length), (ssize_t)o->length);
        close(ends[1]);
    } else {
        ends[0] = open(name, O_RDONLY);
    }
    cr_assert_geq(dup2(ends[0], STDIN_FILENO), 0);
    close(ends[0]);
    unlink(name);
    free(name);
}

Test(source, reads_files_and_stdin_compressed_or_not)
{
    struct octets plain = sample(), gzip = { 0 };
    build_gzip(&gzip, &plain);
    const struct octets *const both[] = { &plain, &gzip };
    for (size_t i = 0; i < 2; i++) {
        struct capture_error error;
        char *name = write_file(both[i]);
        check_sample(open_file(name, &error));
        unlink(name);
        free(name);
        set_stdin(both[i], true);
        check_sample(open_file("-", &error));
        set_stdin(both[i], false);
        check_sample(open_file("-", &error));
        check_sample(open_octets(both[i]));
    }
}

Test(source, says_what_is_no_capture)
{
    static const struct {
        const char *octets, *why;
    } cases[] = {
        { "", " is empty" },
        { "time,src,dst\n1,2,3\n", " is not a capture file (it looks like text)" },
        { "Gr\xc3\xbc\xc3\x9f"
          "e aus K\xc3\xb6ln",
          " is not a capture file (it looks like text)" },
        { "a", " is not a capture file (it looks like text)" },
        { "\x7f"
          "ELF\x02\x01",
          " is not a capture file (unknown format)" },
        { "\xd4\xc3\xb2", " is not a capture file (unknown format)" },
        { "\x1f\x8b\x08", " is cut short: the end of the gzip data" },
        { "\x1f\x8b\x09zzzzzzzzzzzzzzzzz",
          " cannot be read: gzip data that is damaged (unknown compression method)" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct octets o = { .length = strlen(cases[i].octets) };
        struct capture_error error;
        char text[CAPTURE_ERROR];
        memcpy(o.data, cases[i].octets, o.length);
        char *name = write_file(&o);
        cr_expect_null(open_file(name, &error));
        snprintf(text, sizeof text, "'%s'%s", name, cases[i].why);
        cr_expect_str_eq(error.text, text, "%s", error.text);
        cr_expect_eq(error.fault, CAPTURE_FILE);
        unlink(name);
        free(name);
        set_stdin(&o, true);
        cr_expect_null(open_file("-", &error));
        snprintf(text, sizeof text, "standard input%s", cases[i].why);
        cr_expect_str_eq(error.text, text, "%s", error.text);
    }
}

Test(source, says_what_cannot_be_opened)
{
    struct capture_error error;
    cr_expect_null(open_file("/nonexistent/x.pcap", &error));
    cr_expect_str_eq(error.text, "cannot open '/nonexistent/x.pcap': No such file or directory");
    cr_expect_null(open_file("/", &error));
    cr_expect_str_eq(error.text, "'/' is a directory");
    cr_expect_null(open_file("/dev/null", &error));
    cr_expect_str_eq(error.text, "'/dev/null' is empty");
    close(STDIN_FILENO);
    cr_expect_null(open_file("-", &error));
    cr_expect_str_eq(error.text, "cannot open standard input: Bad file descriptor");
}

Test(source, a_gzip_file_of_nothing_is_empty)
{
    struct octets nothing = { 0 }, gzip = { 0 };
    struct capture_error error;
    build_gzip(&gzip, &nothing);
    cr_expect_null(open_part(&gzip, gzip.length, NULL, &error));
    cr_expect_str_eq(error.text, "the input is empty");
}

Test(source, shortens_long_names_from_the_left)
{
    char name[2000];
    struct capture_error error;
    memset(name, 'x', sizeof name);
    memcpy(name + sizeof name - 8, "/y.pcap", 8);
    cr_expect_null(open_file(name, &error));
    cr_expect_eq(strncmp(error.text, "cannot open '...xxx", 19), 0, "%s", error.text);
    cr_expect_not_null(strstr(error.text, "x/y.pcap': "));
    cr_expect_gt(strlen(strstr(error.text, "': ")), 5);
}

Test(source, gzip_members_follow_each_other_and_padding_is_passed_over)
{
    struct octets whole = sample(), first = whole, second = whole, gzip = { 0 };
    first.length = 333;
    second.length -= 333;
    memmove(second.data, second.data + 333, second.length);
    build_gzip(&gzip, &first);
    build_gzip(&gzip, &second);
    check_sample(open_octets(&gzip));
    build_u64(&gzip, 0);
    check_sample(open_octets(&gzip));
}

Test(source, a_gzip_file_cut_anywhere_gives_what_is_there)
{
    struct octets plain = sample(), gzip = { 0 };
    build_gzip(&gzip, &plain);
    uint64_t most = 0;
    for (size_t length = 1; length < gzip.length; length++) {
        struct capture_error error;
        struct frame frame;
        enum capture_result result;
        struct capture *cap = open_part(&gzip, length, NULL, &error);
        if (!cap) {
            cr_assert_gt(strlen(error.text), 0);
            continue;
        }
        while ((result = capture_next(cap, &frame)) == CAPTURE_FRAME)
            check_packet(&frame, 100 * (uint32_t)frame.number);
        cr_assert_eq(result, CAPTURE_CUT, "at %zu", length);
        cr_assert_not_null(strstr(capture_message(cap), "is cut short: read "));
        cr_assert_geq(capture_frames(cap), most);
        most = capture_frames(cap);
        capture_free(cap);
    }
    cr_expect_eq(most, 5, "all packets are there before the check sum is");
}

Test(source, a_wrong_check_sum_is_damage_behind_the_last_packet)
{
    struct octets plain = sample(), gzip = { 0 };
    build_gzip(&gzip, &plain);
    gzip.data[gzip.length - 8] ^= 1;
    struct capture *cap = open_octets(&gzip);
    for (int i = 0; i < 5; i++)
        next_frame(cap);
    check_cut(cap,
              "the input is damaged: read 5 packets, then gzip data that is damaged (incorrect data check)");
}

struct writer {
    struct octets octets;
    int pipe;
};

static void *write_slowly(void *context)
{
    struct writer *writer = context;
    for (size_t i = 0; i < writer->octets.length; i += 7) {
        size_t left = writer->octets.length - i;
        if (write(writer->pipe, writer->octets.data + i, left < 7 ? left : 7) < 0)
            break;
        usleep(50);
    }
    close(writer->pipe);
    return NULL;
}

Test(source, octets_may_come_a_few_at_a_time)
{
    struct octets plain = sample();
    for (int compressed = 0; compressed < 2; compressed++) {
        struct writer writer = { .pipe = -1 };
        struct capture_error error;
        pthread_t thread;
        int ends[2];
        if (compressed)
            build_gzip(&writer.octets, &plain);
        else
            writer.octets = plain;
        cr_assert_eq(pipe(ends), 0);
        writer.pipe = ends[1];
        cr_assert_geq(dup2(ends[0], STDIN_FILENO), 0);
        close(ends[0]);
        cr_assert_eq(pthread_create(&thread, NULL, write_slowly, &writer), 0);
        check_sample(open_file("-", &error));
        pthread_join(thread, NULL);
    }
}

/* The pipe stays open: what has come must be given out before more comes. */
Test(source, packets_from_a_pipe_do_not_wait_for_the_next, .timeout = 10)
{
    struct octets o = sample();
    struct capture_error error;
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_geq(dup2(ends[0], STDIN_FILENO), 0);
    cr_assert_eq(write(ends[1], o.data, 24 + 116), 24 + 116);
    struct capture *cap = open_file("-", &error);
    cr_assert_not_null(cap);
    struct frame frame = next_frame(cap);
    check_packet(&frame, 100);
    cr_assert_eq(write(ends[1], o.data + 24 + 116, 216), 216);
    frame = next_frame(cap);
    check_packet(&frame, 200);
    close(ends[1]);
    check_end(cap);
}

/* Nonsense comes out of what is damaged before zlib knows: why it is nonsense is what there is to say. */
Test(source, damage_of_the_compressed_octets_explains_that_of_the_packets)
{
    struct octets plain = sample(), gzip = { 0 };
    plain.data[24 + 116 + 8] = 0xff; /* the second packet claims more than there may be */
    plain.data[24 + 116 + 11] = 0xff;
    build_gzip(&gzip, &plain);
    gzip.data[gzip.length - 8] ^= 1;
    char *name = write_file(&gzip), text[CAPTURE_ERROR];
    snprintf(text, sizeof text,
             "'%s' is damaged: read 1 packet, then gzip data that is damaged (incorrect data check)", name);
    for (int ahead = 0; ahead < 2; ahead++) {
        struct capture_error error;
        struct capture_config config = { .files = (const char *const *)&name,
                                         .file_count = 1,
                                         .read_ahead = ahead };
        struct capture *cap = capture_new(&config, &error);
        cr_assert_not_null(cap, "%s", error.text);
        next_frame(cap);
        check_cut(cap, text);
    }
    unlink(name);
    free(name);
}
