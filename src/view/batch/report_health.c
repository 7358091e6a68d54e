/* SPDX-License-Identifier: MIT */
/* How the exporters are, in sentences: -z health. */
#include "view/batch/exporters.h"

#include "view/batch/json.h"
#include "view/format.h"

static void line_json(struct batch *b, const struct health_finding *finding)
{
    struct strbuf *out = &b->out, text = { .data = NULL };
    json_open(out, '{');
    exporter_json(out, finding->session, false);
    json_word(out, "topic", health_topic_name(health_topic_of(finding->code)));
    json_word(out, "severity", health_severity_name(health_severity_of(finding->code)));
    json_word(out, "finding", health_word(finding->code));
    if (finding->packet != 0)
        place_json(b, out, finding->packet);
    if (finding->a > 0)
        json_number(out, "count", finding->a);
    if (finding->code == HEALTH_LOST)
        json_number(out, "of", finding->b);
    if (finding->d != 0)
        json_seconds(out, "seconds", finding->d);
    if (finding->id != 0)
        json_number(out, "id", finding->id);
    health_sentence(finding, &text);
    json_string(out, "text", text.data);
    if (health_advice(finding->code)[0] != '\0')
        json_string(out, "advice", health_advice(finding->code));
    strbuf_text(out, "}\n");
    strbuf_release(&text);
}

static void all_json(struct batch *b, const struct health *health)
{
    for (size_t i = 0; i < health_count(health) && batch_line(b) && batch_more(b); i++)
        line_json(b, health_at(health, i));
}

static void all_text(struct batch *b, const struct health *health)
{
    const struct ledger *ledger = session_ledger(b->run);
    uint64_t exporters = 0, count[HEALTH_ERROR + 1] = { 0 };
    for (uint32_t i = 0; i < ledger_exporter_count(ledger) && batch_line(b); i++) {
        const struct ledger_exporter *exporter = ledger_exporter(ledger, i);
        const struct nfdec_session *session =
            nfdec_session_at(session_decoder(b->run), exporter->first_session);
        if (!session || exporter->packets == 0)
            continue;
        if (!batch_more(b))
            break;
        exporters++;
        exporter_head_text(&b->out, exporter, session);
        exporter_findings_text(b, health, i, true);
        strbuf_char(&b->out, '\n');
    }
    if (!batch_talks(b))
        return;
    for (size_t i = 0; i < health_count(health); i++)
        count[health_severity_of(health_at(health, i)->code)]++;
    format_count(&b->out, exporters, "exporter");
    strbuf_text(&b->out, ": ");
    format_count(&b->out, count[HEALTH_ERROR], "error");
    strbuf_text(&b->out, ", ");
    format_count(&b->out, count[HEALTH_WARNING], "warning");
    strbuf_text(&b->out, ", ");
    format_count(&b->out, count[HEALTH_NOTE], "note");
    strbuf_char(&b->out, '\n');
}

static void end(struct batch *b)
{
    struct health *health =
        health_new(session_ledger(b->run), session_decoder(b->run), session_sampling_use(b->run));
    if (b->config->json)
        all_json(b, health);
    else
        all_text(b, health);
    health_free(health);
}

const struct show show_health = { .check_flows = true, .end = end };
