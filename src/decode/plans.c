/* SPDX-License-Identifier: MIT */
#include "decode/plans.h"

#include "base/be.h"
#include "nfdec/decoder.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 32;
}

/* The place of the decoder in memory takes part, so that nobody can choose templates that meet. */
static uint64_t hash_of(const void *seed, uint16_t version, const struct shape *shape)
{
    uint64_t hash =
        mix((uintptr_t)seed, (uint64_t)shape->kind << 32 | (uint64_t)shape->scope_count << 16 | version);
    uint32_t at = 0;
    for (; at + 8 <= shape->octets; at += 8)
        hash = mix(hash, be64(shape->fields + at));
    return mix(hash, be_n(shape->fields + at, shape->octets - at) | (uint64_t)shape->octets << 32);
}

static struct plans_entry *first_place(const struct plans *plans, uint64_t hash)
{
    return &plans->entry[(size_t)(hash ^ hash >> 29) & (plans->capacity - 1)];
}

static struct plans_entry *next_place(const struct plans *plans, struct plans_entry *entry)
{
    return entry + 1 < plans->entry + plans->capacity ? entry + 1 : plans->entry;
}

static bool make_room(struct plans *plans, struct memory *mem)
{
    if (plans->count * 2 < plans->capacity)
        return true;
    struct plans grown = { .capacity = plans->capacity ? 2 * plans->capacity : 16, .count = plans->count };
    grown.entry = memory_new(mem, grown.capacity * sizeof *grown.entry);
    if (!grown.entry)
        return false;
    for (size_t i = 0; i < plans->capacity; i++) {
        struct plans_entry *place = first_place(&grown, plans->entry[i].hash);
        while (place->template)
            place = next_place(&grown, place);
        *place = plans->entry[i];
    }
    memory_free(mem, plans->entry);
    *plans = grown;
    return true;
}

struct plans_entry *plans_find(struct plans *plans, struct memory *mem, uint16_t version,
                               const struct shape *shape)
{
    if (!make_room(plans, mem))
        return NULL;
    uint64_t hash = hash_of(plans, version, shape);
    struct plans_entry *entry = first_place(plans, hash);
    while (entry->template && (entry->hash != hash || entry->template->session->version != version ||
                               !shape_is(shape, entry->template)))
        entry = next_place(plans, entry);
    entry->hash = hash;
    return entry;
}

void plans_put(struct plans *plans, struct plans_entry *entry, const struct nfdec_template *template)
{
    entry->template = template;
    plans->count++;
}

void plans_release(struct plans *plans, struct memory *mem)
{
    memory_free(mem, plans->entry);
    *plans = (struct plans) { .entry = NULL };
}
