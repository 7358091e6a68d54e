/* SPDX-License-Identifier: MIT */
/* The shape of a template as it stands on the wire. */
#ifndef DECODE_SHAPE_H
#define DECODE_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/template.h"

struct wire_field {
    uint32_t pen;
    uint16_t id, length;
};

/* The fields are borrowed. */
struct shape {
    const struct wire_field *field;
    uint16_t id, field_count, scope_count;
    uint8_t kind; /* enum nfdec_template_kind */
};

/* Whether a template has this shape. Its id does not matter. */
static inline bool shape_is(const struct shape *shape, const struct nfdec_template *t)
{
    if (t->field_count != shape->field_count || t->scope_count != shape->scope_count ||
        t->kind != shape->kind)
        return false;
    for (uint16_t i = 0; i < t->field_count; i++) {
        const struct nfdec_field_spec *spec = &t->fields[i];
        const struct wire_field *field = &shape->field[i];
        if (spec->pen != field->pen || spec->id != field->id || spec->length != field->length)
            return false;
    }
    return true;
}

#endif
