/* SPDX-License-Identifier: MIT */
#include "decode/learn.h"

#include "decode/plan.h"
#include "nfdec/record.h"

#define SAMPLERS_MAX 1024u

/* What one options record says. */
struct announcement {
    uint64_t init_ms, sampler, interval, sampled, skipped;
    bool has_sampler;
};

static void note_field(struct announcement *a, const struct nfdec_field *field)
{
    const struct nfdec_element *element = field->spec->element;
    struct nfdec_value value = nfdec_field_value(field);
    if (!element || element->pen != 0)
        return;
    switch (element->id) {
    case 34: /* samplingInterval */
    case 50: /* samplerRandomInterval */
        a->interval = value.u;
        break;
    case 48:  /* samplerId */
    case 302: /* selectorId */
        a->has_sampler = value.kind == NFDEC_VALUE_UNSIGNED;
        a->sampler = value.u;
        break;
    case 160: /* systemInitTimeMilliseconds */
        a->init_ms = value.kind == NFDEC_VALUE_TIME && value.i > 0 ? (uint64_t)value.i / 1000000 : 0;
        break;
    case 305: /* samplingPacketInterval: so many packets in a row are taken ... */
        a->sampled = value.u;
        break;
    case 306: /* samplingPacketSpace: ... and so many passed over */
        a->skipped = value.u;
        break;
    default:
        break;
    }
}

static void put_sampler(struct memory *mem, struct exporter *e, uint64_t id, uint32_t interval)
{
    struct nfdec_session *s = &e->public;
    for (uint32_t i = 0; i < s->sampler_count; i++) {
        if (e->samplers[i].id == id) {
            e->samplers[i].interval = interval;
            return;
        }
    }
    if (s->sampler_count >= SAMPLERS_MAX)
        return;
    void *grown = memory_grow(mem, e->samplers, s->sampler_count, &e->sampler_capacity, sizeof *e->samplers);
    if (!grown)
        return;
    e->samplers = grown;
    e->samplers[s->sampler_count++] = (struct sampler) { .id = id, .interval = interval };
}

static void apply(struct memory *mem, struct exporter *e, const struct announcement *a)
{
    if (a->init_ms)
        e->public.init_time = (int64_t)(a->init_ms * 1000000);
    uint64_t interval = a->interval;
    if (!interval && a->sampled)
        interval = (a->sampled + a->skipped) / a->sampled;
    if (!interval)
        return;
    if (interval > UINT32_MAX)
        interval = UINT32_MAX;
    if (a->has_sampler)
        put_sampler(mem, e, a->sampler, (uint32_t)interval);
    else
        e->public.sampling = (uint32_t)interval;
}

void learn_options(struct memory *mem, struct exporter *exporter, const struct nfdec_set *set)
{
    if (!set->template->plan->learn)
        return;
    struct nfdec_record record;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record)) {
        struct announcement a = { .interval = 0 };
        struct nfdec_field field;
        nfdec_field_begin(&field, &record);
        while (nfdec_field_next(&field))
            note_field(&a, &field);
        apply(mem, exporter, &a);
    }
}

uint32_t nfdec_sampler_interval(const struct nfdec_session *session, uint64_t sampler)
{
    const struct exporter *e = exporter_of(session);
    for (uint32_t i = 0; i < session->sampler_count; i++)
        if (e->samplers[i].id == sampler)
            return e->samplers[i].interval;
    return 0;
}
