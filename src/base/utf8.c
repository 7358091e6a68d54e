/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <string.h>

#include "base/digits.h"

struct range {
    uint32_t first, last;
};

/* Sorted. Characters that are invisible, move others about, end a line or are not to be interchanged. */
static const struct range unprintable[] = {
    { 0x0000, 0x001F },   /* C0 controls */
    { 0x007F, 0x009F },   /* DEL, C1 controls */
    { 0x00AD, 0x00AD },   /* soft hyphen */
    { 0x034F, 0x034F },   /* combining grapheme joiner */
    { 0x061C, 0x061C },   /* Arabic letter mark */
    { 0x115F, 0x1160 },   /* Hangul fillers */
    { 0x17B4, 0x17B5 },   /* Khmer inherent vowels */
    { 0x180B, 0x180F },   /* Mongolian variation selectors and vowel separator */
    { 0x200B, 0x200F },   /* zero width, direction marks */
    { 0x2028, 0x202E },   /* line and paragraph separator, embeddings and overrides */
    { 0x2060, 0x206F },   /* joiners, invisible operators, isolates */
    { 0x3164, 0x3164 },   /* Hangul filler */
    { 0xD800, 0xDFFF },   /* surrogates */
    { 0xFDD0, 0xFDEF },   /* non-characters */
    { 0xFE00, 0xFE0F },   /* variation selectors */
    { 0xFEFF, 0xFEFF },   /* byte order mark */
    { 0xFFA0, 0xFFA0 },   /* halfwidth Hangul filler */
    { 0xFFF0, 0xFFFB },   /* unassigned format characters, interlinear annotation */
    { 0x1BCA0, 0x1BCA3 }, /* shorthand format controls */
    { 0x1D173, 0x1D17A }, /* musical format controls */
    { 0xE0000, 0xE0FFF }, /* tags, variation selectors */
};

size_t utf8_decode(const char *data, size_t length, uint32_t *point)
{
    /* the least character of each length: less is an overlong form */
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    if (length == 0)
        return 0;
    uint8_t first = (uint8_t)data[0];
    if (first < 0x80) {
        *point = first;
        return 1;
    }
    size_t n = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || n > length)
        return 0;
    uint32_t value = first & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        uint8_t next = (uint8_t)data[i];
        if ((next & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3F);
    }
    if (value < least[n] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *point = value;
    return n;
}

bool utf8_printable(uint32_t point)
{
    if (point >= 0x20 && point < 0x7F)
        return true;
    if (point > 0x10FFFF || (point & 0xFFFE) == 0xFFFE)
        return false;
    size_t low = 0, high = sizeof unprintable / sizeof unprintable[0];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (point > unprintable[middle].last)
            low = middle + 1;
        else if (point < unprintable[middle].first)
            high = middle;
        else
            return false;
    }
    return true;
}

size_t utf8_plain(const char *data, size_t length)
{
    size_t n = 0;
    while (n < length && (uint8_t)data[n] >= 0x20 && (uint8_t)data[n] < 0x7F)
        n++;
    return n;
}

static size_t escape_point(uint32_t point, char *out)
{
    size_t n = 0;
    memcpy(out, "\\u{", 3);
    n += 3;
    unsigned shift = 20;
    while (shift > 4 && point >> shift == 0)
        shift -= 4;
    for (;; shift -= 4) {
        out[n++] = digits_hex[point >> shift & 0xF];
        if (shift == 0)
            break;
    }
    out[n++] = '}';
    return n;
}

size_t utf8_clean(const char *data, size_t length, char out[UTF8_CLEAN], size_t *written)
{
    uint32_t point;
    size_t n = utf8_decode(data, length, &point);
    if (n > 0 && utf8_printable(point)) {
        memcpy(out, data, n);
        *written = n;
    } else if (n > 1) {
        *written = escape_point(point, out);
    } else {
        uint8_t octet = (uint8_t)data[0];
        n = 1;
        memcpy(out, "\\x", 2);
        out[2] = digits_hex[octet >> 4];
        out[3] = digits_hex[octet & 0xF];
        *written = 4;
    }
    return n;
}
