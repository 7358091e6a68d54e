/* SPDX-License-Identifier: MIT */
#include "flow/health.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/order.h"
#include "base/time.h"
#include "flow/difference.h"
#include "flow/sampling.h"

#define SECOND INT64_C(1000000000)

/* Clocks agree within this: whole seconds in headers, and packets that wait a moment before they are sent. */
#define CLOCKS_APART (3 * SECOND)
#define DAY_SECONDS  86400
/* Templates that were announced once in less time are nothing to speak of. */
#define ONCE_TIME (600 * SECOND)
#define MOST      8u  /* changes and options templates of an exporter told one by one */
#define FIELDS    4u  /* names of fields in a sentence */
#define ELSEWHERE 64u /* sessions without flows that announce sampling for others */

struct health {
    const struct ledger *ledger;
    const struct nfdec *decoder;
    const struct sampling_use *use;
    struct health_finding *finding;
    size_t count, capacity;
    uint32_t *told; /* by exporter: changes; by exporter + exporters: options templates */
};

static struct health_finding *add(struct health *h, uint32_t exporter, enum health_code code, uint64_t packet)
{
    const struct ledger_exporter *e = ledger_exporter(h->ledger, exporter);
    h->finding = alloc_grow(h->finding, h->count, &h->capacity, sizeof *h->finding);
    struct health_finding *finding = &h->finding[h->count++];
    *finding = (struct health_finding) { .code = code,
                                         .exporter = exporter,
                                         .session = nfdec_session_at(h->decoder, e->first_session),
                                         .packet = packet,
                                         .counting = e->sequence.counting };
    return finding;
}

static void add_if(struct health *h, uint32_t exporter, enum health_code code, uint64_t packet)
{
    if (packet)
        add(h, exporter, code, packet);
}

static void add_count(struct health *h, uint32_t exporter, enum health_code code, uint64_t packet, uint64_t a)
{
    if (a)
        add(h, exporter, code, packet)->a = a;
}

static void add_loss(struct health *h, uint32_t i, const struct ledger_exporter *e)
{
    const struct sequence_counts *s = &e->sequence;
    const struct nfdec_session *session = nfdec_session_at(h->decoder, e->first_session);
    bool countable = s->counting != NFDEC_COUNTS_BIFLOWS && s->counting != NFDEC_COUNTS_NOTHING;
    if (session->version == 1) {
        add(h, i, HEALTH_UNCOUNTED, 0)->text = alloc_text("NetFlow v1 has no sequence numbers");
        return;
    }
    add_if(h, i, HEALTH_COUNTS_OTHERWISE, s->counting_packet);
    add_if(h, i, HEALTH_COUNTS_TOGETHER, s->together_packet);
    if (!countable)
        add(h, i, HEALTH_UNCOUNTED, s->counting_packet)->text =
            alloc_text("its sequence numbers do not say how much there is");
    if (s->lost) {
        struct health_finding *lost = add(h, i, HEALTH_LOST, s->first_gap_packet);
        lost->a = s->lost;
        lost->b = s->expected;
    } else if (countable) {
        add(h, i, HEALTH_COMPLETE, 0)->a = s->received;
    }
    add_count(h, i, HEALTH_REORDERED, s->first_late_packet, s->reordered);
    add_count(h, i, HEALTH_DUPLICATED, s->first_duplicate_packet, s->duplicated);
    add_count(h, i, HEALTH_REBOOTED, s->first_reboot_packet, s->reboots);
    add_count(h, i, HEALTH_RESTARTED, s->first_restart_packet, s->restarts - s->reboots);
}

static void add_silence(struct health *h, uint32_t i, const struct facts *facts)
{
    int64_t silence = facts_silence(facts);
    if (!silence || facts->pauses.most < silence)
        return;
    uint64_t more = spread_above(&facts->pauses, silence);
    struct health_finding *finding = add(h, i, HEALTH_SILENT, facts->pause_packet);
    finding->a = more ? more : 1;
    finding->d = facts->pauses.most;
    finding->e = spread_usual(&facts->pauses);
}

/* " to 5 s"; NULL for none. */
static char *to_text(int64_t most)
{
    struct strbuf text = { .data = NULL };
    char span[TIME_TEXT];
    if (most == 0)
        return NULL;
    strbuf_text(&text, " to ");
    strbuf_add(&text, span, time_span_text(most, span));
    return text.data;
}

/* " (1 s to 5 s)"; NULL where they are as good as equal. */
static char *range_text(int64_t least, int64_t most)
{
    struct strbuf text = { .data = NULL };
    char from[TIME_TEXT], to[TIME_TEXT];
    time_span_text(least, from);
    time_span_text(most, to);
    if (strcmp(from, to) == 0)
        return NULL;
    strbuf_format(&text, " (%s to %s)", from, to);
    return text.data;
}

