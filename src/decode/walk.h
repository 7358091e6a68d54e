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

/* Moves the cursor over one record of the template; false: it is not wholly there. */
static inline bool walk_record(const struct nfdec_template *t, struct cursor *c)
{
    if (!t->variable)
        return t->record_length > 0 && cursor_skip(c, t->record_length);
    const struct nfdec_plan *plan = t->plan;
    for (uint16_t i = 0; i + 1 < plan->gap_count; i++) {
        cursor_skip(c, plan->gaps[i]);
        if (!cursor_skip(c, walk_variable_length(c)))
            return false;
    }
    return cursor_skip(c, plan->gaps[plan->gap_count - 1]);
}

/* Behind the variable-length field at p, which is known to be there wholly. */
static inline const uint8_t *walk_over(const uint8_t *p)
{
    return *p < 255 ? p + 1 + *p : p + 3 + be16(p + 1);
}

#endif
