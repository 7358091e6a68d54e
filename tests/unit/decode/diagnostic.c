/* SPDX-License-Identifier: MIT */
#include "nfdec/diagnostic.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "nfdec/decoder.h"

Test(diagnostic, nouns_and_verbs_go_by_their_number)
{
    static const struct {
        uint16_t code; /* enum nfdec_code */
        uint64_t a, b;
        const char *text;
    } cases[] = {
        { NFDEC_DIAG_SEQUENCE_GAP, 1, 0, "sequence jumps ahead by 1: that record is missing" },
        { NFDEC_DIAG_SEQUENCE_GAP, 2, 0, "sequence jumps ahead by 2: that many records are missing" },
        { NFDEC_DIAG_TRAILING_OCTETS, 1, 0, "1 octet after the last message is no export message" },
        { NFDEC_DIAG_UDP_LENGTH, 2, 1, "the UDP header announces 2 octets, and 1 was sent" },
        { NFDEC_DIAG_BAD_COUNT, 1, 0, "header announces 1 record, the datagram holds 0 whole ones" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nfdec_diagnostic d = { .code = cases[i].code, .a = cases[i].a, .b = cases[i].b };
        char text[NFDEC_DIAGNOSTIC_TEXT];
        nfdec_diagnostic_text(&d, text, sizeof text);
        cr_expect_str_eq(text, cases[i].text);
    }
}

Test(diagnostic, text_is_filled_in)
{
    char text[NFDEC_DIAGNOSTIC_TEXT];
    struct nfdec_diagnostic d = { .code = NFDEC_DIAG_SET_PARTIAL_RECORD, .id = 260, .a = 7, .b = 12 };
    size_t length = nfdec_diagnostic_text(&d, text, sizeof text);
    cr_expect_str_eq(text, "set 260 ends within a record: 7 octets after 12 whole records");
    cr_expect_eq(length, strlen(text));

    d = (struct nfdec_diagnostic) { .code = NFDEC_DIAG_SET_LATE, .id = 256, .a = 3, .b = 99 };
    nfdec_diagnostic_text(&d, text, sizeof text);
    cr_expect_not_null(strstr(text, "frame 99"));
}

Test(diagnostic, sequence_counts_what_the_version_counts)
{
    static const struct {
        uint16_t version;
        const char *unit;
    } cases[] = { { 5, "5 flows" }, { 7, "5 flows" }, { 9, "5 packets" }, { 10, "5 records" } };
    char text[NFDEC_DIAGNOSTIC_TEXT];
    struct nfdec_diagnostic d = { .code = NFDEC_DIAG_SEQUENCE_GAP, .a = 5 };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nfdec_session session = { .version = cases[i].version };
        d.session = &session;
        nfdec_diagnostic_text(&d, text, sizeof text);
        const char *unit = strchr(cases[i].unit, ' ') + 1;
        cr_expect_not_null(strstr(text, unit), "version %u: %s", cases[i].version, text);
        cr_expect_not_null(strstr(text, "5"));
    }
    d.session = NULL;
    nfdec_diagnostic_text(&d, text, sizeof text);
    cr_expect_not_null(strstr(text, "records"));
}

Test(diagnostic, every_text_fits_and_is_complete)
{
    struct nfdec_session session = { .version = 9 };
    for (int code = 0; code < NFDEC_CODE_COUNT; code++) {
        char text[NFDEC_DIAGNOSTIC_TEXT + 64];
        struct nfdec_diagnostic d = {
            .code = (uint16_t)code, .id = 65535, .a = UINT64_MAX, .b = UINT64_MAX, .session = &session
        };
        size_t length = nfdec_diagnostic_text(&d, text, sizeof text);
        cr_expect_gt(length, 10);
        cr_expect_lt(length, NFDEC_DIAGNOSTIC_TEXT, "%s", text);
        cr_expect_null(strchr(text, '%'), "%s", text);
        cr_expect_neq(text[length - 1], '.', "%s", text);
        cr_expect_not(isupper((unsigned char)text[0]), "%s", text);
    }
}

Test(diagnostic, words_are_stable_and_unique)
{
    for (int code = 0; code < NFDEC_CODE_COUNT; code++) {
        const char *word = nfdec_code_word((enum nfdec_code)code);
        cr_assert_not_null(word);
        cr_expect_eq(strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(word), "%s", word);
        for (int other = 0; other < code; other++)
            cr_expect_str_neq(word, nfdec_code_word((enum nfdec_code)other));
    }
    cr_expect_str_eq(nfdec_code_word(NFDEC_DIAG_SET_NO_TEMPLATE), "set-no-template");
    cr_expect_str_eq(nfdec_code_word(NFDEC_DIAG_SEQUENCE_GAP), "sequence-gap");
    cr_expect_str_eq(nfdec_code_word(NFDEC_CODE_COUNT), "unknown");
}

Test(diagnostic, severities)
{
    cr_expect_eq(nfdec_code_severity(NFDEC_DIAG_BAD_LENGTH), NFDEC_ERROR);
    cr_expect_eq(nfdec_code_severity(NFDEC_DIAG_SEQUENCE_GAP), NFDEC_WARNING);
    cr_expect_eq(nfdec_code_severity(NFDEC_DIAG_SET_LATE), NFDEC_INFO);
    cr_expect_str_eq(nfdec_severity_name(NFDEC_INFO), "info");
    cr_expect_str_eq(nfdec_severity_name(NFDEC_WARNING), "warning");
    cr_expect_str_eq(nfdec_severity_name(NFDEC_ERROR), "error");
    cr_expect_str_eq(nfdec_severity_name((enum nfdec_severity)9), "unknown");
}

Test(diagnostic, text_is_cut_and_terminated)
{
    struct nfdec_diagnostic d = { .code = NFDEC_DIAG_SET_PADDING, .id = 300, .a = 1 };
    char whole[NFDEC_DIAGNOSTIC_TEXT];
    size_t length = nfdec_diagnostic_text(&d, whole, sizeof whole);
    for (size_t size = 1; size <= length + 1; size++) {
        char text[NFDEC_DIAGNOSTIC_TEXT];
        memset(text, '#', sizeof text);
        cr_expect_eq(nfdec_diagnostic_text(&d, text, size), size - 1);
        cr_expect_eq(text[size - 1], '\0');
        cr_expect_eq(text[size], '#');
        cr_expect_eq(strncmp(text, whole, size - 1), 0);
    }
    char none = '#';
    cr_expect_eq(nfdec_diagnostic_text(&d, &none, 0), 0);
    cr_expect_eq(none, '#');
}

Test(diagnostic, every_status_has_a_sentence)
{
    cr_expect_str_eq(nfdec_status_text(NFDEC_NO_MEMORY), "out of memory");
    for (int status = NFDEC_OK; status <= NFDEC_BAD_HEX; status++)
        cr_expect_gt(strlen(nfdec_status_text((enum nfdec_status)status)), 5);
    cr_expect_str_eq(nfdec_status_text((enum nfdec_status)99), "unknown status");
}