static int64_t mean_skew(const struct clock_facts *clock)
{
    double mean = clock->sum_s / (double)clock->messages;
    return mean > 9e9 ? INT64_MAX : mean < -9e9 ? INT64_MIN : (int64_t)(mean * 1e9);
}

static void add_skew(struct health *h, uint32_t i, const struct clock_facts *clock)
{
    int64_t mean = mean_skew(clock);
    bool right = mean <= CLOCKS_APART && mean >= -CLOCKS_APART;
    enum health_code code = right ? HEALTH_CLOCK_RIGHT : mean > 0 ? HEALTH_CLOCK_AHEAD : HEALTH_CLOCK_BEHIND;
    struct health_finding *finding = add(h, i, code, mean > 0 ? clock->most_packet : clock->least_packet);
    bool most = clock_distance(clock->most, 0) >= clock_distance(0, clock->least);
    finding->d = !right ? mean : most ? clock->most : clock->least;
    if (right)
        finding->packet = most ? clock->most_packet : clock->least_packet;
    finding->text = right      ? to_text(finding->d)
                    : mean > 0 ? range_text(clock->least, clock->most)
                               : range_text(clock->most, clock->least);
}

/* By clocks that differ a flow may end behind its export. */
static void add_delay(struct health *h, uint32_t i, const struct facts *facts)
{
    bool one = facts->most_delay - facts->least_delay < SECOND / 1000, before = facts->least_delay < 0;
    enum health_code code = one ? HEALTH_DELAY_ONE : before ? HEALTH_DELAY_BEFORE : HEALTH_DELAY;
    struct health_finding *finding =
        add(h, i, code, before ? facts->least_delay_packet : facts->most_delay_packet);
    finding->d = facts->least_delay;
    finding->e = facts->most_delay;
    finding->f = (int64_t)(facts->delay / (double)facts->timed);
    finding->text = alloc_text(facts->most_delay < 0 ? "before" : "after");
}

static void add_clock(struct health *h, uint32_t i, const struct ledger_exporter *e)
{
    const struct facts *facts = e->facts;
    int64_t drift = clock_drift(&facts->clock, clock_distance(e->last_time, e->first_time));
    if (e->last_time) /* octets given in hex have no capture time */
        add_skew(h, i, &facts->clock);
    if (drift) {
        struct health_finding *finding =
            add(h, i, drift > 0 ? HEALTH_CLOCK_FAST : HEALTH_CLOCK_SLOW, facts->clock.most_packet);
        finding->d = drift * DAY_SECONDS;
    }
    if (facts->clock.steps) {
        struct health_finding *finding = add(h, i, HEALTH_CLOCK_STEPPED, facts->clock.step_packet);
        finding->a = facts->clock.steps;
        finding->d = facts->clock.step;
    }
    add_count(h, i, HEALTH_UPTIME_WRAPPED, facts->clock.wrap_packet, facts->clock.wraps);
    if (facts->timed)
        add_delay(h, i, facts);
    if (facts->timed && nfdec_session_at(h->decoder, e->first_session)->version == 9)
        add(h, i, HEALTH_WHOLE_SECONDS, 0);
}

static void add_times(struct health *h, uint32_t i, const struct facts *facts)
{
    static const uint8_t codes[AUDIT_KINDS] = {
        [AUDIT_UNSET] = HEALTH_TIMES_UNSET,       [AUDIT_FAR] = HEALTH_TIMES_FAR,
        [AUDIT_REVERSED] = HEALTH_TIMES_REVERSED, [AUDIT_UPTIME] = HEALTH_TIMES_UPTIME,
        [AUDIT_LONG] = HEALTH_TIMES_LONG,         [AUDIT_AFTER_EXPORT] = HEALTH_TIMES_AFTER_EXPORT,
        [AUDIT_WRAPPED] = HEALTH_TIMES_WRAPPED,
    };
    for (unsigned kind = 0; kind < AUDIT_KINDS; kind++) {
        const struct facts_times *times = &facts->times[kind];
        if (!times->records)
            continue;
        struct health_finding *finding = add(h, i, (enum health_code)codes[kind], times->packet);
        finding->a = times->records;
        finding->d = times->worst;
        finding->id = times->set;
    }
}

