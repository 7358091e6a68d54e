/* SPDX-License-Identifier: MIT */
#include "query/connection.h"

#include "query/origin.h"

uint32_t query_set_of_row(const struct ledger *ledger, struct query_sets *sets, uint64_t row)
{
    uint32_t *recent = &sets->recent[row / 8 % QUERY_SETS];
    if (*recent < ledger_set_count(ledger)) {
        const struct ledger_set *set = ledger_set(ledger, *recent);
        if (row >= set->first_row && row - set->first_row < ledger_set_row_count(set))
            return *recent;
    }
    return *recent = ledger_set_of_row(ledger, row);
}

/* Adds what a flow says, by its template; all of it where that cannot be found out. */
static uint32_t columns_of(const struct query_data *data, struct query_sets *sets, uint32_t row,
                           struct query_connection *out)
{
    uint32_t found = query_set_of_row(data->ledger, sets, row);
    const struct ledger_set *set = found == LEDGER_NONE ? NULL : ledger_set(data->ledger, found);
    const struct nfdec_template *template = set ? nfdec_template_at(data->decoder, set->template) : NULL;
    if (!template)
        return UINT32_MAX;
    out->start |= query_time_known(nfdec_template_start_source(template), set->no_time_base);
    out->end |= query_time_known(nfdec_template_end_source(template), set->no_time_base);
    return nfdec_template_columns(template);
}

/* The type that the client's flows have: that of the question, though the answer may have come first. */
static void find_question(const struct query_data *data, uint32_t index, struct connection *c)
{
    struct flow_row flow;
    for (uint32_t row = pairs_first_row(data->pairs, index); row != PAIR_NONE;
         row = pairs_next_row(data->pairs, row)) {
        flow_store_row(data->store, row, &flow);
        uint64_t icmp = flow.value[NFDEC_COL_ICMP];
        if (!addr_equal(&flow.src, &c->ip[PAIR_CLIENT]))
            continue;
        c->icmp = (uint16_t)(icmp != 0 ? icmp : flow.value[NFDEC_COL_DPORT]);
        return;
    }
}

void query_connection_get(const struct query_data *data, struct query_sets *sets, uint32_t index,
                          struct query_connection *out)
{
    struct connection *c = &out->c;
    uint32_t columns = 0;
    *out = (struct query_connection) { .start = false };
    pairs_get(data->pairs, data->store, index, c);
    for (uint32_t row = pairs_first_row(data->pairs, index); row != PAIR_NONE;
         row = pairs_next_row(data->pairs, row))
        columns |= columns_of(data, sets, row, out);
    out->packets = columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS));
    out->bytes = columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES));
    out->proto = columns & NFDEC_BIT(PROTO);
    out->icmp = out->proto ? c->proto == 1 || c->proto == 58 : (columns & NFDEC_BIT(ICMP)) != 0;
    if (out->icmp && c->paired)
        find_question(data, index, c);
    out->ports = c->proto == 6 || c->proto == 17 || c->proto == 33 || c->proto == 132 || c->proto == 136;
    if (!out->proto && !out->icmp)
        out->ports = c->port[PAIR_CLIENT] || c->port[PAIR_SERVER];
}

const char *query_connection_service(const struct query_connection *connection, const struct names *names)
{
    const struct connection *c = &connection->c;
    if (!names || !connection->ports)
        return NULL;
    const char *name = names_service(names, c->port[PAIR_SERVER], c->proto);
    return name ? name : names_service(names, c->port[PAIR_CLIENT], c->proto);
}

const char *query_reason_word(enum pair_reason reason)
{
    static const char *const word[PAIR_REASONS] = {
        [PAIR_BOTH_DIRECTIONS] = "both-directions",
        [PAIR_BIFLOW] = "biflow",
        [PAIR_VLAN_DIFFERS] = "vlan-differs",
        [PAIR_NO_REVERSE] = "no-reverse",
        [PAIR_APART] = "apart",
        [PAIR_MULTICAST] = "multicast",
        [PAIR_ICMP_ONE_WAY] = "icmp-one-way",
        [PAIR_DENIED] = "denied",
        [PAIR_EVENTS] = "events-only",
        [PAIR_FRAGMENTS] = "fragments",
        [PAIR_NO_ADDRESSES] = "no-addresses",
    };
    return word[reason];
}
