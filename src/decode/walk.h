/* SPDX-License-Identifier: MIT */
/* How long a record is: RFC 7011 section 7 for variable-length fields. */
#ifndef DECODE_WALK_H
#define DECODE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"
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
    for (uint16_t i = 0; i < t->field_count; i++) {
        uint16_t length = t->fields[i].length;
        if (!cursor_skip(c, length == NFDEC_VARIABLE ? walk_variable_length(c) : length))
            return false;
    }
    return true;
}

#endif