static void add_refresh(struct health *h, uint32_t i, const struct facts *facts)
{
    if (facts->refresh.count) {
        struct health_finding *finding = add(h, i, HEALTH_TEMPLATES_STEADY, facts->refresh_packet);
        finding->d = spread_median(&facts->refresh);
        finding->text = range_text(facts->refresh.least, facts->refresh.most);
    }
    if (facts->late_sets) {
        struct health_finding *finding = add(h, i, HEALTH_TEMPLATES_LATE, facts->late_packet);
        finding->a = facts->late_sets;
        finding->d = facts->waited;
    }
    add_count(h, i, HEALTH_TEMPLATES_BORROWED, facts->borrowed_packet, facts->borrowed_sets);
}

static void add_decoding(struct health *h, uint32_t i, const struct ledger_exporter *e)
{
    static const uint8_t codes[LEDGER_UNDECODED] = {
        [LEDGER_NO_TEMPLATE] = HEALTH_NO_TEMPLATE,
        [LEDGER_WITHDRAWN] = HEALTH_WITHDRAWN,
        [LEDGER_MALFORMED] = HEALTH_MALFORMED,
        [LEDGER_RESERVED] = HEALTH_RESERVED,
    };
    const struct facts *facts = e->facts;
    if (!facts->undecoded_count && !facts->errors)
        add(h, i, HEALTH_DECODED, 0);
    for (uint32_t u = 0; u < facts->undecoded_count; u++) {
        const struct facts_undecoded *sets = &facts->undecoded[u];
        bool template = sets->reason == LEDGER_MALFORMED && sets->code != NFDEC_DIAG_SET_TOO_SHORT;
        enum health_code code = template ? HEALTH_MALFORMED_TEMPLATE : (enum health_code)codes[sets->reason];
        struct health_finding *finding = add(h, i, code, sets->first_packet);
        finding->a = sets->sets;
        finding->b = sets->octets;
        finding->id = sets->id;
    }
    add_count(h, i, HEALTH_UNDECODED_MORE, 0, facts->undecoded_more);
    add_count(h, i, HEALTH_DAMAGED, facts->error_packet, facts->errors);
}

static void add_told_sampling(struct health *h, uint32_t i, const struct facts *facts)
{
    add_count(h, i, HEALTH_SAMPLING_HEADER, facts->header_packet, facts->header_sampling);
    add_count(h, i, HEALTH_SAMPLING_CHANGED, facts->header_packet, facts->header_changes);
    if (!facts->sampling_most)
        return;
    bool one = facts->sampling_least == facts->sampling_most;
    struct health_finding *finding =
        add(h, i, one ? HEALTH_SAMPLING_RECORDS : HEALTH_SAMPLING_RANGE, facts->sampling_packet);
    finding->a = facts->sampling_least;
    finding->b = facts->sampling_most;
}

static void add_exporter(struct health *h, uint32_t i)
{
    const struct ledger_exporter *e = ledger_exporter(h->ledger, i);
    if (!e->packets)
        return;
    add_loss(h, i, e);
    if (!e->facts)
        return;
    add_silence(h, i, e->facts);
    add_clock(h, i, e);
    add_times(h, i, e->facts);
    add_refresh(h, i, e->facts);
    add_decoding(h, i, e);
    add_told_sampling(h, i, e->facts);
}

static void add_change(struct health *h, uint32_t i, const struct nfdec_template *t)
{
    if (h->told[i]++ >= MOST)
        return;
    struct strbuf text = { .data = NULL };
    struct difference *d = difference_new(t->previous, t);
    struct health_finding *finding = add(h, i, HEALTH_TEMPLATE_CHANGED, t->first_packet);
    finding->id = t->id;
    difference_text(&text, d, FIELDS);
    if (!difference_count(d))
        strbuf_text(&text, "a different scope");
    finding->text = text.data;
    difference_free(d);
}

static void field_names(struct strbuf *out, const struct nfdec_template *t, uint16_t from, uint16_t to)
{
    for (uint16_t i = from; i < to && i < from + FIELDS; i++) {
        if (i > from)
            strbuf_text(out, ", ");
        strbuf_text(out, t->fields[i].name);
    }
    if (to > from + FIELDS)
        strbuf_format(out, " and %u more", to - from - FIELDS);
}

static void add_options(struct health *h, uint32_t i, const struct nfdec_template *t)
{
    uint32_t exporters = ledger_exporter_count(h->ledger);
    if (!*t->records || h->told[exporters + i]++ >= MOST)
        return;
    struct strbuf text = { .data = NULL };
    struct health_finding *finding = add(h, i, HEALTH_OPTIONS, t->first_packet);
    finding->id = t->id;
    finding->a = *t->records;
    field_names(&text, t, t->scope_count, t->field_count);
    if (t->scope_count) {
        strbuf_text(&text, t->field_count > t->scope_count ? " by " : "");
        field_names(&text, t, 0, t->scope_count);
    }
    finding->text = text.data;
}

