/* SPDX-License-Identifier: MIT */
#include "flow/sampling_use.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"

#define SAMPLERS_MOST 65536u

struct sampling_use {
    struct sampler_use *sampler;
    size_t count, capacity;
    struct map known; /* (sampler, family) -> index */
    uint32_t last;    /* the one that was used last */
};

struct sampling_use *sampling_use_new(void)
{
    return alloc_new(sizeof(struct sampling_use));
}

void sampling_use_free(struct sampling_use *use)
{
    if (!use)
        return;
    free(use->sampler);
    map_release(&use->known);
    free(use);
}

static struct sampler_use *sampler_of(struct sampling_use *use, const struct nfdec_set *set, uint64_t sampler)
{
    const struct nfdec_message *message = set->message;
    const struct sampler_use *last = use->count ? &use->sampler[use->last] : NULL;
    if (last && last->sampler == sampler && last->session->family == message->session->family)
        return &use->sampler[use->last];
    if (map_find(&use->known, sampler, message->session->family, &use->last))
        return &use->sampler[use->last];
    if (use->count == SAMPLERS_MOST)
        return NULL;
    map_put(&use->known, sampler, message->session->family, (uint32_t)use->count);
    use->sampler = alloc_grow(use->sampler, use->count, &use->capacity, sizeof *use->sampler);
    use->sampler[use->count] = (struct sampler_use) { .session = message->session,
                                                      .sampler = sampler,
                                                      .packet = message->packet,
                                                      .offset = set->offset,
                                                      .set = set->id };
    use->last = (uint32_t)use->count++;
    return &use->sampler[use->last];
}

void sampling_use_add(struct sampling_use *use, const struct nfdec_set *set,
                      const struct nfdec_columns *columns, uint32_t from, uint32_t to)
{
    static const uint64_t none[NFDEC_ROWS];
    if (!(nfdec_template_columns(set->template) & NFDEC_BIT(SAMPLER)))
        return;
    const uint64_t *samplers = columns->used & NFDEC_BIT(SAMPLER) ? columns->column[NFDEC_COL_SAMPLER] : none;
    while (from < to) {
        uint32_t next = from + 1; /* as a rule all flows of a set name the same one */
        while (next < to && samplers[next] == samplers[from])
            next++;
        struct sampler_use *sampler = sampler_of(use, set, samplers[from]);
        if (sampler)
            sampler->flows += next - from;
        from = next;
    }
}

const struct sampler_use *sampling_use_at(const struct sampling_use *use, size_t index)
{
    return index < use->count ? &use->sampler[index] : NULL;
}
