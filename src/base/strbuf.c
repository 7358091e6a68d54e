/* SPDX-License-Identifier: MIT */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"

void strbuf_release(struct strbuf *buf)
{
    free(buf->data);
    *buf = (struct strbuf) { 0 };
}

void strbuf_clear(struct strbuf *buf)
{
    buf->length = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

void strbuf_grow(struct strbuf *buf, size_t n)
{
    size_t needed = n < SIZE_MAX - buf->length - 1 ? buf->length + n + 1 : SIZE_MAX;
    size_t doubled = buf->capacity < SIZE_MAX / 2 ? buf->capacity * 2 : SIZE_MAX;
    size_t capacity = needed > doubled ? needed : doubled;
    if (capacity < 64)
        capacity = 64;
    buf->data = alloc_resize(buf->data, capacity, 1);
    buf->capacity = capacity;
}

void strbuf_signed(struct strbuf *buf, int64_t value)
{
    if (value < 0)
        strbuf_char(buf, '-');
    strbuf_unsigned(buf, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void strbuf_hex(struct strbuf *buf, const uint8_t *octets, size_t length)
{
    if (length > SIZE_MAX / 4)
        length = SIZE_MAX / 4; /* cannot exist; keeps the product below from wrapping */
    char *room = strbuf_room(buf, length * 2);
    for (size_t i = 0; i < length; i++) {
        room[2 * i] = digits_hex[octets[i] >> 4];
        room[2 * i + 1] = digits_hex[octets[i] & 0xF];
    }
    buf->length += length * 2;
}

void strbuf_format(struct strbuf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    char *room = strbuf_room(buf, 128);
    int length = vsnprintf(room, 129, format, arguments);
    if (length > 128) {
        room = strbuf_room(buf, (size_t)length);
        length = vsnprintf(room, (size_t)length + 1, format, again);
    }
    if (length > 0)
        buf->length += (size_t)length;
    else
        room[0] = '\0';
    va_end(again);
    va_end(arguments);
}

void strbuf_clean(struct strbuf *buf, const char *data, size_t length)
{
    strbuf_room(buf, length);
    size_t at = 0;
    while (at < length) {
        size_t plain = utf8_plain(data + at, length - at);
        strbuf_add(buf, data + at, plain);
        at += plain;
        if (at < length) {
            char unit[UTF8_CLEAN];
            size_t written;
            at += utf8_clean(data + at, length - at, unit, &written);
            strbuf_add(buf, unit, written);
        }
    }
}

static void json_unit(struct strbuf *buf, unsigned unit)
{
    char text[6] = { '\\',
                     'u',
                     digits_hex[unit >> 12 & 0xF],
                     digits_hex[unit >> 8 & 0xF],
                     digits_hex[unit >> 4 & 0xF],
                     digits_hex[unit & 0xF] };
    strbuf_add(buf, text, sizeof text);
}

/* The short escapes of RFC 8259 section 7; 0: the character has none. */
static char json_short(uint32_t point)
{
    switch (point) {
    case '"':
    case '\\':
        return (char)point;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static void json_escape(struct strbuf *buf, uint32_t point)
{
    char letter = json_short(point);
    if (letter) {
        strbuf_add(buf, (char[2]) { '\\', letter }, 2);
    } else if (point < 0x10000) {
        json_unit(buf, point);
    } else {
        json_unit(buf, 0xD800 + ((point - 0x10000) >> 10));
        json_unit(buf, 0xDC00 + ((point - 0x10000) & 0x3FF));
    }
}

/* How many octets from the start stand for themselves in a JSON string. */
static size_t json_plain(const char *data, size_t length)
{
    size_t n = 0;
    while (n < length && (uint8_t)data[n] >= 0x20 && (uint8_t)data[n] < 0x7F && data[n] != '"' &&
           data[n] != '\\')
        n++;
    return n;
}

void strbuf_json(struct strbuf *buf, const char *data, size_t length)
{
    strbuf_char(buf, '"');
    size_t at = 0;
    while (at < length) {
        size_t plain = json_plain(data + at, length - at);
        strbuf_add(buf, data + at, plain);
        at += plain;
        if (at == length)
            break;
        uint32_t point;
        size_t n = utf8_decode(data + at, length - at, &point);
        if (n == 0) {
            strbuf_text(buf, "\xEF\xBF\xBD");
            n = 1;
        } else if (json_short(point) || !utf8_printable(point)) {
            json_escape(buf, point);
        } else {
            strbuf_add(buf, data + at, n);
        }
        at += n;
    }
    strbuf_char(buf, '"');
}
