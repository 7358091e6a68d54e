/* SPDX-License-Identifier: MIT */
/*
 * Where in a record of a template the fields are that a plan is made of: for each column the best field that can fill it,
 * and fields with a rule of their own. One walk over the fields finds them all.
 */
#ifndef DECODE_PLACES_H
#define DECODE_PLACES_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/columns.h"
#include "nfdec/template.h"

/* What a field is for: a column, by its number, or one of these. */
enum place_role {
    PLACE_BEHIND_COLUMNS = NFDEC_COLUMN_COUNT - 1,
#define SOURCE(column, rank, operation, id)
#define REVERSE(column, rank, operation, id)
#define OTHER(role, lengths, id) PLACE_##role,
#include "decode/sources.def"
#undef SOURCE
#undef REVERSE
#undef OTHER
    PLACE_ROLES
};

#define PLACE_NO_SOURCE 0u

struct place {
    uint32_t offset; /* in the segment */
    uint16_t segment;
    uint8_t length;    /* 0: there is no such field */
    uint8_t source;    /* private: which of the elements that can fill the role */
    uint8_t operation; /* enum plan_operation, of a column */
};

/* Those of a template, filled field by field. */
struct places {
    struct place of[PLACE_ROLES];
    uint8_t found[PLACE_ROLES]; /* the roles that are filled, about in the order of their fields */
    uint8_t found_count;
    uint16_t segments; /* so far: one more than variable-length fields */
    uint32_t offset;   /* of the next field in its segment */
    bool odd_lengths;  /* some field has a length that is not its element's */
};

void places_init(struct places *places);

/* What a field could be a source of, as a number for places_add(); PLACE_NO_SOURCE: nothing. Scope fields are none. */
uint8_t places_source(const struct nfdec_field_spec *spec);

/* The next field. */
void places_add(struct places *places, uint8_t source, uint16_t length);

static inline bool place_found(const struct place *place)
{
    return place->length > 0;
}

#endif
