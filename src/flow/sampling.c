/* SPDX-License-Identifier: MIT */
#include "flow/sampling.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct samplings {
    const struct nfdec_session **session; /* that announce something, by address, in order of appearance */
    size_t count, capacity;
};

static int compare_addresses(const struct nfdec_session *a, const struct nfdec_session *b)
{
    if (a->address_length != b->address_length)
        return a->address_length < b->address_length ? -1 : 1;
    return memcmp(a->address, b->address, a->address_length);
}

static int compare(const void *left, const void *right)
{
    const struct nfdec_session *const *a = left, *const *b = right;
    int order = compare_addresses(*a, *b);
    if (order != 0)
        return order;
    return ((*a)->index > (*b)->index) - ((*a)->index < (*b)->index);
}

static bool announces(const struct nfdec_session *session)
{
    return session->sampling != 0 || session->sampler_count != 0;
}

struct samplings *samplings_new(const struct nfdec *decoder)
{
    struct samplings *samplings = alloc_new(sizeof *samplings);
    const struct nfdec_session *session;
    for (uint32_t i = 0; (session = nfdec_session_at(decoder, i)) != NULL; i++) {
        if (!announces(session))
            continue;
        samplings->session =
            alloc_grow(samplings->session, samplings->count, &samplings->capacity, sizeof(void *));
        samplings->session[samplings->count++] = session;
    }
    if (samplings->count > 1)
        qsort(samplings->session, samplings->count, sizeof(void *), compare);
    return samplings;
}

void samplings_add(struct samplings *samplings, const struct nfdec_session *session)
{
    size_t low = 0, high = samplings->count;
    if (!announces(session))
        return;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(&samplings->session[middle], &session);
        if (order == 0)
            return;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    samplings->session =
        alloc_grow(samplings->session, samplings->count, &samplings->capacity, sizeof(void *));
    memmove(&samplings->session[low + 1], &samplings->session[low],
            (samplings->count - low) * sizeof(void *));
    samplings->session[low] = session;
    samplings->count++;
}

void samplings_free(struct samplings *samplings)
{
    if (!samplings)
        return;
    free(samplings->session);
    free(samplings);
}

/* The first session of the same address that announces something. */
static size_t first_of_address(const struct samplings *samplings, const struct nfdec_session *session)
{
    size_t low = 0, high = samplings->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_addresses(samplings->session[middle], session) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t announced(const struct nfdec_session *session, const struct sampling_flow *flow)
{
    return flow->has_sampler ? nfdec_sampler_interval(session, flow->sampler) : session->sampling;
}

struct elsewhere {
    uint32_t interval; /* 0: nobody says, or several say different things */
    bool own;          /* another port of the same family says it */
    bool several;
};

/*
 * What the other sessions of an address say. Ports of the session's own family say the last word: an exporter that
 * has changed its port is still the same one.
 */
static struct elsewhere elsewhere(const struct samplings *samplings, const struct nfdec_session *session,
                                  const struct sampling_flow *flow)
{
    struct elsewhere found = { .interval = 0 };
    for (size_t i = first_of_address(samplings, session); i < samplings->count; i++) {
        const struct nfdec_session *other = samplings->session[i];
        if (compare_addresses(other, session) != 0)
            break;
        uint32_t interval = announced(other, flow);
        if (interval == 0)
            continue;
        if (other->family == session->family)
            return (struct elsewhere) { .interval = interval, .own = true };
        found.several |= found.interval != 0 && found.interval != interval;
        found.interval = interval;
    }
    if (found.several)
        found.interval = 0;
    return found;
}

static struct sampling of_sampler(const struct samplings *samplings, const struct nfdec_session *session,
                                  const struct sampling_flow *flow)
{
    uint32_t interval = announced(session, flow);
    if (interval)
        return (struct sampling) { interval, SAMPLING_SAMPLER };
    struct elsewhere found = elsewhere(samplings, session, flow);
    if (found.several)
        return (struct sampling) { 0, SAMPLING_SAMPLER_UNCLEAR };
    if (!found.interval)
        return (struct sampling) { 0, SAMPLING_SAMPLER_UNKNOWN };
    return (struct sampling) { found.interval, found.own ? SAMPLING_SAMPLER : SAMPLING_SAMPLER_ELSEWHERE };
}

static struct sampling of_session(const struct samplings *samplings, const struct nfdec_session *session,
                                  uint16_t header)
{
    static const struct sampling_flow plain = { .has_sampler = false };
    if (session->sampling)
        return (struct sampling) { session->sampling, SAMPLING_OPTIONS };
    struct elsewhere found = elsewhere(samplings, session, &plain);
    if (found.own)
        return (struct sampling) { found.interval, SAMPLING_OPTIONS };
    if (header)
        return (struct sampling) { header, SAMPLING_HEADER };
    if (found.interval)
        return (struct sampling) { found.interval, SAMPLING_OPTIONS_ELSEWHERE };
    return (struct sampling) { 0, SAMPLING_NONE };
}

/* Sampler 0 is what exporters put in where they do not sample. */
struct sampling samplings_of(const struct samplings *samplings, const struct nfdec_session *session,
                             const struct sampling_flow *flow)
{
    if (flow->interval)
        return (struct sampling) { flow->interval > UINT32_MAX ? UINT32_MAX : (uint32_t)flow->interval,
                                   SAMPLING_RECORD };
    if (!flow->has_sampler)
        return of_session(samplings, session, flow->header);
    struct sampling by_sampler = of_sampler(samplings, session, flow);
    if (by_sampler.interval)
        return by_sampler;
    struct sampling by_session = of_session(samplings, session, flow->header);
    return by_session.interval || flow->sampler == 0 ? by_session : by_sampler;
}

const char *sampling_source_name(enum sampling_source source)
{
    static const char *const name[SAMPLING_SOURCES] = {
        [SAMPLING_NONE] = "none",
        [SAMPLING_RECORD] = "record",
        [SAMPLING_SAMPLER] = "sampler",
        [SAMPLING_SAMPLER_ELSEWHERE] = "sampler-elsewhere",
        [SAMPLING_SAMPLER_UNCLEAR] = "sampler-unclear",
        [SAMPLING_SAMPLER_UNKNOWN] = "sampler-unknown",
        [SAMPLING_OPTIONS] = "options",
        [SAMPLING_HEADER] = "header",
        [SAMPLING_OPTIONS_ELSEWHERE] = "options-elsewhere",
    };
    return name[source];
}
