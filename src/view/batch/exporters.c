/* SPDX-License-Identifier: MIT */
/* Who exported, what came of it, and how it is. */
#include "view/batch/exporters.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "view/format.h"

bool exporters_shown_redefined(const struct nfdec_template *template)
{
    return template->previous && template->previous->end == NFDEC_TEMPLATE_REPLACED;
}

static void add_template(struct exporters_shown *all, const struct nfdec_template *template)
{
    struct exporter_templates *of = &all->templates[template->session->family];
    if (of->first == LEDGER_NONE)
        of->first = template->index;
    else
        all->next[of->last] = template->index;
    of->last = template->index;
    if (template->kind == NFDEC_TEMPLATE_OPTIONS)
        of->options++;
    else
        of->data++;
    of->redefined += exporters_shown_redefined(template);
    of->announced += template->announced;
    if (template->announced > 1) {
        of->intervals += template->announced - 1;
        of->time += (double)(template->last_time - template->first_time);
    }
}

static void collect_templates(const struct nfdec *decoder, struct exporters_shown *all)
{
    const struct nfdec_template *template;
    uint32_t count = 0;
    while (nfdec_template_at(decoder, count) != NULL)
        count++;
    all->next = alloc_array(count + 1u, sizeof *all->next);
    for (uint32_t i = 0; i < all->count; i++)
        all->templates[i].first = LEDGER_NONE;
    for (uint32_t i = 0; (template = nfdec_template_at(decoder, i)) != NULL; i++) {
        all->next[i] = LEDGER_NONE;
        if (template->kind != NFDEC_TEMPLATE_FIXED && template->session->family < all->count)
            add_template(all, template);
    }
}

static void collect_sampling(const struct nfdec *decoder, struct exporters_shown *all)
{
    const struct nfdec_session *session;
    for (uint32_t i = 0; (session = nfdec_session_at(decoder, i)) != NULL; i++) {
        if (session->family >= all->count)
            continue;
        struct exporter_sampling *of = &all->sampling[session->family];
        of->samplers += session->sampler_count;
        of->changes += session->sampling_changes;
        if (session->sampling > of->interval) {
            of->interval = session->sampling;
            of->packet = session->sampling_packet;
        }
    }
}

void exporters_shown_collect(const struct batch *b, struct exporters_shown *all)
{
    const struct nfdec *decoder = session_decoder(b->run);
    const struct ledger *ledger = session_ledger(b->run);
    *all = (struct exporters_shown) { .count = ledger_exporter_count(ledger) };
    all->templates = alloc_array(all->count + 1u, sizeof *all->templates);
    all->sampling = alloc_array(all->count + 1u, sizeof *all->sampling);
    all->health = health_new(ledger, decoder, session_sampling_use(b->run));
    collect_templates(decoder, all);
    collect_sampling(decoder, all);
}

void exporters_shown_release(struct exporters_shown *all)
{
    free(all->templates);
    free(all->sampling);
    free(all->next);
    health_free(all->health);
}

void exporter_head_text(struct strbuf *out, const struct ledger_exporter *e,
                        const struct nfdec_session *session)
{
    exporter_text(out, session);
    strbuf_format(out, ", port %u", session->port);
    if (e->sessions > 1)
        strbuf_format(out, " and %u more", e->sessions - 1);
    strbuf_format(out, ": %s%s\n", session->version == 10 ? "" : "NetFlow ",
                  format_version(session->version));
}

/* Behind a sentence, instead of its full stop: where to look. */
static void finding_text(struct batch *b, struct strbuf *out, const struct health_finding *finding)
{
    health_sentence(finding, out);
    if (finding->packet == 0)
        return;
    if (out->length > 0 && out->data[out->length - 1] == '.')
        out->length--;
    strbuf_text(out, ", see frame ");
    place_text(b, out, finding->packet);
    strbuf_char(out, '.');
}

#define MARGIN 20u
#define WIDTH  80u

