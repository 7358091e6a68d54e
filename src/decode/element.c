/* SPDX-License-Identifier: MIT */
#include "nfdec/element.h"

#include <string.h>

enum { STATUS_CURRENT, STATUS_DEPRECATED };

/* Where each element of IANA stands in `elements`, by its name. */
enum {
#define ELEMENT(number, word, kind, meaning, unit, status) AT_##word,
#define VENDOR(enterprise, number, word, kind)
#include "decode/elements.def"
#undef ELEMENT
#undef VENDOR
    IANA_COUNT
};

static const struct nfdec_element elements[] = {
#define ELEMENT(number, word, kind, meaning, unit, status)                                                   \
    { .name = #word,                                                                                         \
      .units = (unit),                                                                                       \
      .id = (number),                                                                                        \
      .type = NFDEC_##kind,                                                                                  \
      .semantics = NFDEC_##meaning,                                                                          \
      .deprecated = STATUS_##status },
#define VENDOR(enterprise, number, word, kind)                                                               \
    { .name = #word, .units = "", .pen = (enterprise), .id = (number), .type = NFDEC_##kind },
#include "decode/elements.def"
#undef ELEMENT
#undef VENDOR
};

enum { ELEMENT_COUNT = sizeof elements / sizeof elements[0] };

/* Place + 1 in `elements` by the id of IANA; 0: none. */
static const uint16_t iana_index[] = {
#define ELEMENT(number, word, kind, meaning, unit, status) [number] = AT_##word + 1,
#define VENDOR(enterprise, number, word, kind)
#include "decode/elements.def"
#undef ELEMENT
#undef VENDOR
};

/* A field type of NetFlow v9: the IANA element it means, or else what it is itself. */
struct v9_type {
    const char *name;
    const struct nfdec_element *same;
    struct nfdec_element own;
};

static const struct v9_type v9_types[] = {
#define SAME(number, word, element)                                                                          \
    { .name = #word, .same = &elements[AT_##element], .own = { .id = (number) } },
#define OWN(number, word, kind)                                                                              \
    { .name = #word, .own = { .name = #word, .units = "", .id = (number), .type = NFDEC_##kind } },
#include "decode/netflow9.def"
#undef SAME
#undef OWN
};

enum { V9_COUNT = sizeof v9_types / sizeof v9_types[0] };

/* IANA ids that RFC 5103 section 6.1 excludes: identifiers, process configuration and statistics, padding. */
static const uint16_t not_reversible[] = { 40,  41,  42,  130, 131, 137, 145, 148, 149, 163, 164, 165, 166,
                                           167, 168, 173, 210, 211, 212, 213, 214, 215, 216, 217, 239 };

static const struct nfdec_element *find_iana(uint16_t id)
{
    if (id >= sizeof iana_index / sizeof iana_index[0] || iana_index[id] == 0)
        return NULL;
    return &elements[iana_index[id] - 1];
}

const struct nfdec_element *nfdec_element_find(uint32_t pen, uint16_t id)
{
    if (pen == 0)
        return find_iana(id);
    uint64_t wanted = (uint64_t)pen << 16 | id;
    size_t low = IANA_COUNT, high = ELEMENT_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct nfdec_element *e = &elements[middle];
        uint64_t key = (uint64_t)e->pen << 16 | e->id;
        if (key == wanted)
            return e;
        if (key < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const struct v9_type *find_v9(uint16_t type)
{
    size_t low = 0, high = type < V9_COUNT ? type : V9_COUNT; /* each before it is one more at least */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint16_t key = v9_types[middle].own.id;
        if (key == type)
            return &v9_types[middle];
        if (key < type)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const struct nfdec_element *meaning_of(const struct v9_type *type)
{
    return type->same ? type->same : &type->own;
}

const struct nfdec_element *nfdec_element_find_v9(uint16_t type)
{
    const struct v9_type *known = find_v9(type);
    if (known)
        return meaning_of(known);
    return type < 32768 ? find_iana(type) : NULL;
}

const char *nfdec_v9_name(uint16_t type)
{
    const struct v9_type *known = find_v9(type);
    return known ? known->name : NULL;
}

const struct nfdec_element *nfdec_element_find_name(const char *name)
{
    for (size_t i = 0; i < ELEMENT_COUNT; i++)
        if (strcmp(elements[i].name, name) == 0)
            return &elements[i];
    for (size_t i = 0; i < V9_COUNT; i++)
        if (strcmp(v9_types[i].name, name) == 0)
            return meaning_of(&v9_types[i]);
    return NULL;
}

bool nfdec_element_reversible(uint16_t iana_id)
{
    for (size_t i = 0; i < sizeof not_reversible / sizeof not_reversible[0]; i++)
        if (not_reversible[i] == iana_id)
            return false;
    return true;
}

const struct nfdec_element *nfdec_element_at(size_t index)
{
    return index < ELEMENT_COUNT ? &elements[index] : NULL;
}

const char *nfdec_type_name(enum nfdec_type type)
{
    static const char *const names[NFDEC_TYPE_COUNT] = {
        [NFDEC_OCTET_ARRAY] = "octetArray",
        [NFDEC_UNSIGNED8] = "unsigned8",
        [NFDEC_UNSIGNED16] = "unsigned16",
        [NFDEC_UNSIGNED32] = "unsigned32",
        [NFDEC_UNSIGNED64] = "unsigned64",
        [NFDEC_SIGNED8] = "signed8",
        [NFDEC_SIGNED16] = "signed16",
        [NFDEC_SIGNED32] = "signed32",
        [NFDEC_SIGNED64] = "signed64",
        [NFDEC_FLOAT32] = "float32",
        [NFDEC_FLOAT64] = "float64",
        [NFDEC_BOOLEAN] = "boolean",
        [NFDEC_MAC_ADDRESS] = "macAddress",
        [NFDEC_STRING] = "string",
        [NFDEC_SECONDS] = "dateTimeSeconds",
        [NFDEC_MILLISECONDS] = "dateTimeMilliseconds",
        [NFDEC_MICROSECONDS] = "dateTimeMicroseconds",
        [NFDEC_NANOSECONDS] = "dateTimeNanoseconds",
        [NFDEC_IPV4_ADDRESS] = "ipv4Address",
        [NFDEC_IPV6_ADDRESS] = "ipv6Address",
        [NFDEC_BASIC_LIST] = "basicList",
        [NFDEC_SUB_TEMPLATE_LIST] = "subTemplateList",
        [NFDEC_SUB_TEMPLATE_MULTI_LIST] = "subTemplateMultiList",
        [NFDEC_UNSIGNED256] = "unsigned256",
    };
    return (unsigned)type < NFDEC_TYPE_COUNT ? names[type] : "unknown";
}

const char *nfdec_semantics_name(enum nfdec_semantics semantics)
{
    static const char *const names[] = {
        [NFDEC_DEFAULT] = "default",
        [NFDEC_QUANTITY] = "quantity",
        [NFDEC_TOTAL_COUNTER] = "totalCounter",
        [NFDEC_DELTA_COUNTER] = "deltaCounter",
        [NFDEC_IDENTIFIER] = "identifier",
        [NFDEC_FLAGS] = "flags",
        [NFDEC_LIST] = "list",
        [NFDEC_SNMP_COUNTER] = "snmpCounter",
        [NFDEC_SNMP_GAUGE] = "snmpGauge",
    };
    return (unsigned)semantics < sizeof names / sizeof names[0] ? names[semantics] : "unknown";
}
