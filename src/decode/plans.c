/* SPDX-License-Identifier: MIT */
#include "decode/plans.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 32;
}

/* The place of the decoder in memory takes part, so that nobody can choose templates that meet. */
static uint64_t hash_of(const struct plans *plans, const struct nfdec_template *t)
{
    uint64_t hash =
        mix((uintptr_t)plans, (uint64_t)t->kind << 32 | (uint64_t)t->scope_count << 16 | t->session->version);
    for (uint16_t i = 0; i < t->field_count; i++)
        hash = mix(hash,
                   (uint64_t)t->fields[i].pen << 32 | (uint64_t)t->fields[i].id << 16 | t->fields[i].length);
    return hash;
}

static bool same(const struct nfdec_template *a, const struct nfdec_template *b)
{
    return a->session->version == b->session->version && nfdec_template_equal(a, b);
}

/* Where the plan of such a template is, or would be. */
static struct plans_entry *place_of(const struct plans *plans, uint64_t hash, const struct nfdec_template *t)
{
    size_t at = (size_t)(hash ^ hash >> 29) & (plans->capacity - 1);
    while (plans->entry[at].template &&
           (plans->entry[at].hash != hash || !same(plans->entry[at].template, t)))
        at = (at + 1) & (plans->capacity - 1);
    return &plans->entry[at];
}

static bool make_room(struct plans *plans, struct memory *mem)
{
    if (plans->count * 2 < plans->capacity)
        return true;
    struct plans grown = { .capacity = plans->capacity ? 2 * plans->capacity : 16, .count = plans->count };
    grown.entry = memory_new(mem, grown.capacity * sizeof *grown.entry);
    if (!grown.entry)
        return false;
    for (size_t i = 0; i < plans->capacity; i++)
        if (plans->entry[i].template)
            *place_of(&grown, plans->entry[i].hash, plans->entry[i].template) = plans->entry[i];
    memory_free(mem, plans->entry);
    *plans = grown;
    return true;
}

const struct nfdec_plan *plans_of(struct plans *plans, struct memory *mem, struct nfdec_template *template,
                                  size_t *octets)
{
    *octets = 0;
    if (!make_room(plans, mem))
        return NULL;
    uint64_t hash = hash_of(plans, template);
    struct plans_entry *entry = place_of(plans, hash, template);
    if (entry->template)
        return entry->template->plan;
    const struct nfdec_plan *plan = plan_new(mem, template);
    if (!plan)
        return NULL;
    *entry = (struct plans_entry) { .hash = hash, .template = template };
    plans->count++;
    *octets = plan_octets(plan);
    return plan;
}

void plans_release(struct plans *plans, struct memory *mem)
{
    for (size_t i = 0; i < plans->capacity; i++)
        if (plans->entry[i].template)
            plan_free(mem, plans->entry[i].template->plan);
    memory_free(mem, plans->entry);
    *plans = (struct plans) { .entry = NULL };
}
