/* SPDX-License-Identifier: MIT */
/*
 * Values that a field has in this file, the most frequent first: for completion. Of large files some blocks of flows are
 * looked at, evenly spread, so that it takes milliseconds.
 */
#ifndef VIEW_TUI_SCREEN_VALUES_H
#define VIEW_TUI_SCREEN_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "query/field.h"
#include "session/session.h"

#define VALUES_MOST 128

struct values {
    uint8_t symbol; /* enum field_symbol they are of */
    uint64_t flows; /* that were there */
    size_t count;
    struct value {
        char text[ADDR_TEXT];
        char help[32]; /* "12 % of flows" */
    } value[VALUES_MOST];
};

/* Nothing where the field is none whose values are in the columns, or those of a set. */
void values_of(const struct session *run, enum field_symbol field, struct values *out);

#endif
