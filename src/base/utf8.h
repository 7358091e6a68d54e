/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 from outside (RFC 3629), and which of it may reach a terminal. One definition for the screen, text
 * output, JSON and the decoder library; nothing here allocates.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the first character of `length` octets. Returns its octets, 1 ... 4; 0: none, or badly encoded. */
size_t utf8_decode(const char *data, size_t length, uint32_t *point);

/*
 * Whether a character shows as itself and does nothing else: no control, no direction or width trick, no line
 * end, no tag or variation selector, no non-character.
 */
bool utf8_printable(uint32_t point);

/* How many octets from the start are printable ASCII. */
size_t utf8_plain(const char *data, size_t length);

#define UTF8_CLEAN 12 /* room for what utf8_clean() writes */

/*
 * Writes the first character of `length` >= 1 octets as it may be shown: itself, or \xNN (ASCII, bad
 * encoding), or \u{N}. Returns how many octets it was; *written how many were written. Not terminated.
 */
size_t utf8_clean(const char *data, size_t length, char out[UTF8_CLEAN], size_t *written);

#endif
