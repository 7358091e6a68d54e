/* SPDX-License-Identifier: MIT */
#include "view/tui/views/summary.h"

#include <inttypes.h>

#include "view/tui/packet/bad_sets.h"
#include "view/tui/screen/amount.h"

#define FLOWS_LOOKED_AT 64 /* of a connection, for problems */

static void add(struct strbuf *out, uint64_t number, const char *one, const char *many)
{
    if (out->length)
        strbuf_text(out, "  ");
    amount_octets(out, number, UNIT_FORM_SI);
    strbuf_char(out, ' ');
    strbuf_text(out, number == 1 ? one : many);
}

/* What went wrong, as far as it is a matter of counting. */
static void add_problems(const struct ledger *ledger, struct strbuf *out)
{
    uint64_t lost = 0, undecoded = 0;
    for (uint32_t i = 0; i < ledger_exporter_count(ledger); i++) {
        const struct ledger_exporter *exporter = ledger_exporter(ledger, i);
        lost += exporter->sequence.lost;
        for (int reason = 0; reason < LEDGER_UNDECODED; reason++)
            undecoded += exporter->undecoded[reason];
    }
    if (undecoded)
        add(out, undecoded, "set not decoded!", "sets not decoded!");
    if (lost)
        add(out, lost, "lost!", "lost!");
}

void summary_status(const struct app *app, struct strbuf *out)
{
    const struct session *run = app_session(app);
    if (!run)
        return;
    const struct ledger *ledger = session_ledger(run);
    add(out, pairs_count(session_pairs(run)), "connection", "connections");
    add(out, flow_store_rows(session_store(run)), "flow", "flows");
    add(out, session_counts(run)->exports, "packet", "packets");
    add(out, ledger_exporter_count(ledger), "exporter", "exporters");
    add_problems(ledger, out);
}

void summary_day(const struct app *app, const int64_t *time, struct strbuf *left, struct strbuf *right)
{
    summary_status(app, left);
    if (time)
        amount_day(right, *time, app_forms(app)->time);
}

/* The first flow in such a set; PAIR_NONE: there is none. */
static uint32_t first_bad(struct app *app, uint32_t row, bool linked)
{
    const struct session *run = app_session(app);
    const struct bad_sets *bad = run ? app_bad_sets(app) : NULL;
    if (!bad || !bad->any)
        return PAIR_NONE;
    for (unsigned looked = 0; row != PAIR_NONE && looked < FLOWS_LOOKED_AT; looked++) {
        if (bad_sets_row(bad, session_ledger(run), row))
            return row;
        row = linked ? pairs_next_row(session_pairs(run), row) : PAIR_NONE;
    }
    return PAIR_NONE;
}

bool summary_problem(struct app *app, uint32_t row, bool linked)
{
    return first_bad(app, row, linked) != PAIR_NONE;
}

bool summary_why(struct app *app, uint32_t row, bool linked, struct strbuf *out)
{
    const struct session *run = app_session(app);
    uint32_t bad = first_bad(app, row, linked);
    const struct nfdec_diagnostic *why =
        bad == PAIR_NONE ? NULL : bad_sets_why(app_bad_sets(app), session_ledger(run), bad);
    char text[NFDEC_DIAGNOSTIC_TEXT];
    if (!why)
        return false;
    (void)nfdec_diagnostic_text(why, text, sizeof text);
    strbuf_format(out, "! frame %" PRIu64 ": %s", ledger_frame(why->packet), text);
    return true;
}
