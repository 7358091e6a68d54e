/* SPDX-License-Identifier: MIT */
/* Who exported, what came of it, and what was lost on the way. */
#include "view/batch/run.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "view/batch/json.h"
#include "view/format.h"

/* Of the templates of a family. */
struct refresh {
    uint64_t templates, options; /* versions */
    uint64_t announced;          /* times they were sent, all together */
    uint64_t intervals;          /* between two announcements of the same one ... */
    double time;                 /* ... and their sum, ns */
};

struct exporters {
    struct refresh *refresh; /* by family */
    uint32_t *samplers;      /* by family: announced by id */
    uint32_t *sampling;      /* by family: announced for all */
    uint32_t count;
};

static void count_templates(const struct batch *b, struct exporters *all)
{
    const struct nfdec *decoder = session_decoder(b->run);
    const struct nfdec_template *template;
    for (uint32_t i = 0; (template = nfdec_template_at(decoder, i)) != NULL; i++) {
        if (template->kind == NFDEC_TEMPLATE_FIXED || template->session->family >= all->count)
            continue;
        struct refresh *refresh = &all->refresh[template->session->family];
        if (template->kind == NFDEC_TEMPLATE_OPTIONS)
            refresh->options++;
        else
            refresh->templates++;
        refresh->announced += template->announced;
        if (template->announced > 1) {
            refresh->intervals += template->announced - 1;
            refresh->time += (double)(template->last_time - template->first_time);
        }
    }
}

static void collect(const struct batch *b, struct exporters *all)
{
    const struct nfdec *decoder = session_decoder(b->run);
    const struct nfdec_session *session;
    all->count = ledger_exporter_count(session_ledger(b->run));
    all->refresh = alloc_array(all->count ? all->count : 1, sizeof *all->refresh);
    all->samplers = alloc_array(all->count ? all->count : 1, sizeof *all->samplers);
    all->sampling = alloc_array(all->count ? all->count : 1, sizeof *all->sampling);
    for (uint32_t i = 0; (session = nfdec_session_at(decoder, i)) != NULL; i++) {
        if (session->family >= all->count)
            continue;
        all->samplers[session->family] += session->sampler_count;
        if (session->sampling > all->sampling[session->family])
            all->sampling[session->family] = session->sampling;
    }
    count_templates(b, all);
}

/* v1 has no sequence numbers. */
static const char *sequence_unit(const struct ledger_exporter *e, uint16_t version)
{
    return version == 1 ? NULL : nfdec_counting_noun((enum nfdec_counting)e->sequence.counting);
}

static void sequence_json(struct batch *b, const struct ledger_exporter *exporter, const char *unit)
{
    const struct sequence_counts *s = &exporter->sequence;
    struct strbuf *out = &b->out;
    json_key(out, "sequence");
    json_open(out, '{');
    json_key(out, "unit");
    strbuf_format(out, "\"%ss\"", unit);
    if (s->counting_packet != 0) {
        json_word(out, "counts", nfdec_counting_word((enum nfdec_counting)s->counting));
        json_number(out, "counts_frame", ledger_frame(s->counting_packet));
    }
    json_number(out, "expected", s->expected);
    json_number(out, "received", s->received);
    json_number(out, "lost", s->lost);
    json_number(out, "reordered", s->reordered);
    json_number(out, "duplicated", s->duplicated);
    json_number(out, "restarts", s->restarts);
    if (s->first_gap_packet != 0)
        json_number(out, "first_gap_frame", ledger_frame(s->first_gap_packet));
    json_close(out, '}');
}

static void templates_json(struct strbuf *out, const struct refresh *refresh)
{
    json_key(out, "templates");
    json_open(out, '{');
    json_number(out, "data", refresh->templates);
    json_number(out, "options", refresh->options);
    json_number(out, "announced", refresh->announced);
    if (refresh->intervals > 0)
        json_seconds(out, "refresh_seconds", (int64_t)(refresh->time / (double)refresh->intervals));
    json_close(out, '}');
}

