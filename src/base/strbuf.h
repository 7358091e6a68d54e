/* SPDX-License-Identifier: MIT */
/*
 * Text that grows. Owner: whoever has the struct; strbuf_release() when done. Always terminated once
 * something was added. Used by the program only (out of memory ends it, see alloc.h).
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/digits.h"

struct strbuf {
    char *data;
    size_t length, capacity;
};

void strbuf_release(struct strbuf *buf);
void strbuf_clear(struct strbuf *buf);

void strbuf_grow(struct strbuf *buf, size_t n); /* private: the long way of strbuf_room() */

/* Room for n octets and a terminator behind length, for the caller to fill and then add to length. */
static inline char *strbuf_room(struct strbuf *buf, size_t n)
{
    if (n >= buf->capacity - buf->length)
        strbuf_grow(buf, n);
    char *room = buf->data + buf->length;
    room[0] = '\0';
    room[n] = '\0';
    return room;
}

static inline void strbuf_add(struct strbuf *buf, const char *data, size_t length)
{
    char *room = strbuf_room(buf, length);
    if (length > 0)
        memcpy(room, data, length);
    buf->length += length;
}

static inline void strbuf_text(struct strbuf *buf, const char *text)
{
    strbuf_add(buf, text, strlen(text));
}

static inline void strbuf_char(struct strbuf *buf, char c)
{
    *strbuf_room(buf, 1) = c;
    buf->length++;
}

static inline void strbuf_unsigned(struct strbuf *buf, uint64_t value)
{
    char *end = digits_put_small(strbuf_room(buf, DIGITS_ROOM), value);
    *end = '\0';
    buf->length = (size_t)(end - buf->data);
}

void strbuf_signed(struct strbuf *buf, int64_t value);
void strbuf_hex(struct strbuf *buf, const uint8_t *octets, size_t length); /* lower case, no blanks */
void strbuf_format(struct strbuf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Adds text from the wire so that no terminal and no line structure can suffer: what is not printable UTF-8
 * (controls, C1, bidi and zero-width characters, surrogates, bad encodings) becomes \xNN or \u{N}.
 */
void strbuf_clean(struct strbuf *buf, const char *data, size_t length);

/* Adds a JSON string, quotes included; octets that are not UTF-8 become U+FFFD. */
void strbuf_json(struct strbuf *buf, const char *data, size_t length);

#endif
