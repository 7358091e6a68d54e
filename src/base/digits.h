/* SPDX-License-Identifier: MIT */
/*
 * Digits of numbers: what all writers of text share. Those that take a place to write to and return the one behind
 * are for loops over millions of values: they may touch DIGITS_ROOM octets from that place on, and terminate nothing.
 */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DIGITS_UNSIGNED 20 /* digits of the largest 64-bit number */
#define DIGITS_ROOM     24

#define DIGITS_SMALL 1000u /* numbers below have their digits in a table */
#define DIGITS_EIGHT UINT64_C(100000000)

#pragma GCC visibility push(hidden)               /* read without a detour */
extern const char digits_hex[16];                 /* lower case */
extern const char digits_pair[2 * 100];           /* "00" ... "99" */
extern const char digits_small[4 * DIGITS_SMALL]; /* each up to three digits; the last octet is how many */
#pragma GCC visibility pop

/* Writes the decimal digits of a number and returns how many. Not terminated. */
size_t digits_unsigned(uint64_t value, char out[DIGITS_UNSIGNED]);

char *digits_put_large(char *out, uint64_t value); /* the long way of digits_put() */

/* Eight digits of a number below DIGITS_EIGHT, one an octet, the first in the lowest; 0 ... 9, not '0' ... '9'. */
static inline uint64_t digits_eight(uint64_t value)
{
    uint64_t fours = value / 10000 | value % 10000 << 32;
    uint64_t hundreds = fours * 10486 >> 20 & UINT64_C(0x0000007F0000007F);
    uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
    uint64_t tens = twos * 103 >> 10 & UINT64_C(0x000F000F000F000F);
    return tens | (twos - tens * 10) << 8;
}

/* The same of four digits, a number below 10000. */
static inline uint32_t digits_four(uint32_t value)
{
    uint32_t hundreds = value * 5243 >> 19, twos = hundreds | (value - hundreds * 100) << 16;
    uint32_t tens = twos * 103 >> 10 & 0x000F000F;
    return tens | (twos - tens * 10) << 8;
}

/* Octets from the lowest one on. */
static inline void digits_store(char *out, uint64_t octets)
{
    octets = htole64(octets);
    memcpy(out, &octets, sizeof octets);
}

/*
 * A number of any size: but for the largest nothing here depends on how many digits it has, as branches on that
 * often go wrong.
 */
static inline char *digits_put(char *out, uint64_t value)
{
    if (value >= DIGITS_EIGHT)
        return digits_put_large(out, value);
    uint64_t digits = digits_eight(value);
    unsigned zeros = (unsigned)__builtin_ctzll(digits | UINT64_C(1) << 56) / 8;
    digits_store(out, (digits | UINT64_C(0x3030303030303030)) >> 8 * zeros);
    return out + (8 - zeros);
}

/* A number below DIGITS_SMALL. */
static inline char *digits_put_few(char *out, uint64_t value)
{
    const char *digits = &digits_small[4 * value];
    memcpy(out, digits, 4);
    return out + digits[3];
}

/* The same for a number that has up to five digits as a rule. */
static inline char *digits_put_medium(char *out, uint64_t value)
{
    if (value >= 100 * DIGITS_SMALL)
        return digits_put(out, value);
    uint32_t number = (uint32_t)value, hundreds = number / 100, more = number >= 100;
    out = digits_put_few(out, more ? hundreds : number);
    memcpy(out, &digits_pair[2 * (number - 100 * hundreds)], 2);
    return out + 2 * more;
}

/* A number that is small as a rule. */
static inline char *digits_put_small(char *out, uint64_t value)
{
    return value < DIGITS_SMALL ? digits_put_few(out, value) : digits_put(out, value);
}

#endif
