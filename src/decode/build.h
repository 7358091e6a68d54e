/* SPDX-License-Identifier: MIT */
/* From the shape of a template on the wire to a compiled one: names, types, lengths, repeated fields, plan. */
#ifndef DECODE_BUILD_H
#define DECODE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/memory.h"
#include "decode/plans.h"
#include "decode/shape.h"
#include "nfdec/template.h"

/* NULL: no memory. *octets: what it takes. */
struct nfdec_template *build_template(struct memory *mem, struct plans *plans,
                                      const struct nfdec_session *session, const struct shape *shape,
                                      size_t *octets);
void build_free(struct memory *mem, struct nfdec_template *t);

/* The compiled form of one specifier without repeats; `name` of an unknown or reverse one is written to buffer. */
#define BUILD_NAME_SIZE 128
void build_field(struct nfdec_field_spec *spec, const struct wire_field *field, uint16_t version, bool scope,
                 char name[BUILD_NAME_SIZE]);

/* Whether values of a type are lists (RFC 6313). */
static inline bool build_is_list(uint8_t type)
{
    return type == NFDEC_BASIC_LIST || type == NFDEC_SUB_TEMPLATE_LIST ||
           type == NFDEC_SUB_TEMPLATE_MULTI_LIST;
}

#endif
