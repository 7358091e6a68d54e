/* SPDX-License-Identifier: MIT */
#include "decode/build.h"

#include <string.h>

#include "decode/places.h"
#include "decode/plan.h"

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
            table[at] = (uint16_t)(i + 1);
        }
    }
    memory_free(mem, table);
    return true;
}

/* Names of fields of a template: there are no two of the same as long as none was met twice. */
struct names_met {
    uint64_t bits[SPEC_NAMES / 64];
    bool twice;
};

static void meet(struct names_met *met, uint16_t name)
{
    uint64_t *bits = &met->bits[name / 64], bit = UINT64_C(1) << name % 64;
    met->twice |= (*bits & bit) != 0;
    *bits |= bit;
}

/* The fields of a template, for which there is room; and where they are. */
static bool build_fields(const struct build *build, struct nfdec_template *t, struct nfdec_field_spec *fields,
                         const struct shape *shape, struct places *places)
{
    struct cursor c = cursor_of(shape->fields, shape->octets);
    struct names_met met = { .twice = false };
    uint16_t version = t->session->version;
    uint8_t traits = 0;
    uint32_t octets = 0;
    places_init(places);
    for (uint16_t i = 0; i < shape->field_count; i++) {
        struct wire_field wire = shape_field(&c, version == 10);
        const struct spec_known *known =
            specs_find(build->specs, build->pool, build->mem, &wire, version, i < shape->scope_count);
        if (!known)
            return false;
        fields[i] = known->spec;
        fields[i].repeat_of = i;
        meet(&met, known->name);
        traits |= known->traits;
        octets += known->traits & SPEC_VARIABLE ? 1 : wire.length;
        places_add(places, known->source, wire.length);
    }
    t->fields = fields;
    t->record_length = octets;
    t->variable = traits & SPEC_VARIABLE;
    t->lists = traits & SPEC_LIST;
    places->odd_lengths = traits & SPEC_ODD_LENGTH;
    return !met.twice || link_repeats(build->mem, fields, shape->field_count);
}

/* A template with a plan of its own, with its shape and its fields behind it. NULL: no memory. */
static struct nfdec_template *new_template(const struct build *build, const struct nfdec_session *session,
                                           const struct shape *shape, size_t *octets)
{
    struct places places;
    size_t behind_shape = sizeof(struct nfdec_template) + (shape->octets + 7u) / 8 * 8;
    *octets = behind_shape + shape->field_count * sizeof(struct nfdec_field_spec);
    struct nfdec_template *t = pool_take(build->pool, build->mem, *octets);
    if (!t)
        return NULL;
    *t = (struct nfdec_template) { .session = session,
                                   .id = shape->id,
                                   .kind = shape->kind,
                                   .field_count = shape->field_count,
                                   .scope_count = shape->scope_count,
                                   .shape = memcpy(t + 1, shape->fields, shape->octets),
                                   .shape_octets = shape->octets };
    if (!build_fields(build, t, (void *)((uint8_t *)t + behind_shape), shape, &places))
        return NULL;
    t->plan = plan_new(build->pool, build->mem, t, &places);
    if (!t->plan)
        return NULL;
    *octets += plan_octets(t->plan);
    return t;
}

/* One that says the same as one that there is. */
static struct nfdec_template *copy_template(const struct build *build, const struct nfdec_template *like,
                                            const struct nfdec_session *session, uint16_t id)
{
    struct nfdec_template *t = pool_take(build->pool, build->mem, sizeof *t);
    if (!t)
        return NULL;
    *t = (struct nfdec_template) { .session = session,
                                   .id = id,
                                   .kind = like->kind,
                                   .field_count = like->field_count,
                                   .scope_count = like->scope_count,
                                   .variable = like->variable,
                                   .lists = like->lists,
                                   .record_length = like->record_length,
                                   .fields = like->fields,
                                   .shape = like->shape,
                                   .shape_octets = like->shape_octets,
                                   .plan = like->plan };
    return t;
}

struct nfdec_template *build_template(const struct build *build, const struct nfdec_session *session,
                                      const struct shape *shape, size_t *octets)
{
    struct plans_entry *entry = plans_find(build->plans, build->mem, session->version, shape);
    *octets = sizeof(struct nfdec_template);
    if (!entry)
        return NULL;
    if (entry->template)
        return copy_template(build, entry->template, session, shape->id);
    struct nfdec_template *t = new_template(build, session, shape, octets);
    if (t)
        plans_put(build->plans, entry, t);
    return t;
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
