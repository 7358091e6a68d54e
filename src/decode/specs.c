/* SPDX-License-Identifier: MIT */
#include "decode/specs.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "decode/places.h"

/* Scope types of NetFlow v9 (RFC 3954 section 6.1). */
static const char *const v9_scope_names[] = { NULL, "system", "interface", "lineCard", "cache", "template" };

/* Whether a value of a type can be `length` octets long (RFC 7011 sections 6.1 and 6.2). */
static bool length_fits(enum nfdec_type type, uint16_t length)
{
    if (length == 0)
        return true;
    if (length == NFDEC_VARIABLE)
        return true;
    switch (type) {
    case NFDEC_UNSIGNED8:
    case NFDEC_UNSIGNED16:
    case NFDEC_UNSIGNED32:
    case NFDEC_UNSIGNED64:
    case NFDEC_SIGNED8:
    case NFDEC_SIGNED16:
    case NFDEC_SIGNED32:
    case NFDEC_SIGNED64:
        return length <= 8;
    case NFDEC_FLOAT32:
        return length == 4;
    case NFDEC_FLOAT64:
        return length == 4 || length == 8;
    case NFDEC_BOOLEAN:
        return length == 1;
    case NFDEC_MAC_ADDRESS:
        return length == 6;
    case NFDEC_SECONDS:
        return length == 4 || length == 8;
    case NFDEC_MILLISECONDS:
    case NFDEC_MICROSECONDS:
    case NFDEC_NANOSECONDS:
        return length == 8;
    case NFDEC_IPV4_ADDRESS:
        return length == 4;
    case NFDEC_IPV6_ADDRESS:
        return length == 16;
    default:
        return true;
    }
}

static void build_v9_scope(struct nfdec_field_spec *spec, char name[SPEC_NAME_SIZE])
{
    uint16_t id = spec->id;
    if (id >= 1 && id <= 5) {
        spec->name = v9_scope_names[id];
        spec->type = spec->length <= 8 ? NFDEC_UNSIGNED64 : NFDEC_OCTET_ARRAY;
        if (id == 1 && spec->length == 4) /* the system is named by its address */
            spec->type = NFDEC_IPV4_ADDRESS;
        if (id == 1 && spec->length == 16)
            spec->type = NFDEC_IPV6_ADDRESS;
        return;
    }
    snprintf(name, SPEC_NAME_SIZE, "scope.%u", id);
    spec->name = name;
}

void spec_compile(struct nfdec_field_spec *spec, const struct wire_field *field, uint16_t version, bool scope,
                  char name[SPEC_NAME_SIZE])
{
    *spec = (struct nfdec_field_spec) {
        .pen = field->pen, .id = field->id, .length = field->length, .type = NFDEC_OCTET_ARRAY, .scope = scope
    };
    if (version == 9 && scope && field->id <= 5) {
        build_v9_scope(spec, name);
        return;
    }
    if (version == 9)
        spec->element = nfdec_element_find_v9(field->id);
    else if (field->pen == NFDEC_PEN_REVERSE) {
        spec->element = nfdec_element_find(0, field->id);
        spec->reverse = spec->element != NULL;
    } else
        spec->element = nfdec_element_find(field->pen, field->id);
    if (!spec->element) {
        snprintf(name, SPEC_NAME_SIZE, "%u.%u", field->pen, field->id);
        spec->name = name;
        return;
    }
    if (length_fits(spec->element->type, field->length))
        spec->type = spec->element->type;
    spec->name = spec->element->name;
    if (spec->reverse) {
        snprintf(name, SPEC_NAME_SIZE, "reverse%c%s", toupper((unsigned char)spec->name[0]), spec->name + 1);
        spec->name = name;
    }
}

#define WAYS 4u /* places where one may be known */

static uint32_t first_way(uint64_t wire, uint32_t exporter)
{
    return (uint32_t)((wire ^ (uint64_t)exporter << 20) * UINT64_C(0xD6E8FEB86659FD93) >> 55) % SPECS_KNOWN;
}

static uint8_t traits_of(const struct nfdec_field_spec *spec)
{
    bool odd = spec->element && spec->type != spec->element->type && !spec->scope;
    return (uint8_t)((spec->length == NFDEC_VARIABLE ? SPEC_VARIABLE : 0) |
                     (spec_is_list(spec->type) ? SPEC_LIST : 0) | (odd ? SPEC_ODD_LENGTH : 0));
}

/* Whatever was known here is forgotten. */
static bool learn(struct spec_known *known, struct pool *pool, struct memory *mem,
                  const struct wire_field *wire, uint16_t version, bool scope)
{
    struct nfdec_field_spec *spec = &known->spec;
    char name[SPEC_NAME_SIZE];
    known->exporter = 0;
    spec_compile(spec, wire, version, scope, name);
    if (spec->name == name) {
        size_t size = strlen(name) + 1;
        char *kept = pool_take(pool, mem, size);
        if (!kept)
            return false;
        spec->name = memcpy(kept, name, size);
    }
    known->name = (uint16_t)((spec->id ^ spec->pen * 0x9E37u ^ (uint32_t)scope << 9) % SPEC_NAMES);
    known->source = places_source(spec);
    known->traits = traits_of(spec);
    return true;
}

const struct spec_known *specs_find(struct specs *specs, struct pool *pool, struct memory *mem,
                                    const struct wire_field *wire, uint16_t version, bool scope)
{
    uint64_t all = (uint64_t)wire->pen << 32 | (uint64_t)wire->id << 16 | wire->length;
    uint32_t exporter = (uint32_t)version << 1 | scope, first = first_way(all, exporter), free = first;
    for (uint32_t way = 0; way < WAYS; way++) {
        struct spec_known *known = &specs->known[(first + way) % SPECS_KNOWN];
        if (known->wire == all && known->exporter == exporter)
            return known;
        if (!known->exporter) {
            free = first + way;
            break;
        }
    }
    struct spec_known *known = &specs->known[free % SPECS_KNOWN];
    if (!learn(known, pool, mem, wire, version, scope))
        return NULL;
    known->wire = all;
    known->exporter = exporter;
    return known;
}
