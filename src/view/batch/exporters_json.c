/* SPDX-License-Identifier: MIT */
/* An exporter and its health as JSON: the facts; what they mean is -z health. */
#include "view/batch/exporters.h"

#include <string.h>

#include "flow/difference.h"
#include "view/batch/json.h"

/* "KEY":12, a frame, where there is one. With several inputs it is that of the file in "file". */
static void frame_json(struct strbuf *out, const char *key, uint64_t packet)
{
    if (packet != 0)
        json_number(out, key, ledger_frame(packet));
}

static void sequence_json(struct strbuf *out, const struct ledger_exporter *exporter)
{
    const struct sequence_counts *s = &exporter->sequence;
    json_key(out, "sequence");
    json_open(out, '{');
    json_key(out, "unit");
    strbuf_format(out, "\"%ss\"", nfdec_counting_noun((enum nfdec_counting)s->counting));
    if (s->counting_packet != 0) {
        json_word(out, "counts", nfdec_counting_word((enum nfdec_counting)s->counting));
        frame_json(out, "counts_frame", s->counting_packet);
    }
    frame_json(out, "together_frame", s->together_packet);
    json_number(out, "expected", s->expected);
    json_number(out, "received", s->received);
    json_number(out, "lost", s->lost);
    json_number(out, "reordered", s->reordered);
    json_number(out, "duplicated", s->duplicated);
    json_number(out, "restarts", s->restarts);
    json_number(out, "reboots", s->reboots);
    frame_json(out, "first_gap_frame", s->first_gap_packet);
    frame_json(out, "first_reordered_frame", s->first_late_packet);
    frame_json(out, "first_duplicated_frame", s->first_duplicate_packet);
    frame_json(out, "first_restart_frame", s->first_restart_packet);
    frame_json(out, "first_reboot_frame", s->first_reboot_packet);
    json_close(out, '}');
}