/* Per exporter: how many templates, and how many that were announced once. */
struct templates {
    uint64_t all, once;
    uint64_t packet; /* of the first one that came once */
};

static void count_template(struct templates *count, const struct nfdec_template *t)
{
    count->all++;
    if (t->announced != 1 || t->end != NFDEC_TEMPLATE_LIVE)
        return;
    if (!count->once++)
        count->packet = t->first_packet;
}

static void add_templates(struct health *h)
{
    const struct nfdec_template *t;
    uint32_t exporters = ledger_exporter_count(h->ledger);
    struct templates *counts = alloc_array(exporters + 1u, sizeof *counts);
    for (uint32_t n = 0; (t = nfdec_template_at(h->decoder, n)) != NULL; n++) {
        uint32_t i = t->session->family;
        if (t->kind == NFDEC_TEMPLATE_FIXED || i >= exporters)
            continue;
        count_template(&counts[i], t);
        if (t->previous && t->previous->end == NFDEC_TEMPLATE_REPLACED)
            add_change(h, i, t);
        if (t->kind == NFDEC_TEMPLATE_OPTIONS)
            add_options(h, i, t);
    }
    for (size_t n = 0; n < h->count; n++)
        if (h->finding[n].code == HEALTH_TEMPLATES_STEADY)
            h->finding[n].a = counts[h->finding[n].exporter].all;
    for (uint32_t i = 0; i < exporters; i++) {
        const struct ledger_exporter *e = ledger_exporter(h->ledger, i);
        int64_t time = clock_distance(e->last_time, e->first_time);
        if (counts[i].once && time >= ONCE_TIME) {
            struct health_finding *finding = add(h, i, HEALTH_TEMPLATES_ONCE, counts[i].packet);
            finding->a = counts[i].once;
            finding->d = time;
        }
        if (h->told[i] > MOST)
            add(h, i, HEALTH_TEMPLATES_CHANGED, 0)->a = h->told[i] - MOST;
    }
    free(counts);
}

static bool same_address(const struct nfdec_session *a, const struct nfdec_session *b)
{
    return a->address_length == b->address_length && memcmp(a->address, b->address, a->address_length) == 0;
}

/* Who has flows at the same address, and announces nothing of sampling, is told who does. */
static void add_elsewhere(struct health *h, const struct nfdec_session *announcer)
{
    for (uint32_t i = 0; i < ledger_exporter_count(h->ledger); i++) {
        const struct ledger_exporter *e = ledger_exporter(h->ledger, i);
        const struct nfdec_session *other = nfdec_session_at(h->decoder, e->first_session);
        if (!e->flows || !same_address(other, announcer) || other->sampling || other->sampler_count ||
            other->family == announcer->family)
            continue;
        add(h, i, HEALTH_SAMPLING_ELSEWHERE, announcer->sampling_packet)->a = announcer->domain;
    }
}

/* Whether flows name a sampler that is announced: of its own domain, or of another one of the address. */
static char *use_text(const struct health *h, const struct nfdec_session *announcer, uint64_t sampler)
{
    const struct sampler_use *use;
    struct strbuf text = { .data = NULL };
    bool elsewhere = false;
    for (size_t n = 0; h->use && (use = sampling_use_at(h->use, n)) != NULL; n++) {
        if (use->sampler != sampler || !same_address(use->session, announcer))
            continue;
        elsewhere = true;
        if (use->session->family != announcer->family)
            continue;
        strbuf_format(&text, "; %" PRIu64 " flow%s it", use->flows, use->flows == 1 ? " names" : "s name");
        return text.data;
    }
    if (!h->use || elsewhere)
        return NULL;
    strbuf_text(&text, "; no flow names it");
    return text.data;
}

/* Samplers that flows name without their own domain announcing them; those that nobody does are diagnostics. */
static void add_used_samplers(struct health *h)
{
    const struct sampler_use *use;
    struct samplings *samplings = samplings_new(h->decoder);
    for (size_t n = 0; h->use && (use = sampling_use_at(h->use, n)) != NULL; n++) {
        const struct sampling_flow flow = { .sampler = use->sampler, .has_sampler = true };
        struct sampling found = samplings_of(samplings, use->session, &flow);
        bool elsewhere = found.source == SAMPLING_SAMPLER_ELSEWHERE;
        if (!elsewhere && found.source != SAMPLING_SAMPLER_UNCLEAR)
            continue;
        struct health_finding *finding =
            add(h, use->session->family, elsewhere ? HEALTH_SAMPLER_ELSEWHERE : HEALTH_SAMPLER_UNCLEAR,
                use->packet);
        struct strbuf text = { .data = NULL };
        finding->a = use->flows;
        finding->b = use->sampler;
        if (elsewhere)
            strbuf_format(&text, ": 1 packet in %" PRIu32, found.interval);
        finding->text = text.data;
    }
    samplings_free(samplings);
}