static void sampling_json(struct strbuf *out, const struct exporters *all, uint32_t family,
                          const struct ledger_exporter *exporter)
{
    json_key(out, "sampling");
    json_open(out, '{');
    if (all->sampling[family] != 0)
        json_number(out, "announced", all->sampling[family]);
    if (exporter->header_sampling != 0)
        json_number(out, "header", exporter->header_sampling);
    json_number(out, "samplers", all->samplers[family]);
    json_close(out, '}');
}

static void skew_json(struct strbuf *out, const struct ledger_exporter *exporter)
{
    json_key(out, "clock_skew_seconds");
    json_open(out, '{');
    json_seconds(out, "min", exporter->min_skew);
    json_seconds(out, "max", exporter->max_skew);
    json_close(out, '}');
}

static void line_json(struct batch *b, const struct exporters *all, uint32_t family,
                      const struct ledger_exporter *exporter, const struct nfdec_session *session)
{
    struct strbuf *out = &b->out;
    const char *unit = sequence_unit(exporter, session->version);
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
    if (unit)
        sequence_json(b, exporter, unit);
    json_key(out, "undecoded");
    json_open(out, '{');
    for (unsigned i = 0; i < LEDGER_UNDECODED; i++)
        json_number(out, ledger_undecoded_name((enum ledger_undecoded)i), exporter->undecoded[i]);
    json_close(out, '}');
    templates_json(out, &all->refresh[family]);
    if (exporter->last_time != 0)
        skew_json(out, exporter);
    sampling_json(out, all, family, exporter);
    json_number(out, "diagnostics", exporter->diagnostics);
    strbuf_text(out, "}\n");
}

static void traffic_text(struct strbuf *out, const struct ledger_exporter *e)
{
    strbuf_text(out, "  sent ");
    format_count(out, e->packets, "export packet");
    strbuf_text(out, " (");
    format_size(out, e->octets);
    strbuf_text(out, ") with ");
    format_count(out, e->records, "data record");
    if (e->options > 0) {
        strbuf_text(out, " and ");
        format_count(out, e->options, "options record");
    }
    strbuf_text(out, "\n  ");
    format_count(out, e->flows, "flow");
    strbuf_text(out, " of ");
    format_count(out, e->flow_packets, "packet");
    strbuf_text(out, " and ");
    format_size(out, e->flow_bytes);
    strbuf_char(out, '\n');
}

static void clock_text(struct batch *b, const struct ledger_exporter *e)
{
    struct strbuf *out = &b->out;
    if (e->last_time == 0) /* octets given in hex have no time */
        return;
    strbuf_text(out, "  seen from ");
    batch_time(b, out, e->first_time);
    strbuf_text(out, " to ");
    batch_time(b, out, e->last_time);
    strbuf_text(out, "\n  its clock minus the capture's: ");
    format_seconds(out, e->min_skew);
    if (e->max_skew != e->min_skew) {
        strbuf_text(out, " to ");
        format_seconds(out, e->max_skew);
    }
    strbuf_char(out, '\n');
}

static void sequence_part(struct strbuf *out, uint64_t count, const char *text)
{
    if (count == 0)
        return;
    strbuf_text(out, ", ");
    strbuf_unsigned(out, count);
    strbuf_char(out, ' ');
    strbuf_text(out, text);
}

static void sequence_text(struct batch *b, const struct ledger_exporter *e, const char *unit)
{
    const struct sequence_counts *s = &e->sequence;
    struct strbuf *out = &b->out;
    strbuf_text(out, "  sequence numbers: ");
    format_count(out, s->expected, unit);
    strbuf_text(out, " expected, ");
    strbuf_unsigned(out, s->received);
    strbuf_text(out, " received");
    if (s->lost == 0)
        strbuf_text(out, ", none lost");
    sequence_part(out, s->lost, "lost");
    if (s->lost > 0 && s->expected > 0)
        strbuf_format(out, " (%.1f %%)", 100.0 * (double)s->lost / (double)s->expected);
    if (s->first_gap_packet != 0) {
        strbuf_text(out, ", first gap before frame ");
        place_text(b, out, s->first_gap_packet);
    }
    sequence_part(out, s->reordered, s->reordered == 1 ? "message out of order" : "messages out of order");
    sequence_part(out, s->duplicated, s->duplicated == 1 ? "duplicate message" : "duplicate messages");
    sequence_part(out, s->restarts, s->restarts == 1 ? "restart" : "restarts");
    strbuf_char(out, '\n');
}

