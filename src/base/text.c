/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

#include "base/digits.h"
#include "base/utf8.h"

struct text text_of(char *buffer, size_t size)
{
    if (size > 0)
        buffer[0] = '\0';
    return (struct text) { .data = buffer, .size = size, .full = size == 0 };
}

static size_t room(const struct text *t)
{
    return t->full ? 0 : t->size - 1 - t->length;
}

static void append(struct text *t, const char *data, size_t length)
{
    memcpy(t->data + t->length, data, length);
    t->length += length;
    t->data[t->length] = '\0';
}

void text_octets(struct text *t, const char *data, size_t length)
{
    size_t fits = room(t);
    if (length > 0 && fits > 0)
        append(t, data, length < fits ? length : fits);
    if (length > fits)
        t->full = true;
}

void text_whole(struct text *t, const char *data, size_t length)
{
    if (length > room(t))
        t->full = true;
    else if (length > 0)
        append(t, data, length);
}

void text_add(struct text *t, const char *terminated)
{
    text_octets(t, terminated, strlen(terminated));
}

void text_unsigned(struct text *t, uint64_t value)
{
    char digits[DIGITS_UNSIGNED];
    text_octets(t, digits, digits_unsigned(value, digits));
}

void text_signed(struct text *t, int64_t value)
{
    if (value < 0)
        text_octets(t, "-", 1);
    text_unsigned(t, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void text_hex(struct text *t, const uint8_t *octets, size_t length)
{
    for (size_t i = 0; i < length && !t->full; i++) {
        char pair[2] = { digits_hex[octets[i] >> 4], digits_hex[octets[i] & 0xF] };
        text_whole(t, pair, sizeof pair);
    }
}

void text_clean(struct text *t, const char *data, size_t length)
{
    size_t at = 0;
    while (at < length && !t->full) {
        size_t plain = utf8_plain(data + at, length - at);
        text_octets(t, data + at, plain);
        at += plain;
        if (at < length) {
            char unit[UTF8_CLEAN];
            size_t written;
            at += utf8_clean(data + at, length - at, unit, &written);
            text_whole(t, unit, written);
        }
    }
}
