/* SPDX-License-Identifier: MIT */
#include "decode/build.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

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

static void build_v9_scope(struct nfdec_field_spec *spec, char name[BUILD_NAME_SIZE])
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
    snprintf(name, BUILD_NAME_SIZE, "scope.%u", id);
    spec->name = name;
}

void build_field(struct nfdec_field_spec *spec, const struct wire_field *field, uint16_t version, bool scope,
                 char name[BUILD_NAME_SIZE])
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
        snprintf(name, BUILD_NAME_SIZE, "%u.%u", field->pen, field->id);
        spec->name = name;
        return;
    }
    if (length_fits(spec->element->type, field->length))
        spec->type = spec->element->type;
    spec->name = spec->element->name;
    if (spec->reverse) {
        snprintf(name, BUILD_NAME_SIZE, "reverse%c%s", toupper((unsigned char)spec->name[0]), spec->name + 1);
        spec->name = name;
    }
}

/* Octets that names of this shape need in the template's own memory. */
static size_t names_size(const struct shape *shape, uint16_t version)
{
    size_t size = 0;
    char name[BUILD_NAME_SIZE];
    for (uint16_t i = 0; i < shape->field_count; i++) {
        struct nfdec_field_spec spec;
        build_field(&spec, &shape->field[i], version, i < shape->scope_count, name);
        if (spec.name == name)
            size += strlen(name) + 1;
    }
    return size;
}

static bool same_field(const struct nfdec_field_spec *a, const struct nfdec_field_spec *b)
{
    return a->pen == b->pen && a->id == b->id && a->scope == b->scope;
}

/* The table's address takes part, so that nobody can choose fields that meet. */
static uint32_t repeat_place(const uint16_t *table, const struct nfdec_field_spec *spec, uint32_t mask)
{
    uint64_t key = (uint64_t)spec->pen << 17 | (uint64_t)spec->id << 1 | spec->scope;
    uint64_t h = (key ^ (uintptr_t)table) * UINT64_C(0xD6E8FEB86659FD93);
    h = (h ^ h >> 32) * (((uintptr_t)table >> 4) * 2 + 1);
    return (uint32_t)(h >> 32) & mask;
}

/* Links fields of the same name to their first one, through a table of first fields (index + 1). */
static bool link_repeats(struct memory *mem, struct nfdec_template *t)
{
    uint32_t size = 16;
    while (size < t->field_count * 2u)
        size *= 2;
    uint16_t *table = memory_new(mem, size * sizeof *table);
    if (!table)
        return false;
    for (uint16_t i = 0; i < t->field_count; i++) {
        struct nfdec_field_spec *spec = &t->fields[i];
        uint32_t at = repeat_place(table, spec, size - 1);
        while (table[at] && !same_field(&t->fields[table[at] - 1], spec))
            at = (at + 1) & (size - 1);
        if (table[at]) {
            spec->repeat_of = (uint16_t)(table[at] - 1);
            t->fields[spec->repeat_of].repeated = true;
        } else {
            spec->repeat_of = i;
            table[at] = (uint16_t)(i + 1);
        }
    }
    memory_free(mem, table);
    return true;
}

struct nfdec_template *build_template(struct memory *mem, struct plans *plans,
                                      const struct nfdec_session *session, const struct shape *shape,
                                      size_t *octets)
{
    size_t specs = sizeof(struct nfdec_template) + shape->field_count * sizeof(struct nfdec_field_spec);
    *octets = specs + names_size(shape, session->version);
    struct nfdec_template *t = memory_new(mem, *octets);
    if (!t)
        return NULL;
    t->session = session;
    t->id = shape->id;
    t->kind = shape->kind;
    t->field_count = shape->field_count;
    t->scope_count = shape->scope_count;
    char *names = (char *)t + specs;
    for (uint16_t i = 0; i < shape->field_count; i++) {
        char name[BUILD_NAME_SIZE];
        struct nfdec_field_spec *spec = &t->fields[i];
        build_field(spec, &shape->field[i], session->version, i < shape->scope_count, name);
        if (spec->name == name) {
            size_t size = strlen(name) + 1;
            spec->name = memcpy(names, name, size);
            names += size;
        }
        t->variable |= spec->length == NFDEC_VARIABLE;
        t->lists |= build_is_list(spec->type);
        t->record_length += spec->length == NFDEC_VARIABLE ? 1 : spec->length;
    }
    size_t more = 0;
    t->plan = link_repeats(mem, t) ? plans_of(plans, mem, t, &more) : NULL;
    if (!t->plan) {
        memory_free(mem, t);
        return NULL;
    }
    *octets += more;
    return t;
}

void build_free(struct memory *mem, struct nfdec_template *t)
{
    memory_free(mem, t);
}

bool nfdec_template_equal(const struct nfdec_template *a, const struct nfdec_template *b)
{
    if (a->field_count != b->field_count || a->scope_count != b->scope_count || a->kind != b->kind)
        return false;
    for (uint16_t i = 0; i < a->field_count; i++)
        if (a->fields[i].pen != b->fields[i].pen || a->fields[i].id != b->fields[i].id ||
            a->fields[i].length != b->fields[i].length)
            return false;
    return true;
}