static void undecoded_json(struct strbuf *out, const struct ledger_exporter *exporter)
{
    json_key(out, "undecoded");
    json_open(out, '{');
    for (unsigned i = 0; i < LEDGER_UNDECODED; i++)
        json_number(out, ledger_undecoded_name((enum ledger_undecoded)i), exporter->undecoded[i]);
    json_close(out, '}');
    if (!exporter->facts || exporter->facts->undecoded_count == 0)
        return;
    json_key(out, "undecoded_sets");
    json_open(out, '[');
    for (uint32_t i = 0; i < exporter->facts->undecoded_count; i++) {
        const struct facts_undecoded *sets = &exporter->facts->undecoded[i];
        json_item(out);
        json_open(out, '{');
        json_number(out, "id", sets->id);
        json_word(out, "reason", ledger_undecoded_name((enum ledger_undecoded)sets->reason));
        json_number(out, "sets", sets->sets);
        json_number(out, "octets", sets->octets);
        frame_json(out, "first_frame", sets->first_packet);
        frame_json(out, "last_frame", sets->last_packet);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void refresh_json(struct strbuf *out, const struct facts *facts)
{
    json_key(out, "refresh");
    json_open(out, '{');
    json_seconds(out, "min", facts->refresh.least);
    json_seconds(out, "median", spread_median(&facts->refresh));
    json_seconds(out, "max", facts->refresh.most);
    frame_json(out, "max_frame", facts->refresh_packet);
    json_close(out, '}');
}

static void templates_json(struct strbuf *out, const struct exporter_templates *templates,
                           const struct facts *facts)
{
    json_key(out, "templates");
    json_open(out, '{');
    json_number(out, "data", templates->data);
    json_number(out, "options", templates->options);
    json_number(out, "announced", templates->announced);
    if (templates->intervals > 0)
        json_seconds(out, "refresh_seconds", (int64_t)(templates->time / (double)templates->intervals));
    if (facts && facts->refresh.count > 0)
        refresh_json(out, facts);
    if (facts && facts->late_sets > 0) {
        json_number(out, "late_sets", facts->late_sets);
        frame_json(out, "late_frame", facts->late_packet);
        json_seconds(out, "late_seconds", facts->waited);
    }
    json_close(out, '}');
}

static void length_json(struct strbuf *out, const char *key, const struct nfdec_field_spec *field)
{
    if (field && field->length != NFDEC_VARIABLE)
        json_number(out, key, field->length);
}

static void change_json(struct strbuf *out, const struct nfdec_template *t,
                        const struct difference_entry *entry)
{
    const struct nfdec_field_spec *field = entry->after ? entry->after : entry->before;
    json_item(out);
    json_open(out, '{');
    json_number(out, "template", t->id);
    frame_json(out, "frame", t->first_packet);
    json_word(out, "change", difference_kind_name(entry->kind));
    json_string(out, "name", field->name);
    if (entry->before)
        json_number(out, "from", entry->from + 1u);
    if (entry->after)
        json_number(out, "to", entry->to + 1u);
    length_json(out, "old_length", entry->before);
    length_json(out, "new_length", entry->after);
    json_close(out, '}');
}

static void redefinition_json(struct strbuf *out, const struct nfdec_template *t)
{
    struct difference *d = difference_new(t->previous, t);
    for (size_t i = 0; i < difference_count(d); i++)
        change_json(out, t, difference_at(d, i));
    difference_free(d);
}

static void names_json(struct strbuf *out, const char *key, const struct nfdec_template *t, uint16_t from,
                       uint16_t to)
{
    json_key(out, key);
    json_open(out, '[');
    for (uint16_t i = from; i < to; i++) {
        json_item(out);
        strbuf_json(out, t->fields[i].name, strlen(t->fields[i].name));
    }
    json_close(out, ']');
}

static void options_json(struct strbuf *out, const struct nfdec_template *t)
{
    json_item(out);
    json_open(out, '{');
    json_number(out, "template", t->id);
    frame_json(out, "frame", t->first_packet);
    json_number(out, "records", *t->records);
    names_json(out, "scope", t, 0, t->scope_count);
    names_json(out, "fields", t, t->scope_count, t->field_count);
    json_close(out, '}');
}

/* Redefinitions and options templates of a family. */
static void lists_json(struct batch *b, struct strbuf *out, const struct exporters_shown *all,
                       uint32_t family)
{
    const struct nfdec *decoder = session_decoder(b->run);
    const struct exporter_templates *templates = &all->templates[family];
    if (templates->redefined > 0) {
        json_key(out, "redefined");
        json_open(out, '[');
        for (uint32_t i = templates->first; i != LEDGER_NONE; i = all->next[i])
            if (exporters_shown_redefined(nfdec_template_at(decoder, i)))
                redefinition_json(out, nfdec_template_at(decoder, i));
        json_close(out, ']');
    }
    if (templates->options > 0) {
        json_key(out, "options_templates");
        json_open(out, '[');
        for (uint32_t i = templates->first; i != LEDGER_NONE; i = all->next[i])
            if (nfdec_template_at(decoder, i)->kind == NFDEC_TEMPLATE_OPTIONS)
                options_json(out, nfdec_template_at(decoder, i));
        json_close(out, ']');
    }
}

static void skew_json(struct strbuf *out, const struct ledger_exporter *exporter)
{
    json_key(out, "clock_skew_seconds");
    json_open(out, '{');
    json_seconds(out, "min", exporter->min_skew);
    json_seconds(out, "max", exporter->max_skew);
    json_close(out, '}');
}

static void clock_json(struct strbuf *out, const struct ledger_exporter *exporter)
{
    const struct clock_facts *clock = &exporter->facts->clock;
    int64_t drift = clock_drift(clock, clock_distance(exporter->last_time, exporter->first_time));
    json_key(out, "clock");
    json_open(out, '{');
    frame_json(out, "min_frame", clock->least_packet);
    frame_json(out, "max_frame", clock->most_packet);
    if (drift != 0)
        json_signed(out, "drift_ppm", drift / 1000);
    json_number(out, "steps", clock->steps);
    if (clock->steps > 0) {
        json_seconds(out, "step_seconds", clock->step);
        frame_json(out, "step_frame", clock->step_packet);
    }
    json_number(out, "wraps", clock->wraps);
    frame_json(out, "wrap_frame", clock->wrap_packet);
    json_close(out, '}');
}

static void pauses_json(struct strbuf *out, const struct facts *facts)
{
    int64_t silence = facts_silence(facts);
    json_key(out, "pauses");
    json_open(out, '{');
    json_seconds(out, "median", spread_median(&facts->pauses));
    json_seconds(out, "usual", spread_usual(&facts->pauses));
    json_seconds(out, "longest", facts->pauses.most);
    frame_json(out, "longest_frame", facts->pause_packet);
    json_bool(out, "silent", silence != 0 && facts->pauses.most >= silence);
    json_close(out, '}');
}

static void delay_json(struct strbuf *out, const struct facts *facts)
{
    json_key(out, "export_delay");
    json_open(out, '{');
    json_number(out, "flows", facts->timed);
    json_seconds(out, "min", facts->least_delay);
    frame_json(out, "min_frame", facts->least_delay_packet);
    json_seconds(out, "mean", (int64_t)(facts->delay / (double)facts->timed));
    json_seconds(out, "max", facts->most_delay);
    frame_json(out, "max_frame", facts->most_delay_packet);
    json_close(out, '}');
}

/* Flows with times that cannot be, by kind; kinds without flows are not there. */
static void times_json(struct strbuf *out, const struct facts *facts)
{
    json_key(out, "times");
    json_open(out, '[');
    for (unsigned kind = 0; kind < AUDIT_KINDS; kind++) {
        const struct facts_times *times = &facts->times[kind];
        if (times->records == 0)
            continue;
        json_item(out);
        json_open(out, '{');
        json_word(out, "kind", audit_kind_name((enum audit_kind)kind));
        json_number(out, "flows", times->records);
        frame_json(out, "frame", times->packet);
        json_seconds(out, "seconds", times->worst);
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void samplers_json(struct batch *b, struct strbuf *out, uint32_t family)
{
    const struct nfdec_session *session;
    uint64_t sampler;
    uint32_t interval;
    json_key(out, "samplers");
    json_open(out, '[');
    for (uint32_t i = 0; (session = nfdec_session_at(session_decoder(b->run), i)) != NULL; i++) {
        for (uint32_t s = 0; session->family == family && nfdec_sampler_at(session, s, &sampler, &interval);
             s++) {
            json_item(out);
            json_open(out, '{');
            json_number(out, "sampler", sampler);
            json_number(out, "interval", interval);
            frame_json(out, "frame", session->sampling_packet);
            json_close(out, '}');
        }
    }
    json_close(out, ']');
}

static void sampling_json(struct strbuf *out, const struct exporter_sampling *sampling,
                          const struct ledger_exporter *exporter)
{
    const struct facts *facts = exporter->facts;
    json_key(out, "sampling");
    json_open(out, '{');
    if (sampling->interval != 0) {
        json_number(out, "announced", sampling->interval);
        frame_json(out, "announced_frame", sampling->packet);
    }
    if (exporter->header_sampling != 0)
        json_number(out, "header", exporter->header_sampling);
    if (facts)
        frame_json(out, "header_frame", facts->header_packet);
    json_number(out, "samplers", sampling->samplers);
    if (facts && facts->sampling_most != 0) {
        json_number(out, "records_min", facts->sampling_least);
        json_number(out, "records_max", facts->sampling_most);
        frame_json(out, "records_frame", facts->sampling_packet);
    }
    if (facts)
        json_number(out, "changes", sampling->changes + facts->header_changes);
    json_close(out, '}');
}

static void facts_json(struct strbuf *out, const struct ledger_exporter *exporter)
{
    const struct facts *facts = exporter->facts;
    if (exporter->last_time != 0)
        clock_json(out, exporter);
    if (exporter->last_time != 0 && facts->pauses.count > 0)
        pauses_json(out, facts);
    if (facts->timed > 0)
        delay_json(out, facts);
    times_json(out, facts);
}

void exporter_line_json(struct batch *b, const struct exporters_shown *all, uint32_t family,
                        const struct ledger_exporter *exporter, const struct nfdec_session *session)
{
    struct strbuf *out = &b->out;
    json_open(out, '{');
    exporter_json(out, session, true);
    json_number(out, "ports", exporter->sessions);
    json_number(out, "packets", exporter->packets);
    json_number(out, "records", exporter->records);
    json_number(out, "options", exporter->options);
    json_number(out, "flows", exporter->flows);
    json_number(out, "bytes", exporter->octets);
    json_number(out, "flow_packets", exporter->flow_packets);
    json_number(out, "flow_bytes", exporter->flow_bytes);
    if (exporter->last_time != 0) {
        json_time(out, "first_time", exporter->first_time);
        json_time(out, "last_time", exporter->last_time);
    }
    if (session->version != 1) /* has no sequence numbers */
        sequence_json(out, exporter);
    undecoded_json(out, exporter);
    templates_json(out, &all->templates[family], exporter->facts);
    lists_json(b, out, all, family);
    if (exporter->last_time != 0)
        skew_json(out, exporter);
    if (exporter->facts)
        facts_json(out, exporter);
    sampling_json(out, &all->sampling[family], exporter);
    if (all->sampling[family].samplers > 0)
        samplers_json(b, out, family);
    json_word(out, "health", health_severity_name(health_worst(all->health, family)));
    json_number(out, "diagnostics", exporter->diagnostics);
    strbuf_text(out, "}\n");
}
