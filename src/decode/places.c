/* SPDX-License-Identifier: MIT */
#include "decode/places.h"

#include <string.h>

#include "decode/operation.h"

/* Lengths that a field may have, as bits: by what is done with it, or by what it is. */
#define LENGTH_MAX 16u
enum {
    LENGTHS_OCTET = 1u << 1,
    LENGTHS_IP4 = 1u << 4,
    LENGTHS_IP6 = 1u << 16,
    LENGTHS_NUMBER = (1u << 9) - (1u << 1),
    LENGTHS_DSCP = LENGTHS_NUMBER,
    LENGTHS_UPTIME = LENGTHS_NUMBER,
    LENGTHS_DELTA = LENGTHS_NUMBER,
    LENGTHS_SECONDS = 1u << 4 | 1u << 8,
    LENGTHS_MILLISECONDS = 1u << 8,
    LENGTHS_NTP_MICRO = 1u << 8,
    LENGTHS_NTP_NANO = 1u << 8,
};

/* An element that can fill a role. Of one role, the better ones stand first. */
struct source {
    uint32_t lengths;
    uint8_t role, operation;
};

static const struct source sources[] = {
#define SOURCE(column, rank, operation, id)  { LENGTHS_##operation, NFDEC_COL_##column, PLAN_##operation },
#define REVERSE(column, rank, operation, id) SOURCE(column, rank, operation, id)
#define OTHER(role, lengths, id)             { LENGTHS_##lengths, PLACE_##role, 0 },
#include "decode/sources.def"
#undef SOURCE
#undef REVERSE
#undef OTHER
};

enum {
#define SOURCE(column, rank, operation, id)  AT_##column##_##rank,
#define REVERSE(column, rank, operation, id) AT_##column##_##rank,
#define OTHER(role, lengths, id)             AT_##role,
#include "decode/sources.def"
#undef SOURCE
#undef REVERSE
#undef OTHER
};

#define IDS 354u /* more than that of any source */

/* Where an element stands in `sources`, + 1, forward and reverse; 0: nowhere. */
static const uint8_t source_of[2][IDS] = {
    {
#define SOURCE(column, rank, operation, id) [id] = AT_##column##_##rank + 1,
#define REVERSE(column, rank, operation, id)
#define OTHER(role, lengths, id) [id] = AT_##role + 1,
#include "decode/sources.def"
#undef SOURCE
#undef REVERSE
#undef OTHER
    },
    {
#define SOURCE(column, rank, operation, id)
#define REVERSE(column, rank, operation, id) [id] = AT_##column##_##rank + 1,
#define OTHER(role, lengths, id)
#include "decode/sources.def"
#undef SOURCE
#undef REVERSE
#undef OTHER
    },
};

void places_init(struct places *places)
{
    memset(places->of, 0, sizeof places->of);
    places->found_count = 0;
    places->segments = 1;
    places->offset = 0;
    places->odd_lengths = false;
}

uint8_t places_source(const struct nfdec_field_spec *spec)
{
    const struct nfdec_element *element = spec->element;
    if (!element || element->pen || element->id >= IDS || spec->length > LENGTH_MAX || spec->scope)
        return PLACE_NO_SOURCE;
    uint8_t number = source_of[spec->reverse][element->id];
    return number && sources[number - 1].lengths >> spec->length & 1 ? number : PLACE_NO_SOURCE;
}

/* Of fields of the same element the first one counts. */
static void note_source(struct places *places, uint8_t number, uint16_t length)
{
    const struct source *source = &sources[number - 1];
    struct place *place = &places->of[source->role];
    if (!place_found(place))
        places->found[places->found_count++] = source->role;
    else if (place->source <= number)
        return;
    *place = (struct place) { .offset = places->offset,
                              .segment = (uint16_t)(places->segments - 1),
                              .length = (uint8_t)length,
                              .source = number,
                              .operation = source->operation };
}

void places_add(struct places *places, uint8_t source, uint16_t length)
{
    if (source != PLACE_NO_SOURCE)
        note_source(places, source, length);
    places->offset += length;
    if (length == NFDEC_VARIABLE) {
        places->segments++;
        places->offset = 0;
    }
}
