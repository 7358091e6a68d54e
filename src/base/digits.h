/* SPDX-License-Identifier: MIT */
/* Digits of numbers: what all writers of text share. */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#define DIGITS_UNSIGNED 20 /* digits of the largest 64-bit number */

extern const char digits_hex[16]; /* lower case */

/* Writes the decimal digits of a number and returns how many. Not terminated. */
size_t digits_unsigned(uint64_t value, char out[DIGITS_UNSIGNED]);

#endif
