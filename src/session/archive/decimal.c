/* SPDX-License-Identifier: MIT */
#include "session/archive/decimal.h"

#include <string.h>

#define LIMB        1000000000u /* nine digits */
#define LIMB_DIGITS 9u

static void add_long(struct strbuf *out, const uint8_t *octets, size_t length)
{
    uint8_t rest[DECIMAL_MOST];
    uint32_t limb[DECIMAL_MOST * 8 / 29 + 1]; /* the least significant first */
    size_t limbs = 0, from = 0;
    memcpy(rest, octets, length);
    while (from < length) {
        uint64_t remainder = 0;
        for (size_t i = from; i < length; i++) {
            remainder = remainder << 8 | rest[i];
            rest[i] = (uint8_t)(remainder / LIMB);
            remainder %= LIMB;
        }
        limb[limbs++] = (uint32_t)remainder;
        while (from < length && rest[from] == 0)
            from++;
    }
    strbuf_unsigned(out, limb[--limbs]);
    while (limbs > 0)
        strbuf_format(out, "%09u", limb[--limbs]);
}

void decimal_add(struct strbuf *out, const uint8_t *octets, size_t length)
{
    uint64_t value = 0;
    if (length > DECIMAL_MOST)
        length = DECIMAL_MOST;
    while (length > 0 && *octets == 0) {
        octets++;
        length--;
    }
    if (length > sizeof value) {
        add_long(out, octets, length);
        return;
    }
    for (size_t i = 0; i < length; i++)
        value = value << 8 | octets[i];
    strbuf_unsigned(out, value);
}

/* number = number * factor + term, in the last `used` of `room` octets; false where it outgrows them. */
static bool grow(uint8_t *octets, size_t room, size_t *used, uint32_t factor, uint32_t term)
{
    uint64_t carry = term;
    for (size_t i = 0; i < *used; i++) {
        uint8_t *octet = &octets[room - 1 - i];
        carry += (uint64_t)*octet * factor;
        *octet = (uint8_t)carry;
        carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) {
        if (*used == room)
            return false;
        octets[room - 1 - (*used)++] = (uint8_t)carry;
    }
    return true;
}

bool decimal_read(const char *digits, size_t count, uint8_t *octets, size_t room, size_t *length)
{
    size_t used = 0, at = 0;
    while (at < count && digits[at] == '0')
        at++;
    if (count == 0 || room == 0)
        return false;
    while (at < count) {
        uint32_t factor = 1, term = 0;
        for (unsigned n = 0; n < LIMB_DIGITS && at < count; n++, at++) {
            unsigned digit = (unsigned)(digits[at] - '0');
            if (digit > 9)
                return false;
            factor *= 10;
            term = term * 10 + digit;
        }
        if (!grow(octets, room, &used, factor, term))
            return false;
    }
    if (used == 0)
        octets[room - 1 - used++] = 0;
    memmove(octets, octets + room - used, used);
    *length = used;
    return true;
}