static void templates_text(struct strbuf *out, const struct refresh *refresh)
{
    if (refresh->announced == 0)
        return;
    strbuf_text(out, "  templates: ");
    strbuf_unsigned(out, refresh->templates);
    strbuf_text(out, " for data, ");
    strbuf_unsigned(out, refresh->options);
    strbuf_text(out, " for options, announced ");
    format_count(out, refresh->announced, "time");
    if (refresh->intervals > 0) {
        strbuf_text(out, ", each every ");
        format_seconds(out, (int64_t)(refresh->time / (double)refresh->intervals));
    }
    strbuf_char(out, '\n');
}

static void sampling_text(struct strbuf *out, const struct exporters *all, uint32_t family,
                          const struct ledger_exporter *e)
{
    if (all->sampling[family] != 0)
        strbuf_format(out, "  sampling: 1 in %u announced for all its flows\n", all->sampling[family]);
    if (e->header_sampling != 0)
        strbuf_format(out, "  sampling: 1 in %u by the message headers\n", e->header_sampling);
    if (all->samplers[family] != 0) {
        strbuf_text(out, "  sampling: ");
        format_count(out, all->samplers[family], "sampler");
        strbuf_text(out, " announced by number\n");
    }
}

static void undecoded_text(struct strbuf *out, const struct ledger_exporter *e)
{
    static const char *const text[LEDGER_UNDECODED] = {
        [LEDGER_NO_TEMPLATE] = "whose template was never seen",
        [LEDGER_WITHDRAWN] = "whose template was withdrawn",
        [LEDGER_MALFORMED] = "malformed",
        [LEDGER_RESERVED] = "with a reserved number",
    };
    for (unsigned i = 0; i < LEDGER_UNDECODED; i++) {
        if (e->undecoded[i] == 0)
            continue;
        strbuf_text(out, "  not decoded: ");
        format_count(out, e->undecoded[i], "set");
        strbuf_char(out, ' ');
        strbuf_text(out, text[i]);
        strbuf_char(out, '\n');
    }
}

static void block_text(struct batch *b, const struct exporters *all, uint32_t family,
                       const struct ledger_exporter *e, const struct nfdec_session *session)
{
    struct strbuf *out = &b->out;
    const char *unit = sequence_unit(e, session->version);
    exporter_text(out, session);
    strbuf_format(out, " port %u", session->port);
    if (e->sessions > 1)
        strbuf_format(out, " and %u more", e->sessions - 1);
    strbuf_format(out, ": %s%s\n", session->version == 10 ? "" : "NetFlow ",
                  format_version(session->version));
    traffic_text(out, e);
    clock_text(b, e);
    if (unit)
        sequence_text(b, e, unit);
    templates_text(out, &all->refresh[family]);
    sampling_text(out, all, family, e);
    undecoded_text(out, e);
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
    struct exporters all = { 0 };
    uint32_t shown = 0;
    collect(b, &all);
    for (uint32_t i = 0; i < all.count && batch_line(b); i++) {
        const struct ledger_exporter *exporter = ledger_exporter(ledger, i);
        const struct nfdec_session *session =
            nfdec_session_at(session_decoder(b->run), exporter->first_session);
        if (!session || exporter->packets == 0)
            continue;
        if (!batch_more(b))
            break;
        shown++;
        if (b->config->json)
            line_json(b, &all, i, exporter, session);
        else
            block_text(b, &all, i, exporter, session);
    }
    if (batch_talks(b)) {
        format_count(&b->out, shown, "exporter");
        strbuf_char(&b->out, '\n');
    }
    free(all.refresh);
    free(all.samplers);
    free(all.sampling);
}

const struct show show_exporters = { .check_flows = true, .end = end };
