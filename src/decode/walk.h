/* SPDX-License-Identifier: MIT */
/* How long a record is: RFC 7011 section 7 for variable-length fields. */
#ifndef DECODE_WALK_H
#define DECODE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"
#include "decode/plan.h"
#include "nfdec/template.h"

/* The length prefix of a variable-length field: one octet, or 255 and two more. */
static inline size_t walk_variable_length(struct cursor *c)
{
    size_t length = cursor_u8(c);
    return length == 255 ? cursor_u16(c) : length;
}

/*
 * Behind a record of variable length that begins at p, `left` octets, at least t->record_length; NULL: it is not
 * wholly there. What is left beyond the shortest record there can be is all that its fields may take: with that
 * accounted for, each fixed-length field and each first octet of a length is there without a check of its own.
 */
static inline const uint8_t *walk_variable_record(const struct nfdec_template *t, const uint8_t *p,
                                                  size_t left)
{
    const struct nfdec_plan *plan = t->plan;
    size_t spare = left - t->record_length;
    for (uint16_t i = 0; i + 1 < plan->gap_count; i++) {
        p += plan->gaps[i];
        size_t length = *p++;
        if (length == 255) {
            if (spare < 2)
                return NULL;
            spare -= 2;
            length = be16(p);
            p += 2;
        }
        if (length > spare)
            return NULL;
        spare -= length;
        p += length;
    }
    return p + plan->gaps[plan->gap_count - 1];
}

/* Moves the cursor over one record of the template; false: it is not wholly there. */
static inline bool walk_record(const struct nfdec_template *t, struct cursor *c)
{
    size_t left = cursor_left(c);
    if (!t->variable)
        return t->record_length > 0 && cursor_skip(c, t->record_length);
    if (left < t->record_length)
        return false;
    const uint8_t *p = c->data + c->at, *end = walk_variable_record(t, p, left);
    return end && cursor_skip(c, (size_t)(end - p));
}

/* Behind the variable-length field at p, which is known to be there wholly. */
static inline const uint8_t *walk_over(const uint8_t *p)
{
    return *p < 255 ? p + 1 + *p : p + 3 + be16(p + 1);
}

#endif
