/* SPDX-License-Identifier: MIT */
#include "nfdec/decoder.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* 40 octets that begin as an export message does and then count. */
enum { SAMPLE = 40 };

static void make_sample(uint8_t out[SAMPLE])
{
    for (unsigned i = 0; i < SAMPLE; i++)
        out[i] = (uint8_t)(i * 7);
    out[0] = 0;
    out[1] = 9;
}

static void expect_sample(const char *form, const char *text, size_t octets)
{
    uint8_t sample[SAMPLE], out[256];
    size_t length = 0;
    make_sample(sample);
    enum nfdec_status status = nfdec_hex_decode(text, strlen(text), out, sizeof out, &length);
    cr_assert_eq(status, NFDEC_OK, "%s: culprit at %zu:\n%s", form, length, text);
    cr_assert_eq(length, octets, "%s: %zu octets of %zu:\n%s", form, length, octets, text);
    cr_expect_arr_eq(out, sample, octets, "%s:\n%s", form, text);
}

/* How a tool lays out its dump. */
struct layout {
    const char *tool;
    const char *prefix; /* of the offset */
    int width;          /* its digits */
    const char *suffix;
    unsigned columns;   /* octets a line */
    unsigned group;     /* octets without a blank between */
    unsigned middle;    /* octets behind which there is one more blank; 0: none */
    const char *before; /* of the text column; NULL: there is none */
    const char *behind;
    bool padded;      /* a short last line is filled up to the text column */
    bool last_offset; /* one more offset at the end */
};

static const struct layout layouts[] = {
    { "xxd", "", 8, ": ", 16, 2, 0, "  ", "", true, false },
    { "xxd -g1", "", 8, ": ", 16, 1, 0, "  ", "", true, false },
    { "xxd -g1 -c8", "", 8, ": ", 8, 1, 0, "  ", "", true, false },
    { "xxd -c32", "", 8, ": ", 32, 2, 0, "  ", "", true, false },
    { "xxd -g4", "", 8, ": ", 16, 4, 0, "  ", "", true, false },
    { "hexdump -C", "", 8, "  ", 16, 1, 8, "  |", "|", true, true },
    { "od -A x -t x1", "", 6, " ", 16, 1, 0, NULL, "", false, true },
    { "od -A x -t x1z", "", 6, " ", 16, 1, 0, "  >", "<", true, true },
    { "tcpdump -x", "\t0x", 4, ":  ", 16, 2, 0, NULL, "", false, false },
    { "tcpdump -X", "\t0x", 4, ":  ", 16, 2, 0, "  ", "", true, false },
    { "wireshark copy", "", 4, "   ", 16, 1, 0, "   ", "", true, false },
    { "wireshark copy, hex only", "", 4, "   ", 16, 1, 0, NULL, "", false, false },
    { "tshark -x", "", 4, "  ", 16, 1, 0, "   ", "", true, false },
    { "old wireshark", "", 4, "  ", 16, 1, 8, "  ", "", true, false },
};

static char *put_octets(char *at, const struct layout *layout, const uint8_t *octets, size_t count)
{
    for (unsigned i = 0; i < layout->columns; i++) {
        if (i >= count && !layout->padded)
            break;
        if (i > 0 && i % layout->group == 0)
            *at++ = ' ';
        if (i > 0 && i == layout->middle)
            *at++ = ' ';
        static const char digits[] = "0123456789abcdef";
        *at++ = i < count ? digits[octets[i] >> 4] : ' ';
        *at++ = i < count ? digits[octets[i] & 15] : ' ';
    }
    return at;
}

/* `text_column`: a text of the same length whose first characters stand in the text column. */
static void put_dump(char *at, const struct layout *layout, size_t octets, const char *text_column,
                     const char *line_end)
{
    uint8_t sample[SAMPLE];
    make_sample(sample);
    for (size_t begin = 0; begin < octets; begin += layout->columns) {
        size_t count = octets - begin < layout->columns ? octets - begin : layout->columns;
        at += snprintf(at, 40, "%s%0*zx%s", layout->prefix, layout->width, begin, layout->suffix);
        at = put_octets(at, layout, sample + begin, count);
        if (layout->before)
            at += snprintf(at, 80, "%s%.*s%s", layout->before, (int)count, text_column, layout->behind);
        at += snprintf(at, 80, "%s", line_end);
    }
    if (layout->last_offset)
        at += snprintf(at, 40, "%s%0*zx%s", layout->prefix, layout->width, octets, layout->suffix);
    *at = '\0';
}

Test(hex, dumps_of_every_tool)
{
    static const char *const columns[] = {
        "................................", "0123456789abcdef0123456789abcdef",
        "a b c d e f 0 1 2 3 4 5 6 7 8 9 ", "  05 06  07 08  09 0a  0b 0c  0d",
        "0x00: ff | 00 11 ||| * 0000  00 ",
    };
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        for (size_t j = 0; j < sizeof columns / sizeof columns[0]; j++)
            for (size_t octets = 1; octets <= SAMPLE; octets++) {
                char text[2048];
                put_dump(text, &layouts[i], octets, columns[j], j % 2 ? "\r\n" : "\n");
                expect_sample(layouts[i].tool, text, octets);
            }
}

