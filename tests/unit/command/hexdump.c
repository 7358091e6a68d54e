/* SPDX-License-Identifier: MIT */
#include "command/hexdump.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_words(const char *const *words, size_t count, const char *expected,
                       struct complaint *complaint)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    bool fine = hexdump_read(words, count, &octets, &length, complaint);
    if (fine) {
        struct strbuf hex = { 0 };
        strbuf_hex(&hex, octets, length);
        cr_assert_str_eq(hex.data, expected);
        strbuf_release(&hex);
    }
    free(octets);
    return fine;
}

static bool read_file(const char *text, size_t text_length, const char *expected, struct complaint *complaint)
{
    char path[] = "/tmp/nfscope-hexdump-XXXXXX";
    const char *word = path;
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, text_length), (ssize_t)text_length);
    close(fd);
    bool fine = read_words(&word, 1, expected, complaint);
    unlink(path);
    return fine;
}

static void expect_end(struct complaint *complaint, int status, const char *end)
{
    size_t length = strlen(end);
    cr_assert_eq(complaint->status, status);
    cr_assert_geq(complaint->text.length, length);
    cr_assert_str_eq(complaint->text.data + complaint->text.length - length, end);
    complaint_release(complaint);
}

Test(hexdump, words_are_the_dump)
{
    struct complaint complaint = { 0 };
    const char *one[] = { "00050001" }, *many[] = { "00", "05", "0001" };
    cr_assert(read_words(one, 1, "00050001", &complaint));
    cr_assert(read_words(many, 3, "00050001", &complaint));
}

Test(hexdump, a_word_that_names_a_file_is_read)
{
    struct complaint complaint = { 0 };
    cr_assert(read_file("00 05\n00 01\n", 12, "00050001", &complaint));
}

Test(hexdump, culprit_among_words)
{
    struct complaint complaint = { 0 };
    const char *words[] = { "00", "zz" };
    cr_assert_not(read_words(words, 2, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT, "nfscope: bad hex dump: no hex octet\n    00 zz\n       ^\n");
}

Test(hexdump, culprit_in_a_line_of_a_file)
{
    struct complaint complaint = { 0 };
    cr_assert_not(read_file("00 05\n00 q1\n00\n", 15, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT, "no hex octet in line 2\n    00 q1\n       ^\n");
}

Test(hexdump, other_packets_are_refused)
{
    struct complaint complaint = { 0 };
    const char *word = "00040001";
    cr_assert_not(read_words(&word, 1, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT, "the octets are no NetFlow v1, v5, v7, v9 or IPFIX packet\n");
}

Test(hexdump, neither_file_nor_hex)
{
    struct complaint complaint = { 0 };
    const char *word = "no-such-file";
    cr_assert_not(read_words(&word, 1, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT,
               "nfscope: 'no-such-file' is neither a file nor hex octets\n    no-such-file\n    ^\n");
}

Test(hexdump, nothing_is_an_error)
{
    struct complaint complaint = { 0 };
    cr_assert_not(read_file("", 0, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT, "the hex dump is empty\n");
    cr_assert_not(read_file(" \n\n", 3, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT, "the hex dump is empty\n");
}

Test(hexdump, captures_are_told_apart)
{
    struct complaint complaint = { 0 };
    cr_assert_not(read_file("\xd4\xc3\xb2\xa1\x02\0\x04\0", 8, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT, "is no hex dump; a capture is read with -r\n");
}

Test(hexdump, a_datagram_has_a_largest_size)
{
    struct complaint complaint = { 0 };
    size_t length = 2 * 65536;
    char *text = malloc(length);
    cr_assert_not_null(text);
    memset(text, '0', length);
    cr_assert_not(read_file(text, length, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT, "the hex dump has 65536 octets, a datagram 65535 at most\n");
    free(text);
}

Test(hexdump, files_without_end_are_not_read_to_the_end)
{
    struct complaint complaint = { 0 };
    size_t length = 3u << 20;
    char *text = malloc(length);
    cr_assert_not_null(text);
    memset(text, '0', length);
    cr_assert_not(read_file(text, length, "", &complaint));
    expect_end(&complaint, COMPLAINT_INPUT, "is too long for a hex dump of one packet\n");
    free(text);
}

Test(hexdump, folders_cannot_be_read)
{
    struct complaint complaint = { 0 };
    const char *word = "/tmp";
    cr_assert_not(read_words(&word, 1, "", &complaint));
    expect_end(&complaint, COMPLAINT_USAGE, "cannot read '/tmp': Is a directory\n");
}
