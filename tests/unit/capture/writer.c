/* SPDX-License-Identifier: MIT */
#include "capture/writer.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "build.h"

/* A name for a file that ends in `end`, in a folder of its own; to be freed. */
static char *new_name(const char *end)
{
    char folder[] = "/tmp/nfscope-writer-XXXXXX", path[128];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/out%s", folder, end);
    return alloc_text(path);
}

static void drop(char *path)
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    free(path);
}

static struct writer *open_writer(const char *path)
{
    char error[CAPTURE_ERROR] = "";
    struct writer *w = writer_new(&(struct writer_config) { .path = path }, error);
    cr_assert_not_null(w, "%s", error);
    return w;
}

static struct capture *read_back(const char *path)
{
    struct capture_error error;
    struct capture *cap = capture_new(&(struct capture_config) { .files = &path, .file_count = 1 }, &error);
    cr_assert_not_null(cap, "%s", error.text);
    return cap;
}

static const char *const names[] = { ".pcap", ".pcap.gz", ".pcapng", ".pcapng.gz", "" };

Test(writer, what_was_read_is_written_and_read_again)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct octets o = { .little = true };
        build_classic(&o, MAGIC_NANO, 65535, 113);
        build_packet(&o, 1700000000, 123456789, 60);
        build_record(&o, 4000000000, 999999999, 33, 500);
        build_pattern(&o, 33);
        char *path = new_name(names[i]), error[CAPTURE_ERROR];
        struct capture *cap = open_octets(&o);
        struct writer *w = open_writer(path);
        for (int n = 0; n < 2; n++) {
            struct frame frame = next_frame(cap);
            cr_expect(writer_frame(w, &frame));
        }
        check_end(cap);
        cr_expect_eq(writer_frames(w), 2);
        cr_expect(writer_close(w, error), "%s", error);
        cap = read_back(path);
        struct frame frame = next_frame(cap);
        check_packet(&frame, 60);
        cr_expect_eq(frame.time, 1700000000123456789, "%s", path);
        cr_expect(frame.link == 113 && frame.wire_length == 60);
        frame = next_frame(cap);
        check_packet(&frame, 33);
        cr_expect_eq(frame.time, 4000000000999999999);
        cr_expect_eq(frame.wire_length, 500);
        check_end(cap);
        drop(path);
    }
}

Test(writer, without_a_frame_there_is_a_capture_all_the_same)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = new_name(names[i]), error[CAPTURE_ERROR];
        cr_expect(writer_close(open_writer(path), error));
        check_end(read_back(path));
        drop(path);
    }
}

Test(writer, link_types)
{
    for (size_t i = 0; i < 2; i++) {
        static const uint8_t octets[4] = { 1, 2, 3, 4 };
        struct frame frame = { .data = octets, .length = 3, .wire_length = 3, .time = 5, .link = 1 };
        char *path = new_name(i ? ".pcapng" : ".pcap"), error[CAPTURE_ERROR];
        struct writer *w = open_writer(path);
        cr_expect(writer_frame(w, &frame));
        frame.link = 276;
        cr_expect_eq(writer_frame(w, &frame), i == 1);
        frame.link = 1;
        cr_expect_eq(writer_frame(w, &frame), i == 1, "what has failed stays failed");
        cr_expect_eq(writer_close(w, error), i == 1);
        cr_expect_eq(strstr(error, "link types 1 and 276") != NULL, i == 0, "%s", error);
        struct capture *cap = read_back(path);
        cr_expect_eq(next_frame(cap).link, 1);
        if (i == 1) {
            cr_expect_eq(next_frame(cap).link, 276);
            frame = next_frame(cap);
            cr_expect(frame.link == 1 && frame.length == 3 && frame.data[2] == 3);
        }
        check_end(cap);
        drop(path);
    }
}

Test(writer, frames_longer_than_its_buffer)
{
    char *path = new_name(".pcapng"), error[CAPTURE_ERROR];
    uint32_t length = 700001;
    uint8_t *octets = alloc_array(length, 1);
    memset(octets, 0x5a, length);
    struct writer *w = open_writer(path);
    struct frame frame = { .data = octets, .length = length, .wire_length = length, .link = 1 };
    cr_expect(writer_frame(w, &frame) && writer_frame(w, &frame));
    cr_expect(writer_close(w, error));
    struct capture *cap = read_back(path);
    for (int i = 0; i < 2; i++) {
        frame = next_frame(cap);
        cr_expect(frame.length == length && memcmp(frame.data, octets, length) == 0);
    }
    check_end(cap);
    free(octets);
    drop(path);
}

Test(writer, says_why_it_cannot)
{
    char error[CAPTURE_ERROR] = "";
    cr_expect_null(writer_new(&(struct writer_config) { .path = "/no/such/folder/x.pcap" }, error));
    cr_expect_str_eq(error, "cannot write '/no/such/folder/x.pcap': No such file or directory");
    static const uint8_t octets[4];
    struct frame frame = { .data = octets, .length = 4, .wire_length = 4, .link = 1 };
    struct writer *w = open_writer("/dev/full");
    cr_expect(writer_frame(w, &frame), "it stands in the buffer");
    cr_expect_not(writer_flush(w));
    cr_expect_not(writer_frame(w, &frame));
    cr_expect_not(writer_close(w, error));
    cr_expect_str_eq(error, "cannot write '/dev/full': No space left on device");
}

Test(writer, never_writes_its_input)
{
    struct octets o = { .little = true };
    char error[CAPTURE_ERROR] = "";
    build_classic(&o, MAGIC_NANO, 65535, 1);
    char *path = write_file(&o), other[128];
    snprintf(other, sizeof other, "%s.link", path);
    cr_assert_eq(symlink(path, other), 0);
    const char *inputs[] = { "/no/such/file", path };
    struct writer_config config = { .path = other, .inputs = inputs, .input_count = 2 };
    cr_expect_null(writer_new(&config, error));
    cr_expect_not_null(strstr(error, "it is the input"), "%s", error);
    struct stat status;
    cr_expect(stat(path, &status) == 0 && status.st_size == 24, "and it is as it was");
    unlink(other);
    unlink(path);
    free(path);
}