static void add_announced_sampling(struct health *h)
{
    const struct nfdec_session *session;
    uint32_t announcers = 0;
    for (uint32_t n = 0; (session = nfdec_session_at(h->decoder, n)) != NULL; n++) {
        uint32_t i = session->family, interval;
        uint64_t sampler;
        if (i >= ledger_exporter_count(h->ledger))
            continue;
        add_count(h, i, session->sampling == 1 ? HEALTH_SAMPLING_EVERY : HEALTH_SAMPLING_OPTIONS,
                  session->sampling_packet, session->sampling);
        for (uint32_t s = 0; s < MOST && nfdec_sampler_at(session, s, &sampler, &interval); s++) {
            struct health_finding *finding = add(h, i, HEALTH_SAMPLING_SAMPLER, session->sampling_packet);
            finding->a = interval;
            finding->b = sampler;
            finding->text = use_text(h, session, sampler);
        }
        add_count(h, i, HEALTH_SAMPLING_CHANGED, session->sampling_packet, session->sampling_changes);
        bool announces = session->sampling || session->sampler_count;
        if (announces && !ledger_exporter(h->ledger, i)->flows && announcers++ < ELSEWHERE)
            add_elsewhere(h, session);
    }
}

/* What was told as diagnostics at the end of the run, one a sampler. */
static void add_unknown_samplers(struct health *h)
{
    size_t from = h->count;
    if (!ledger_diagnostic_total(h->ledger, NFDEC_DIAG_SAMPLER_UNKNOWN))
        return;
    for (size_t n = 0; n < ledger_diagnostic_count(h->ledger); n++) {
        const struct nfdec_diagnostic *d = ledger_diagnostic(h->ledger, n);
        if (d->code != NFDEC_DIAG_SAMPLER_UNKNOWN || !d->session)
            continue;
        struct health_finding *known = NULL;
        for (size_t k = from; k < h->count && !known; k++)
            if (h->finding[k].exporter == d->session->family)
                known = &h->finding[k];
        if (!known)
            known = add(h, d->session->family, HEALTH_SAMPLER_UNKNOWN, d->packet);
        known->a++;
    }
}

/* By exporter and topic; within one as they were added. */
static void sort(struct health *h)
{
    uint32_t *index = alloc_array(h->count + 1, sizeof *index);
    uint64_t *key = alloc_array(h->count + 1, sizeof *key);
    struct health_finding *sorted = alloc_array(h->count + 1, sizeof *sorted);
    for (size_t i = 0; i < h->count; i++) {
        index[i] = (uint32_t)i;
        key[i] = (uint64_t)h->finding[i].exporter << 8 | health_topic_of(h->finding[i].code);
    }
    order_by_key(index, h->count, key);
    for (size_t i = 0; i < h->count; i++)
        sorted[i] = h->finding[index[i]];
    free(key);
    free(index);
    free(h->finding);
    h->finding = sorted;
}

struct health *health_new(const struct ledger *ledger, const struct nfdec *decoder,
                          const struct sampling_use *use)
{
    struct health *h = alloc_new(sizeof *h);
    uint32_t exporters = ledger_exporter_count(ledger);
    h->ledger = ledger;
    h->decoder = decoder;
    h->use = use;
    h->told = alloc_array(2 * (size_t)exporters + 1, sizeof *h->told);
    for (uint32_t i = 0; i < exporters; i++)
        add_exporter(h, i);
    add_templates(h);
    add_announced_sampling(h);
    add_used_samplers(h);
    add_unknown_samplers(h);
    sort(h);
    return h;
}

void health_free(struct health *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->count; i++)
        free(h->finding[i].text);
    free(h->finding);
    free(h->told);
    free(h);
}

size_t health_count(const struct health *h)
{
    return h->count;
}

const struct health_finding *health_at(const struct health *h, size_t index)
{
    return &h->finding[index];
}

enum health_severity health_worst(const struct health *h, uint32_t exporter)
{
    enum health_severity worst = HEALTH_OK;
    for (size_t i = 0; i < h->count; i++)
        if (h->finding[i].exporter == exporter && health_severity_of(h->finding[i].code) > worst)
            worst = health_severity_of(h->finding[i].code);
    return worst;
}