Test(hex, plain_in_any_grouping)
{
    static const char *const texts[] = {
        "00090e15",
        "00 09 0e 15",
        "0009 0e15",
        "00:09:0E:15",
        "0009:0e15",
        "0x00090e15",
        "0x00 0x09 0x0e 0x15",
        "0x00, 0x09, 0x0e, 0x15",
        "0x0,0x9,0xe,0x15",
        "00,09,0e,15",
        "\n00\n09\n0e\n15\n",
        "  00\t09\r\n0e15  ",
        "\\x00\\x09\\x0e\\x15",
        "00-09-0e-15",
        "00 090e 15",
        "00:09:0e:15:\n",
    };
    uint8_t wanted[] = { 0x00, 0x09, 0x0e, 0x15 }, out[16];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t length = 0;
        cr_expect_eq(nfdec_hex_decode(texts[i], strlen(texts[i]), out, sizeof out, &length), NFDEC_OK, "%s",
                     texts[i]);
        cr_assert_eq(length, 4, "%s", texts[i]);
        cr_expect_arr_eq(out, wanted, 4, "%s", texts[i]);
    }
}

Test(hex, squeezed_lines_repeat)
{
    static const char text[] =
        "00000000  00 09 00 00 00 00 00 00  00 00 00 00 00 00 00 01  |................|\n"
        "00000010  5a 5a 5a 5a 5a 5a 5a 5a  5a 5a 5a 5a 5a 5a 5a 5a  |ZZZZZZZZZZZZZZZZ|\n"
        "*\n"
        "00000040  01 02                                             |..|\n"
        "00000042\n";
    uint8_t out[100];
    size_t length = 0;
    cr_assert_eq(nfdec_hex_decode(text, strlen(text), out, sizeof out, &length), NFDEC_OK, "%zu", length);
    cr_assert_eq(length, 0x42);
    for (size_t i = 0x10; i < 0x40; i++)
        cr_expect_eq(out[i], 0x5a);
    cr_expect_eq(out[0x0f], 1);
    cr_expect_eq(out[0x41], 2);
}

Test(hex, a_dump_may_begin_further_on)
{
    static const char text[] = "00000010: 0009 0001\n00000014: 0203\n";
    uint8_t out[16];
    size_t length = 0;
    cr_assert_eq(nfdec_hex_decode(text, strlen(text), out, sizeof out, &length), NFDEC_OK);
    cr_expect_eq(length, 6);
    cr_expect_eq(out[1], 9);
}

Test(hex, culprits_are_named)
{
    static const struct {
        const char *text;
        size_t place;
    } cases[] = {
        { "", 0 },
        { "   \n", 4 },
        { "00 0g", 3 },
        { "00 09 zz", 6 },
        { "000", 2 },
        { "00 9", 3 },
        { "hello", 0 },
        { "0x", 0 },
        { "00 09\x80", 5 },
        { "0000  00 09 00 01\n0005  00", 18 },    /* offset that does not follow */
        { "0000  00 09 00 01\n*\n0003  00", 20 }, /* backwards */
        { "0000  00 09 00 01\n00 01 02 03", 18 }, /* line without an offset */
        { "*\n00000000  00 09", 0 },              /* nothing to repeat */
        { "00000000: 0009 001\n", 15 },           /* half an octet */
        { "00000000: 0009 00-1\n", 15 },
    };
    uint8_t out[64];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = 999;
        cr_expect_eq(nfdec_hex_decode(cases[i].text, strlen(cases[i].text), out, sizeof out, &length),
                     NFDEC_BAD_HEX, "%s", cases[i].text);
        cr_expect_eq(length, cases[i].place, "%s: %zu", cases[i].text, length);
    }
    size_t length = 999;
    cr_expect_eq(nfdec_hex_decode("00\00001", 5, out, sizeof out, &length), NFDEC_BAD_HEX);
    cr_expect_eq(length, 2);
}

Test(hex, more_than_there_is_room_for)
{
    uint8_t out[4] = { 0, 0, 0, 0xAA };
    size_t length = 0;
    cr_expect_eq(nfdec_hex_decode("00 09 01", 8, out, 3, &length), NFDEC_OK);
    cr_expect_eq(length, 3);
    cr_expect_eq(nfdec_hex_decode("00 09 01 02", 11, out, 3, &length), NFDEC_BAD_HEX);
    cr_expect_eq(length, 9);
    cr_expect_eq(out[3], 0xAA);
    static const char squeezed[] = "0000  00 09\n*\nffffff  00\n";
    cr_expect_eq(nfdec_hex_decode(squeezed, strlen(squeezed), out, 3, &length), NFDEC_BAD_HEX);
    cr_expect_eq(out[3], 0xAA);
}

/* Whatever is cut off or turned over, the reader ends and stays within its room. */
Test(hex, mangled_dumps_are_survived)
{
    char text[2048];
    uint8_t out[SAMPLE + 1];
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        put_dump(text, &layouts[i], SAMPLE, "................................", "\n");
        size_t whole = strlen(text);
        for (size_t at = 0; at < whole; at++) {
            char kept = text[at];
            static const char others[] = " *|:0x\n\t\xff";
            for (size_t k = 0; k < sizeof others; k++) {
                size_t length = 0;
                text[at] = others[k];
                out[SAMPLE] = 0xAA;
                if (nfdec_hex_decode(text, whole, out, SAMPLE, &length) == NFDEC_OK)
                    cr_assert_leq(length, SAMPLE);
                else
                    cr_assert_leq(length, whole);
                cr_assert_eq(out[SAMPLE], 0xAA);
            }
            text[at] = kept;
        }
    }
}
