/* SPDX-License-Identifier: MIT */
/* What is wrong in the input and where, one line each. */
#include "view/batch/diagnostics.h"

#include <string.h>

#include "view/batch/json.h"
#include "view/format.h"

void diagnostic_json(struct strbuf *out, const struct nfdec_diagnostic *diagnostic)
{
    enum nfdec_code code = (enum nfdec_code)diagnostic->code;
    json_number(out, "offset", diagnostic->offset);
    json_word(out, "severity", nfdec_severity_name(nfdec_code_severity(code)));
    json_word(out, "code", nfdec_code_word(code));
}

void diagnostic_sentence_json(struct strbuf *out, const struct nfdec_diagnostic *diagnostic)
{
    char text[NFDEC_DIAGNOSTIC_TEXT];
    nfdec_diagnostic_text(diagnostic, text, sizeof text);
    json_string(out, "text", text);
}

void diagnostic_text(struct strbuf *out, const struct nfdec_diagnostic *diagnostic, bool exporter)
{
    enum nfdec_code code = (enum nfdec_code)diagnostic->code;
    char text[NFDEC_DIAGNOSTIC_TEXT];
    size_t length = nfdec_diagnostic_text(diagnostic, text, sizeof text);
    strbuf_format(out, "offset %u %s %s", diagnostic->offset, nfdec_severity_name(nfdec_code_severity(code)),
                  nfdec_code_word(code));
    if (exporter && diagnostic->session) {
        strbuf_text(out, " exporter ");
        exporter_text(out, diagnostic->session);
    }
    strbuf_text(out, ": ");
    strbuf_clean(out, text, length);
}

static void line_json(struct batch *b, const struct nfdec_diagnostic *diagnostic)
{
    struct strbuf *out = &b->out;
    json_open(out, '{');
    place_json(b, out, diagnostic->packet);
    diagnostic_json(out, diagnostic);
    if (diagnostic->session) {
        struct addr address = exporter_address(diagnostic->session);
        json_address(out, "exporter", &address);
        if (version_has_domain(diagnostic->session->version))
            json_number(out, "domain", diagnostic->session->domain);
    }
    diagnostic_sentence_json(out, diagnostic);
    strbuf_text(out, "}\n");
}

/* "3 errors, 1 warning, 2 notes", and how many more there were than are kept. */
static void closing(struct batch *b, const uint64_t count[NFDEC_ERROR + 1], uint64_t hidden)
{
    const struct ledger *ledger = session_ledger(b->run);
    struct strbuf *out = &b->out;
    uint64_t total = 0, kept = ledger_diagnostic_count(ledger);
    for (unsigned code = 0; code < NFDEC_CODE_COUNT; code++)
        total += ledger_diagnostic_total(ledger, (enum nfdec_code)code);
    if (kept == 0) {
        strbuf_text(out, "nothing wrong in ");
        format_count(out, session_counts(b->run)->exports, "export packet");
    } else {
        strbuf_char(out, '\n');
        format_count(out, count[NFDEC_ERROR], "error");
        strbuf_text(out, ", ");
        format_count(out, count[NFDEC_WARNING], "warning");
        strbuf_text(out, ", ");
        format_count(out, count[NFDEC_INFO], "note");
    }
    if (hidden > 0)
        strbuf_format(out, "; %llu of other exporters not shown", (unsigned long long)hidden);
    if (total > kept)
        strbuf_format(out, "; %llu more were counted but not kept", (unsigned long long)(total - kept));
    strbuf_char(out, '\n');
}

static void end(struct batch *b)
{
    const struct ledger *ledger = session_ledger(b->run);
    uint64_t count[NFDEC_ERROR + 1] = { 0 }, hidden = 0;
    size_t kept = ledger_diagnostic_count(ledger);
    for (size_t i = 0; i < kept && batch_line(b); i++) {
        const struct nfdec_diagnostic *diagnostic = ledger_diagnostic(ledger, i);
        if (b->match && !(diagnostic->session && match_exporter(b->match, diagnostic->session->family))) {
            hidden++;
            continue;
        }
        if (!batch_more(b))
            break;
        count[nfdec_code_severity((enum nfdec_code)diagnostic->code)]++;
        if (b->config->json) {
            line_json(b, diagnostic);
            continue;
        }
        strbuf_text(&b->out, "frame ");
        place_text(b, &b->out, diagnostic->packet);
        strbuf_char(&b->out, ' ');
        diagnostic_text(&b->out, diagnostic, true);
        strbuf_char(&b->out, '\n');
    }
    if (batch_talks(b))
        closing(b, count, hidden);
}

const struct show show_diagnostics = { .check_flows = true, .end = end };
