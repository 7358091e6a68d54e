/* SPDX-License-Identifier: MIT */
/*
 * Field specifiers from the wire, compiled: element, name and type. Templates are made of the same few, so those that were
 * met lately are kept: a capture with many templates has each looked up once.
 */
#ifndef DECODE_SPECS_H
#define DECODE_SPECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/memory.h"
#include "nfdec/template.h"

/* A field specifier as it stands on the wire. */
struct wire_field {
    uint32_t pen;
    uint16_t id, length;
};

struct spec_known {
    struct nfdec_field_spec spec; /* as the first of its name in a template */
    uint64_t wire;                /* private: what it is made of; */
    uint32_t exporter; /* private: for which version, and whether as a scope. 0: nothing is known here */
    uint16_t name;     /* below SPEC_NAMES; fields of the same name have the same one, others seldom */
    uint8_t source;    /* places_source() */
    uint8_t traits;    /* enum spec_trait bits */
};

enum spec_trait {
    SPEC_VARIABLE = 1,
    SPEC_LIST = 2,
    SPEC_ODD_LENGTH = 4, /* not one of its element */
};

#define SPECS_KNOWN 512u
#define SPEC_NAMES  1024u

/* Zeroed memory is one that knows nothing. */
struct specs {
    struct spec_known known[SPECS_KNOWN];
};

/* Valid until the next call. A name that is not an element's becomes a piece of the pool. NULL: no memory. */
const struct spec_known *specs_find(struct specs *specs, struct pool *pool, struct memory *mem,
                                    const struct wire_field *wire, uint16_t version, bool scope);

/* The compiled form of one specifier; the name of an unknown or reverse one is written to the buffer. */
#define SPEC_NAME_SIZE 128
void spec_compile(struct nfdec_field_spec *spec, const struct wire_field *wire, uint16_t version, bool scope,
                  char name[SPEC_NAME_SIZE]);

/* Whether values of a type are lists (RFC 6313). */
static inline bool spec_is_list(uint8_t type)
{
    return type == NFDEC_BASIC_LIST || type == NFDEC_SUB_TEMPLATE_LIST ||
           type == NFDEC_SUB_TEMPLATE_MULTI_LIST;
}

#endif
