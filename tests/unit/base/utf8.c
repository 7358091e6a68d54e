/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <criterion/criterion.h>
#include <stdint.h>

/* An encoder of its own, so that the decoder is held against something. */
static size_t encode(uint32_t point, char out[4])
{
    size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = n; i > 1; i--) {
        out[i - 1] = (char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    out[0] = (char)(lead[n] | point);
    return n;
}

Test(utf8, every_character_survives)
{
    for (uint32_t point = 0; point <= 0x110000; point++) {
        char data[4];
        uint32_t back = 0xFFFFFFFF;
        size_t n = encode(point, data);
        bool valid = point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
        cr_assert_eq(utf8_decode(data, n, &back), valid ? n : 0, "U+%04X", point);
        if (valid) {
            cr_assert_eq(back, point);
            cr_assert_eq(utf8_decode(data, n - 1, &back), 0, "U+%04X cut", point);
        }
    }
}

Test(utf8, hostile_characters_are_not_printable)
{
    static const struct {
        uint32_t first, last;
    } hostile[] = {
        { 0x0000, 0x001F },   { 0x007F, 0x009F },     { 0x200B, 0x200F },     { 0x2028, 0x202E },
        { 0x2066, 0x2069 },   { 0xD800, 0xDFFF },     { 0xFDD0, 0xFDEF },     { 0xFE00, 0xFE0F },
        { 0xFEFF, 0xFEFF },   { 0xFFFE, 0xFFFF },     { 0x1FFFE, 0x1FFFF },   { 0xE0000, 0xE007F },
        { 0xE0100, 0xE01EF }, { 0x10FFFE, 0x10FFFF }, { 0x110000, 0x110010 },
    };
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
        for (uint32_t point = hostile[i].first; point <= hostile[i].last; point++)
            cr_assert_not(utf8_printable(point), "U+%04X", point);
}

Test(utf8, letters_are_printable)
{
    static const uint32_t letters[] = { ' ',    '~',    0xA0,   0xE9,   0x3B1,  0x416,  0x5D0,
                                        0x623,  0x2010, 0x2500, 0x4E2D, 0xAC00, 0xFFFD, 0x1F600,
                                        0x2027, 0x202F, 0x205F, 0x2070, 0xFE10, 0xFEFE, 0x20000 };
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        cr_expect(utf8_printable(letters[i]), "U+%04X", letters[i]);
}

Test(utf8, clean_always_moves_on)
{
    for (unsigned first = 0; first < 256; first++) {
        for (size_t length = 1; length <= 4; length++) {
            char data[4] = { (char)first, '\x80', '\x80', '\x80' };
            char out[UTF8_CLEAN];
            size_t written = 0;
            size_t n = utf8_clean(data, length, out, &written);
            cr_assert(n >= 1 && n <= length);
            cr_assert(written >= 1 && written <= UTF8_CLEAN);
        }
    }
}
