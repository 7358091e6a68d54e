/* SPDX-License-Identifier: MIT */
/*
 * The one place where octets from outside are checked. A cursor walks over borrowed octets; parsers read
 * straight down, and the first read that does not fit makes it fail for good: from then on all reads give 0
 * and nothing moves. A length from the wire becomes a sub-cursor at once.
 *
 *     struct cursor c = cursor_of(data, length);
 *     uint16_t id = cursor_u16(&c), len = cursor_u16(&c);
 *     struct cursor body = cursor_sub(&c, len);
 *     if (cursor_failed(&c))
 *         ...c.at is where it went wrong...
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/be.h"

struct cursor {
    const uint8_t *data;
    size_t length;
    size_t at; /* next octet to read; of a failed cursor: where the failing read began */
    bool failed;
};

static inline struct cursor cursor_of(const uint8_t *data, size_t length)
{
    return (struct cursor) { .data = data, .length = length };
}

/* The same where it is to stand: the next read need not wait until a copy of it is written. */
static inline void cursor_set(struct cursor *c, const uint8_t *data, size_t length)
{
    c->data = data;
    c->length = length;
    c->at = 0;
    c->failed = false;
}

static inline bool cursor_failed(const struct cursor *c)
{
    return c->failed;
}

static inline size_t cursor_left(const struct cursor *c)
{
    return c->failed ? 0 : c->length - c->at;
}

/* n octets, or NULL; the cursor moves behind them. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t n)
{
    if (c->failed || n > c->length - c->at) {
        c->failed = true;
        return NULL;
    }
    const uint8_t *p = c->data + c->at;
    c->at += n;
    return p;
}

static inline bool cursor_skip(struct cursor *c, size_t n)
{
    return cursor_take(c, n) != NULL;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
    const uint8_t *p = cursor_take(c, 1);
    return p ? *p : 0;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
    const uint8_t *p = cursor_take(c, 2);
    return p ? be16(p) : 0;
}

static inline uint32_t cursor_u32(struct cursor *c)
{
    const uint8_t *p = cursor_take(c, 4);
    return p ? be32(p) : 0;
}

static inline uint64_t cursor_u64(struct cursor *c)
{
    const uint8_t *p = cursor_take(c, 8);
    return p ? be64(p) : 0;
}

/* The next n octets as a cursor of their own; an empty failed one where they are not there. */
static inline struct cursor cursor_sub(struct cursor *c, size_t n)
{
    const uint8_t *p = cursor_take(c, n);
    return (struct cursor) { .data = p, .length = p ? n : 0, .failed = !p };
}

/* What is left, as a cursor of its own; the cursor itself stays. */
static inline struct cursor cursor_rest(const struct cursor *c)
{
    return (struct cursor) { .data = c->data + c->at, .length = cursor_left(c), .failed = c->failed };
}

#endif
