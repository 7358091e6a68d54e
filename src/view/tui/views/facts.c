/* SPDX-License-Identifier: MIT */
#include "view/tui/views/facts.h"

#include "query/origin.h"

#define FLOWS_LOOKED_AT 64 /* of a connection, for what its records have at all */

void facts_origin(const struct session *run, uint64_t row, struct flow_origin *out)
{
    const struct ledger *ledger = session_ledger(run);
    uint32_t index = ledger_set_of_row(ledger, row);
    *out = (struct flow_origin) { .known = false };
    if (index == LEDGER_NONE)
        return;
    out->set = ledger_set(ledger, index);
    out->message = ledger_message(ledger, out->set->message);
    out->session = nfdec_session_at(session_decoder(run), out->message->session);
    out->template = nfdec_template_at(session_decoder(run), out->set->template);
    if (!out->session || !out->template)
        return;
    out->known = true;
    out->columns = nfdec_template_columns(out->template);
    out->start = query_time_known(nfdec_template_start_source(out->template), out->set->no_time_base);
    out->end = query_time_known(nfdec_template_end_source(out->template), out->set->no_time_base);
    out->record = (uint32_t)(row - out->set->first_row);
}

bool facts_icmp(const struct flow_origin *origin, const struct flow_row *row)
{
    return query_is_icmp(origin->columns, row->value[NFDEC_COL_PROTO]);
}

static bool has_ports(const struct connection_facts *facts)
{
    const struct connection *c = &facts->c;
    if (facts->icmp)
        return false;
    if (!(facts->columns & NFDEC_BIT(PROTO)))
        return c->port[PAIR_CLIENT] || c->port[PAIR_SERVER];
    return c->proto == 6 || c->proto == 17 || c->proto == 33 || c->proto == 132 || c->proto == 136;
}

/* The type that the client's flows have: that of the question, though the answer may have come first. */
static void find_question(const struct session *run, struct connection_facts *facts)
{
    const struct pairs *pairs = session_pairs(run);
    struct flow_row flow;
    for (uint32_t row = facts->first_row; row != PAIR_NONE; row = pairs_next_row(pairs, row)) {
        flow_store_row(session_store(run), row, &flow);
        uint64_t icmp = flow.value[NFDEC_COL_ICMP];
        if (!addr_equal(&flow.src, &facts->c.ip[PAIR_CLIENT]))
            continue;
        facts->c.icmp = (uint16_t)(icmp != 0 ? icmp : flow.value[NFDEC_COL_DPORT]);
        return;
    }
}

void facts_connection(const struct session *run, uint32_t index, struct connection_facts *out)
{
    const struct pairs *pairs = session_pairs(run);
    *out = (struct connection_facts) { .first_row = pairs_first_row(pairs, index) };
    pairs_get(pairs, session_store(run), index, &out->c);
    unsigned looked = 0;
    for (uint32_t row = out->first_row; row != PAIR_NONE && looked < FLOWS_LOOKED_AT;
         row = pairs_next_row(pairs, row), looked++) {
        struct flow_origin origin;
        facts_origin(run, row, &origin);
        out->columns |= origin.columns;
        out->start |= origin.start;
        out->end |= origin.end;
        if (row == out->first_row && origin.known)
            out->exporter = addr_from(origin.session->address, origin.session->address_length);
    }
    out->icmp = query_is_icmp(out->columns, out->c.proto);
    out->ports = has_ports(out);
    if (out->icmp && out->c.paired)
        find_question(run, out);
}

struct addr facts_exporter(const struct session *run, uint32_t family)
{
    const struct nfdec_session *session;
    for (uint32_t i = 0; (session = nfdec_session_at(session_decoder(run), i)) != NULL; i++)
        if (session->family == family)
            return addr_from(session->address, session->address_length);
    return (struct addr) { .family = 0 };
}

uint64_t facts_record_number(const struct session *run, const struct flow_origin *origin)
{
    const struct ledger *ledger = session_ledger(run);
    uint32_t own = ledger_set_of_row(ledger, origin->set->first_row);
    uint64_t number = origin->record + 1;
    while (own > 0) {
        const struct ledger_set *set = ledger_set(ledger, --own);
        if (ledger_message(ledger, set->message)->packet != origin->message->packet)
            break;
        bool data = set->kind == NFDEC_SET_DATA || set->kind == NFDEC_SET_OPTIONS;
        if (data && set->state == NFDEC_SET_DECODED)
            number += set->records;
    }
    return number;
}
