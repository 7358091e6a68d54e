/* SPDX-License-Identifier: MIT */
#include "decode/build.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "decode/plan.h"

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
static bool link_repeats(struct memory *mem, struct nfdec_field_spec *fields, uint16_t count)
{
    uint32_t size = 16;
    while (size < count * 2u)
        size *= 2;
    uint16_t *table = memory_new(mem, size * sizeof *table);
    if (!table)
        return false;
    for (uint16_t i = 0; i < count; i++) {
        struct nfdec_field_spec *spec = &fields[i];
        uint32_t at = repeat_place(table, spec, size - 1);
        while (table[at] && !same_field(&fields[table[at] - 1], spec))
            at = (at + 1) & (size - 1);
        if (table[at]) {
            spec->repeat_of = (uint16_t)(table[at] - 1);
            fields[spec->repeat_of].repeated = true;
        } else {
            spec->repeat_of = i;
            table[at] = (uint16_t)(i + 1);
        }
    }
    memory_free(mem, table);
    return true;
}

/* The fields of a shape without their names where these are not the elements'; returns how long those are. */
static size_t build_fields(struct nfdec_field_spec *fields, const struct shape *shape, uint16_t version)
{
    size_t named = 0;
    for (uint16_t i = 0; i < shape->field_count; i++) {
        char name[BUILD_NAME_SIZE];
        build_field(&fields[i], &shape->field[i], version, i < shape->scope_count, name);
        if (fields[i].name == name) {
            fields[i].name = NULL;
            named += strlen(name) + 1;
        }
    }
    return named;
}

/* Writes the names that are wanting. */
static void name_fields(struct nfdec_field_spec *fields, const struct shape *shape, uint16_t version,
                        char *names)
{
    for (uint16_t i = 0; i < shape->field_count; i++) {
        struct nfdec_field_spec spec;
        char name[BUILD_NAME_SIZE];
        if (fields[i].name)
            continue;
        build_field(&spec, &shape->field[i], version, i < shape->scope_count, name);
        size_t size = strlen(name) + 1;
        fields[i].name = memcpy(names, name, size);
        names += size;
    }
}

/* A template with fields of its own behind it, and no plan yet. *octets: what it takes. NULL: no memory. */
static struct nfdec_template *new_template(struct memory *mem, const struct shape *shape, uint16_t version,
                                           size_t *octets)
{
    size_t specs = sizeof(struct nfdec_template) + shape->field_count * sizeof(struct nfdec_field_spec);
    struct nfdec_template *t = memory_new(mem, *octets = specs);
    if (!t)
        return NULL;
    struct nfdec_field_spec *fields = (struct nfdec_field_spec *)(t + 1);
    size_t named = build_fields(fields, shape, version);
    if (named) {
        struct nfdec_template *longer = memory_move(mem, t, specs, *octets = specs + named);
        if (!longer) {
            memory_free(mem, t);
            return NULL;
        }
        t = longer;
        fields = (struct nfdec_field_spec *)(t + 1);
        name_fields(fields, shape, version, (char *)t + specs);
    }
    if (!link_repeats(mem, fields, shape->field_count)) {
        memory_free(mem, t);
        return NULL;
    }
    t->fields = fields;
    return t;
}

/* What follows from the fields. */
static void sum_up(struct nfdec_template *t)
{
    for (uint16_t i = 0; i < t->field_count; i++) {
        const struct nfdec_field_spec *spec = &t->fields[i];
        t->variable |= spec->length == NFDEC_VARIABLE;
        t->lists |= build_is_list(spec->type);
        t->record_length += spec->length == NFDEC_VARIABLE ? 1 : spec->length;
    }
}

/* One that says the same as one that there is. */
static struct nfdec_template *copy_template(struct memory *mem, const struct nfdec_template *like,
                                            const struct nfdec_session *session, uint16_t id)
{
    struct nfdec_template *t = memory_new(mem, sizeof *t);
    if (!t)
        return NULL;
    t->session = session;
    t->id = id;
    t->kind = like->kind;
    t->field_count = like->field_count;
    t->scope_count = like->scope_count;
    t->variable = like->variable;
    t->lists = like->lists;
    t->record_length = like->record_length;
    t->fields = like->fields;
    t->plan = like->plan;
    return t;
}

struct nfdec_template *build_template(struct memory *mem, struct plans *plans,
                                      const struct nfdec_session *session, const struct shape *shape,
                                      size_t *octets)
{
    struct plans_entry *entry = plans_find(plans, mem, session->version, shape);
    *octets = sizeof(struct nfdec_template);
    if (!entry)
        return NULL;
    if (entry->template)
        return copy_template(mem, entry->template, session, shape->id);
    struct nfdec_template *t = new_template(mem, shape, session->version, octets);
    if (!t)
        return NULL;
    t->session = session;
    t->id = shape->id;
    t->kind = shape->kind;
    t->field_count = shape->field_count;
    t->scope_count = shape->scope_count;
    sum_up(t);
    struct nfdec_plan *plan = plan_new(mem, t);
    if (!plan) {
        memory_free(mem, t);
        return NULL;
    }
    t->plan = plan;
    *octets += plan_octets(plan);
    plans_put(plans, entry, t);
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
