/* SPDX-License-Identifier: MIT */
#include "view/tui/views/summary.h"

#include "names/names.h"
#include "view/tui/screen/amount.h"

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

void summary_filters(const struct connection *c, bool ports, struct strbuf *nfscope, struct strbuf *bpf)
{
    const char *protocol = names_protocol(c->proto);
    char text[2][ADDR_TEXT];
    addr_text(&c->ip[PAIR_CLIENT], text[0]);
    addr_text(&c->ip[PAIR_SERVER], text[1]);
    if (protocol)
        strbuf_format(nfscope, "proto == %s and ", protocol);
    strbuf_format(nfscope, "ip == %s and ip == %s", text[0], text[1]);
    if (protocol)
        strbuf_format(bpf, "%s and ", c->proto == 58 ? "icmp6" : protocol);
    strbuf_format(bpf, "host %s and host %s", text[0], text[1]);
    if (!ports)
        return;
    strbuf_format(nfscope, " and port == %u and port == %u", c->port[0], c->port[1]);
    strbuf_format(bpf, " and port %u and port %u", c->port[0], c->port[1]);
}
