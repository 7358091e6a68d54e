/* SPDX-License-Identifier: MIT */
#include "view/tui/views/sides.h"

#include <inttypes.h>

#include "view/tui/screen/amount.h"

#define FLOWS_MOST 10000 /* that are looked at */

static void add_times(struct side *side, const struct flow_origin *origin, const struct flow_row *row)
{
    int64_t start = (int64_t)row->value[NFDEC_COL_START], end = (int64_t)row->value[NFDEC_COL_END];
    if (!origin->start || !origin->end)
        return;
    if (!side->times || start < side->start)
        side->start = start;
    if (!side->times || end > side->end)
        side->end = end;
    side->times = true;
}

static void add_exporter(struct sides *out, const struct flow_origin *origin, bool counted)
{
    size_t i = 0;
    while (i < out->exporters && out->exporter[i].session->family != origin->session->family)
        i++;
    if (i == SIDES_EXPORTERS) {
        out->more = true;
        return;
    }
    if (i == out->exporters) {
        out->exporters++;
        out->exporter[i].session = origin->session;
        out->exporter[i].template = origin->set->id;
        out->exporter[i].counted = false;
    }
    out->exporter[i].counted |= counted;
}

void sides_of(const struct session *run, const struct connection_facts *facts, const uint32_t *rows,
              size_t count, struct sides *out)
{
    const struct connection *c = &facts->c;
    bool same = addr_equal(&c->ip[PAIR_CLIENT], &c->ip[PAIR_SERVER]);
    *out = (struct sides) { .exporters = 0 };
    for (size_t i = 0; i < count && i < FLOWS_MOST; i++) {
        struct flow_row row;
        struct flow_origin origin;
        flow_store_row(session_store(run), rows[i], &row);
        facts_origin(run, rows[i], &origin);
        if (!origin.known)
            continue;
        bool client = same && facts->ports ? row.value[NFDEC_COL_SPORT] == c->port[PAIR_CLIENT]
                                           : addr_equal(&row.src, &c->ip[PAIR_CLIENT]);
        add_times(&out->side[client ? PAIR_CLIENT : PAIR_SERVER], &origin, &row);
        if (row.value[NFDEC_COL_REVERSE_PACKETS])
            add_times(&out->side[client ? PAIR_SERVER : PAIR_CLIENT], &origin, &row);
        add_exporter(out, &origin, !pairs_row_duplicate(session_pairs(run), rows[i]));
    }
}

void sides_exporters(const struct sides *sides, struct strbuf *out)
{
    strbuf_text(out, sides->exporters > 1 ? "exporters " : "exporter ");
    for (size_t i = 0; i < sides->exporters; i++) {
        const struct nfdec_session *session = sides->exporter[i].session;
        struct addr address = addr_from(session->address, session->address_length);
        strbuf_text(out, i ? ", " : "");
        amount_endpoint(out, &address, false, 0);
        if (session->version == 5 || session->version == 9 || session->version == 10)
            strbuf_format(out, " domain %" PRIu32, session->domain);
        if (session->version >= 9)
            strbuf_format(out, " template %u", sides->exporter[i].template);
        if (!sides->exporter[i].counted)
            strbuf_text(out, " (duplicates, not counted)");
    }
    if (sides->more)
        strbuf_text(out, ", and more");
}
