/* SPDX-License-Identifier: MIT */
/* Whole numbers of any size, as archives have them: octets (most significant first) to decimal digits and back. */
#ifndef SESSION_ARCHIVE_DECIMAL_H
#define SESSION_ARCHIVE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

#define DECIMAL_MOST 4096u /* octets of a number: the time that it takes grows with their square */

/* Of longer numbers only the first DECIMAL_MOST octets count. */
void decimal_add(struct strbuf *out, const uint8_t *octets, size_t length);

/*
 * Reads digits into `octets`, as few as the number needs, one at least; *length is how many. False: these are no digits,
 * or the number needs more than `room` octets.
 */
bool decimal_read(const char *digits, size_t count, uint8_t *octets, size_t room, size_t *length);

#endif
