/* SPDX-License-Identifier: MIT */
#include "base/digits.h"

const char digits_hex[16] = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
};

/* Each of the first three lists ten entries of a table, those of the digits given and every last one. */
#define ENDINGS(of) of('0'), of('1'), of('2'), of('3'), of('4'), of('5'), of('6'), of('7'), of('8'), of('9')
#define ENDINGS1(of, a)                                                                                      \
    of(a, '0'), of(a, '1'), of(a, '2'), of(a, '3'), of(a, '4'), of(a, '5'), of(a, '6'), of(a, '7'),          \
        of(a, '8'), of(a, '9')
#define ENDINGS2(of, a, b)                                                                                   \
    of(a, b, '0'), of(a, b, '1'), of(a, b, '2'), of(a, b, '3'), of(a, b, '4'), of(a, b, '5'), of(a, b, '6'), \
        of(a, b, '7'), of(a, b, '8'), of(a, b, '9')

#define PAIR(a, b)     a, b
#define PAIRS(a)       ENDINGS1(PAIR, a)
#define ONE(a)         a, 0, 0, 1
#define TWO(a, b)      a, b, 0, 2
#define TWOS(a)        ENDINGS1(TWO, a)
#define THREE(a, b, c) a, b, c, 3
#define THREES(a, b)   ENDINGS2(THREE, a, b)
#define HUNDRED(a)                                                                                           \
    THREES(a, '0'), THREES(a, '1'), THREES(a, '2'), THREES(a, '3'), THREES(a, '4'), THREES(a, '5'),          \
        THREES(a, '6'), THREES(a, '7'), THREES(a, '8'), THREES(a, '9')

const char digits_pair[2 * 100] = { ENDINGS(PAIRS) };

const char digits_small[4 * DIGITS_SMALL] = {
    ENDINGS(ONE), TWOS('1'),    TWOS('2'),    TWOS('3'),    TWOS('4'),    TWOS('5'),    TWOS('6'),
    TWOS('7'),    TWOS('8'),    TWOS('9'),    HUNDRED('1'), HUNDRED('2'), HUNDRED('3'), HUNDRED('4'),
    HUNDRED('5'), HUNDRED('6'), HUNDRED('7'), HUNDRED('8'), HUNDRED('9'),
};

static char *put_eight(char *out, uint64_t value)
{
    digits_store(out, digits_eight(value) | UINT64_C(0x3030303030303030));
    return out + 8;
}

char *digits_put_large(char *out, uint64_t value)
{
    uint64_t rest = value % DIGITS_EIGHT;
    value /= DIGITS_EIGHT;
    if (value < DIGITS_EIGHT)
        return put_eight(digits_put(out, value), rest);
    out = digits_put(out, value / DIGITS_EIGHT);
    return put_eight(put_eight(out, value % DIGITS_EIGHT), rest);
}

size_t digits_unsigned(uint64_t value, char out[DIGITS_UNSIGNED])
{
    char digits[DIGITS_ROOM];
    size_t length = (size_t)(digits_put_small(digits, value) - digits);
    memcpy(out, digits, length);
    return length;
}