void exporter_findings_text(struct batch *b, const struct health *health, uint32_t family, bool advice)
{
    struct strbuf text = { .data = NULL };
    enum health_topic topic = HEALTH_TOPICS;
    for (size_t i = 0; i < health_count(health); i++) {
        const struct health_finding *finding = health_at(health, i);
        if (finding->exporter != family || (!advice && finding->code == HEALTH_WHOLE_SECONDS))
            continue;
        size_t from = b->out.length;
        bool same = health_topic_of(finding->code) == topic;
        topic = health_topic_of(finding->code);
        strbuf_format(&b->out, "  %-9s %-7s ", same ? "" : health_topic_name(topic),
                      health_severity_name(health_severity_of(finding->code)));
        strbuf_clear(&text);
        finding_text(b, &text, finding);
        if (advice && health_advice(finding->code)[0] != '\0') {
            strbuf_char(&text, ' ');
            strbuf_text(&text, health_advice(finding->code));
        }
        format_wrapped(&b->out, text.data, MARGIN, b->out.length - from, WIDTH);
        strbuf_char(&b->out, '\n');
    }
    strbuf_release(&text);
}

static void traffic_text(struct strbuf *out, const struct ledger_exporter *e)
{
    strbuf_text(out, "  sent ");
    format_count(out, e->packets, "export packet");
    strbuf_text(out, " (");
    format_size(out, e->octets);
    strbuf_text(out, "): ");
    format_count(out, e->records, "data record");
    if (e->options > 0) {
        strbuf_text(out, ", ");
        strbuf_unsigned(out, e->options);
        strbuf_text(out, " of options");
    }
    strbuf_text(out, "\n  ");
    format_count(out, e->flows, "flow");
    strbuf_text(out, " of ");
    format_count(out, e->flow_packets, "packet");
    strbuf_text(out, " and ");
    format_size(out, e->flow_bytes);
    strbuf_char(out, '\n');
}

static void seen_text(struct batch *b, const struct ledger_exporter *e)
{
    struct strbuf *out = &b->out;
    if (e->last_time == 0) /* octets given in hex have no time */
        return;
    strbuf_text(out, "  seen from ");
    batch_time(b, out, e->first_time);
    strbuf_text(out, " to ");
    batch_time(b, out, e->last_time);
    strbuf_char(out, '\n');
}

static void templates_text(struct strbuf *out, const struct exporter_templates *templates)
{
    if (templates->announced == 0)
        return;
    strbuf_text(out, "  templates: ");
    strbuf_unsigned(out, templates->data);
    strbuf_text(out, " for data, ");
    strbuf_unsigned(out, templates->options);
    strbuf_text(out, " for options, announced ");
    format_count(out, templates->announced, "time");
    strbuf_char(out, '\n');
}

static void block_text(struct batch *b, const struct exporters_shown *all, uint32_t family,
                       const struct ledger_exporter *e, const struct nfdec_session *session)
{
    struct strbuf *out = &b->out;
    exporter_head_text(out, e, session);
    traffic_text(out, e);
    seen_text(b, e);
    templates_text(out, &all->templates[family]);
    exporter_findings_text(b, all->health, family, false);
    if (e->diagnostics > 0) {
        strbuf_text(out, "  ");
        format_count(out, e->diagnostics, "diagnostic");
        strbuf_text(out, ", see --show diagnostics\n");
    }
    strbuf_char(out, '\n');
}

static void end(struct batch *b)
{
    const struct ledger *ledger = session_ledger(b->run);
    struct exporters_shown all;
    uint32_t shown = 0, there = 0;
    exporters_shown_collect(b, &all);
    for (uint32_t i = 0; i < all.count && batch_line(b); i++) {
        const struct ledger_exporter *exporter = ledger_exporter(ledger, i);
        const struct nfdec_session *session =
            nfdec_session_at(session_decoder(b->run), exporter->first_session);
        if (!session || exporter->packets == 0)
            continue;
        there++;
        if (!match_exporter(b->match, i))
            continue;
        if (!batch_more(b))
            break;
        shown++;
        if (b->config->json)
            exporter_line_json(b, &all, i, exporter, session);
        else
            block_text(b, &all, i, exporter, session);
    }
    if (batch_talks(b)) {
        batch_count(b, shown, b->match ? there : shown, "exporter");
        strbuf_char(&b->out, '\n');
    }
    exporters_shown_release(&all);
}

const struct show show_exporters = { .check_flows = true, .end = end };
