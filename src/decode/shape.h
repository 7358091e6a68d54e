/* SPDX-License-Identifier: MIT */
/* The shape of a template as it stands on the wire. */
#ifndef DECODE_SHAPE_H
#define DECODE_SHAPE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/cursor.h"
#include "decode/specs.h"
#include "nfdec/template.h"

/* The fields are borrowed, and all there. */
struct shape {
    const uint8_t *fields; /* so many octets of field specifiers */
    uint32_t octets;
    uint16_t id, field_count, scope_count;
    uint8_t kind; /* enum nfdec_template_kind */
};

/*
 * RFC 7011 section 3.2: |E| element id (15) | length (16) | enterprise number (32, if E) |
 * NetFlow v9 has no E bit: the whole 16 bits are the field type.
 */
static inline struct wire_field shape_field(struct cursor *fields, bool ipfix)
{
    const uint8_t *p = cursor_take(fields, 4);
    if (!p)
        return (struct wire_field) { .id = 0 };
    struct wire_field field = { .id = be16(p), .length = be16(p + 2) };
    if (ipfix && field.id & 0x8000) {
        field.id &= 0x7fff;
        field.pen = cursor_u32(fields);
    }
    return field;
}

/* Whether a template of an exporter of the same version has this shape. Its id does not matter. */
static inline bool shape_is(const struct shape *shape, const struct nfdec_template *t)
{
    return t->field_count == shape->field_count && t->scope_count == shape->scope_count &&
           t->kind == shape->kind && t->shape_octets == shape->octets &&
           memcmp(t->shape, shape->fields, shape->octets) == 0;
}

#endif
