/* SPDX-License-Identifier: MIT */
#include "flow/facts.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/prefetch.h"

#define SECOND INT64_C(1000000000)

/* Silence is this many times what is usual, and not less than this long. */
#define SILENCE_TIMES 8
#define SILENCE_LEAST (10 * SECOND)
#define PAUSES_LEAST  8 /* of fewer nothing is usual */

static void take_sampling(struct facts *facts, const struct nfdec_message *m)
{
    if (!m->sampling_interval)
        return;
    if (!facts->header_packet)
        facts->header_packet = m->packet;
    else if (facts->header_sampling != m->sampling_interval)
        facts->header_changes++;
    facts->header_sampling = m->sampling_interval;
}

void facts_release(struct facts *facts)
{
    free(facts->undecoded);
    facts->undecoded = NULL;
}

void facts_expect(const struct facts *facts)
{
    prefetch(facts, offsetof(struct facts, pauses.class));
}

void facts_message(struct facts *facts, struct clock_last *last, const struct nfdec_message *m)
{
    if (facts->clock.messages) {
        int64_t pause = clock_distance(m->time, facts->last_time);
        if (pause > facts->pauses.most)
            facts->pause_packet = m->packet;
        spread_add(&facts->pauses, pause);
    }
    facts->last_time = m->time;
    clock_take(&facts->clock, last, m);
    take_sampling(facts, m);
}

void facts_refresh(struct facts *facts, const struct nfdec_message *m, int64_t interval)
{
    if (interval > facts->refresh.most)
        facts->refresh_packet = m->packet;
    spread_add(&facts->refresh, interval);
}

static struct facts_undecoded *undecoded_of(struct facts *facts, uint16_t id, uint16_t code)
{
    for (uint32_t i = 0; i < facts->undecoded_count; i++)
        if (facts->undecoded[i].id == id && facts->undecoded[i].code == code)
            return &facts->undecoded[i];
    return NULL;
}

void facts_undecoded_set(struct facts *facts, const struct nfdec_diagnostic *d, unsigned reason)
{
    struct facts_undecoded *sets = undecoded_of(facts, d->id, d->code);
    if (!sets && facts->undecoded_count == FACTS_SETS) {
        facts->undecoded_more++;
        return;
    }
    if (!facts->undecoded)
        facts->undecoded = alloc_array(FACTS_SETS, sizeof *facts->undecoded);
    if (!sets) {
        sets = &facts->undecoded[facts->undecoded_count++];
        *sets = (struct facts_undecoded) { .first_packet = d->packet,
                                           .last_packet = d->packet,
                                           .id = d->id,
                                           .code = d->code,
                                           .reason = (uint8_t)reason };
    }
    sets->sets++;
    sets->octets += d->a;
    if (d->packet < sets->first_packet)
        sets->first_packet = d->packet;
    if (d->packet > sets->last_packet)
        sets->last_packet = d->packet;
}

void facts_late_set(struct facts *facts, const struct nfdec_set *set, int64_t now)
{
    const struct nfdec_message *m = set->message;
    int64_t waited = clock_distance(now, m->time);
    if (set->borrowed) {
        if (!facts->borrowed_sets++)
            facts->borrowed_packet = m->packet;
        return;
    }
    if (!facts->late_sets++ || m->packet < facts->late_packet)
        facts->late_packet = m->packet;
    if (waited > facts->waited)
        facts->waited = waited;
}

static void add_times(struct facts_times *times, const struct nfdec_set *set, uint64_t records, int64_t worst)
{
    if (!records)
        return;
    if (!times->records)
        *times = (struct facts_times) { .packet = set->message->packet, .worst = worst, .set = set->id };
    times->records += records;
}

static void add_delays(struct facts *facts, const struct nfdec_set *set, const struct audit *audit)
{
    if (!audit->records)
        return;
    if (!facts->timed || audit->least < facts->least_delay) {
        facts->least_delay = audit->least;
        facts->least_delay_packet = set->message->packet;
    }
    if (!facts->timed || audit->most > facts->most_delay) {
        facts->most_delay = audit->most;
        facts->most_delay_packet = set->message->packet;
    }
    facts->timed += audit->records;
    facts->delay += audit->delay;
}

void facts_audit(struct facts *facts, const struct nfdec_set *set, const struct audit *audit)
{
    add_delays(facts, set, audit);
    for (unsigned kind = 0; audit->wrong && kind < AUDIT_KINDS; kind++)
        add_times(&facts->times[kind], set, audit->kind[kind].records, audit->kind[kind].worst);
    if (!audit->sampling_most)
        return;
    if (!facts->sampling_packet)
        facts->sampling_packet = set->message->packet;
    if (!facts->sampling_least || audit->sampling_least < facts->sampling_least)
        facts->sampling_least = audit->sampling_least;
    if (audit->sampling_most > facts->sampling_most)
        facts->sampling_most = audit->sampling_most;
}

int64_t facts_silence(const struct facts *facts)
{
    if (facts->pauses.count < PAUSES_LEAST)
        return 0;
    int64_t usual = spread_usual(&facts->pauses);
    if (usual > INT64_MAX / SILENCE_TIMES)
        return 0;
    return usual * SILENCE_TIMES > SILENCE_LEAST ? usual * SILENCE_TIMES : SILENCE_LEAST;
}

const char *audit_kind_name(enum audit_kind kind)
{
    static const char *const names[AUDIT_KINDS] = {
        [AUDIT_UNSET] = "unset",     [AUDIT_FAR] = "far",   [AUDIT_REVERSED] = "reversed",
        [AUDIT_UPTIME] = "uptime",   [AUDIT_LONG] = "long", [AUDIT_AFTER_EXPORT] = "after-export",
        [AUDIT_WRAPPED] = "wrapped",
    };
    return names[kind];
}
