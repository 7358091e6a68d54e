/* SPDX-License-Identifier: MIT */
/* The shape of a template as it stands on the wire. */
#ifndef DECODE_SHAPE_H
#define DECODE_SHAPE_H

#include <stdint.h>

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

#endif
