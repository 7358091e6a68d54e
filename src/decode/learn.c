/* SPDX-License-Identifier: MIT */
#include "decode/learn.h"

#include <string.h>

#include "base/be.h"
#include "base/time.h"
#include "decode/plan.h"
#include "decode/walk.h"
#include "nfdec/record.h"

#define SAMPLERS_MAX 1024u

/* Selection techniques (RFC 5477 section 8.2.1) that say their rate in elements of their own. */
enum algorithm { RANDOM_N_OUT_OF_N = 3, UNIFORM_PROBABILISTIC = 4 };

/* What one options record says. */
struct announcement {
    uint64_t sampler, interval, algorithm;
    uint64_t sampled, skipped; /* packets in turn */
    uint64_t size, population; /* packets taken out of so many */
    double probability;
    int64_t init_time; /* ns */
    bool has_sampler;
};

static double probability_of(uint64_t bits, uint16_t length)
{
    double wide;
    float narrow;
    uint32_t low = (uint32_t)bits;
    if (length == sizeof wide) {
        memcpy(&wide, &bits, sizeof wide);
        return wide;
    }
    memcpy(&narrow, &low, sizeof narrow);
    return length == sizeof narrow ? (double)narrow : 0;
}

static void note_field(struct announcement *a, uint16_t id, uint64_t value, uint16_t length)
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
    case 304: /* selectorAlgorithm */
        a->algorithm = value;
        break;
    case 309: /* samplingSize */
        a->size = value;
        break;
    case 310: /* samplingPopulation */
        a->population = value;
        break;
    case 311: /* samplingProbability */
        a->probability = probability_of(value, length);
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
        e->public.sampling_changes += e->samplers[at].interval != interval;
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
static uint64_t turn_interval(const struct announcement *a)
{
    return a->skipped > UINT64_MAX - a->sampled ? UINT32_MAX : (a->sampled + a->skipped) / a->sampled;
}

/* Some exporters send elements that their algorithm has no use for, set to 1: what it does use comes first. */
static uint64_t interval_of(const struct announcement *a)
{
    bool population = a->size > 0 && a->population >= a->size;
    bool probability = a->probability > 0 && a->probability <= 1 && a->probability * UINT32_MAX >= 1;
    if (a->interval)
        return a->interval;
    if (population && (a->algorithm == RANDOM_N_OUT_OF_N || !a->sampled))
        return a->population / a->size;
    if (probability && (a->algorithm == UNIFORM_PROBABILISTIC || !a->sampled))
        return (uint64_t)(1 / a->probability + 0.5);
    return a->sampled ? turn_interval(a) : 0;
}

static void apply(struct memory *mem, struct exporter *e, const struct announcement *a, uint64_t packet)
{
    if (a->init_time)
        e->public.init_time = a->init_time;
    uint64_t interval = interval_of(a);
    if (!interval)
        return;
    if (interval > UINT32_MAX)
        interval = UINT32_MAX;
    if (!e->public.sampling && !e->public.sampler_count)
        e->public.sampling_packet = packet;
    if (a->has_sampler) {
        put_sampler(mem, e, a->sampler, (uint32_t)interval);
        return;
    }
    e->public.sampling_changes += e->public.sampling && e->public.sampling != interval;
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
            note_field(&a, field->id, be_n(p + field->offset, field->length), field->length);
        }
        apply(mem, exporter, &a, set->message->packet);
    }
}

bool nfdec_sampler_at(const struct nfdec_session *session, uint32_t index, uint64_t *sampler,
                      uint32_t *interval)
{
    const struct exporter *e = exporter_of(session);
    if (index >= session->sampler_count)
        return false;
    *sampler = e->samplers[index].id;
    *interval = e->samplers[index].interval;
    return true;
}

uint32_t nfdec_sampler_interval(const struct nfdec_session *session, uint64_t sampler)
{
    const struct exporter *e = exporter_of(session);
    uint32_t at = sampler_place(e, sampler);
    return at < session->sampler_count && e->samplers[at].id == sampler ? e->samplers[at].interval : 0;
}
