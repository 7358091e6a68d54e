/* SPDX-License-Identifier: MIT */
/*
 * A number of 1 ... 8 octets anywhere in a record, in one load whatever its length is: the eight octets that end
 * with it, those in front of it masked away. It reads up to 7 octets before the field and none behind it; load.c,
 * which reads 16 octets, up to 15.
 *
 * These are there, wherever the field is: no record begins with the octets it is read from. In a datagram a
 * message header of at least 16 octets stands before the first set's records; the copy of a set that waits has
 * NUMBER_FRONT octets in front of it (waiting.c). That is for nfdec_set.data only: a record within a list
 * (RFC 6313) is not read this way.
 */
#ifndef DECODE_NUMBER_H
#define DECODE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "base/be.h"

#define NUMBER_FRONT 16 /* octets before a set's data that may be read */

/* How to read a field: from eight octets at `place`, which is relative to where its segment begins. */
struct number {
    ptrdiff_t place;
    uint64_t mask;
};

static inline struct number number_of(uint32_t offset, unsigned length)
{
    static const uint64_t masks[] = { 0,          0xFF,         0xFFFF,         0xFFFFFF,
                                      UINT32_MAX, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF,
                                      UINT64_MAX };
    return (struct number) { .place = (ptrdiff_t)offset + (ptrdiff_t)length - 8, .mask = masks[length] };
}

/* The number in the record, or segment of it, that begins at p. */
static inline uint64_t number_at(const uint8_t *p, struct number number)
{
    return be64(p + number.place) & number.mask;
}

#endif
