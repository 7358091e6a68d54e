/* SPDX-License-Identifier: MIT */
#include "decode/learn.h"

#include <string.h>

#include "base/be.h"
#include "base/time.h"
#include "decode/plan.h"
#include "decode/walk.h"
#include "nfdec/record.h"

#define SAMPLERS_MAX 1024u

/* What one options record says. */
struct announcement {
    uint64_t sampler, interval, sampled, skipped;
    int64_t init_time; /* ns */
    bool has_sampler;
};

static void note_field(struct announcement *a, uint16_t id, uint64_t value)
{
    switch (id) {
    case 34: /* samplingInterval */
    case 50: /* samplerRandomInterval */
        a->interval = value ? value : a->interval;
        break;
    case 48:  /* samplerId */
    case 302: /* selectorId */
        a->has_sampler = true;
        a->sampler = value;
        break;
    case 160: /* systemInitTimeMilliseconds */
        time_from_milliseconds(value, &a->init_time);
        break;
    case 305: /* samplingPacketInterval: so many packets in a row are taken ... */
        a->sampled = value;
        break;
    case 306: /* samplingPacketSpace: ... and so many passed over */
        a->skipped = value;
        break;
    default:
        break;
    }
}

/* Where a sampler is in the sorted array, or where it belongs. */
static uint32_t sampler_place(const struct exporter *e, uint64_t id)
{
    uint32_t low = 0, high = e->public.sampler_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (e->samplers[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void put_sampler(struct memory *mem, struct exporter *e, uint64_t id, uint32_t interval)
{
    uint32_t count = e->public.sampler_count, at = sampler_place(e, id);
    if (at < count && e->samplers[at].id == id) {
        e->samplers[at].interval = interval;
        return;
    }
    if (count >= SAMPLERS_MAX)
        return;
    void *grown = memory_grow(mem, e->samplers, count, &e->sampler_capacity, sizeof *e->samplers);
    if (!grown)
        return;
    e->samplers = grown;
    memmove(&e->samplers[at + 1], &e->samplers[at], (count - at) * sizeof *e->samplers);
    e->samplers[at] = (struct sampler) { .id = id, .interval = interval };
    e->public.sampler_count++;
}

/* (305 + 306) / 305; a sum beyond 64 bits is as good as the largest interval. */
static uint64_t packet_interval(const struct announcement *a)
{
    return a->skipped > UINT64_MAX - a->sampled ? UINT32_MAX : (a->sampled + a->skipped) / a->sampled;
}

static void apply(struct memory *mem, struct exporter *e, const struct announcement *a)
{
    if (a->init_time)
        e->public.init_time = a->init_time;
    uint64_t interval = a->interval;
    if (!interval && a->sampled)
        interval = packet_interval(a);
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
    const struct nfdec_plan *plan = set->template->plan;
    if (!plan->learned_count)
        return;
    struct nfdec_record record;
    nfdec_record_begin(&record, set);
    while (nfdec_record_next(&record)) {
        struct announcement a = { .interval = 0 };
        const uint8_t *p = record.data;
        uint16_t segment = 0;
        for (uint8_t i = 0; i < plan->learned_count; i++) {
            const struct plan_learned *field = &plan->learned[i];
            while (segment < field->segment)
                p = walk_over(p + plan->gaps[segment++]);
            note_field(&a, field->id, be_n(p + field->offset, field->length));
        }
        apply(mem, exporter, &a);
    }
}

uint32_t nfdec_sampler_interval(const struct nfdec_session *session, uint64_t sampler)
{
    const struct exporter *e = exporter_of(session);
    uint32_t at = sampler_place(e, sampler);
    return at < session->sampler_count && e->samplers[at].id == sampler ? e->samplers[at].interval : 0;
}
