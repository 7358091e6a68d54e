/* SPDX-License-Identifier: MIT */
#include "view/tui/views/flow_row.h"

#include "query/field.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"

const struct list_column flow_columns[FLOW_COLUMNS] = {
    [FLOW_START] = { .title = "Start", .narrow = 8, .wide = 12, .field = FIELD_START },
    [FLOW_DURATION] = { .title = "Dur",
                        .full = "Duration",
                        .narrow = 6,
                        .wide = 8,
                        .right = true,
                        .field = FIELD_DURATION },
    [FLOW_PROTO] = { .title = "Prot", .narrow = 5, .wide = 5, .field = FIELD_PROTO },
    [FLOW_SRC] = { .title = "Source",
                   .narrow = 21,
                   .wide = 20,
                   .most = 46,
                   .middle = true,
                   .field = FIELD_SRC },
    [FLOW_DST] = { .title = "Destination",
                   .narrow = 21,
                   .wide = 20,
                   .most = 46,
                   .middle = true,
                   .field = FIELD_DST },
    [FLOW_BYTES] = { .title = "Bytes",
                     .narrow = 6,
                     .wide = 6,
                     .most = 8,
                     .right = true,
                     .field = FIELD_BYTES },
    [FLOW_PACKETS] = { .title = "Pkts",
                       .narrow = 6,
                       .wide = 5,
                       .most = 8,
                       .right = true,
                       .field = FIELD_PACKETS },
    [FLOW_FLAGS] = { .title = "Flags", .narrow = 8, .wide = 8, .field = FIELD_TCP_FLAGS },
    [FLOW_INPUT] = { .title = "In", .narrow = 4, .wide = 4, .right = true, .field = FIELD_INPUT },
    [FLOW_OUTPUT] = { .title = "Out", .narrow = 4, .wide = 4, .right = true, .field = FIELD_OUTPUT },
    [FLOW_EXPORTER] = { .title = "Exporter",
                        .narrow = 15,
                        .wide = 13,
                        .most = 39,
                        .middle = true,
                        .field = FIELD_EXPORTER },
    [FLOW_DOMAIN] = { .title = "Domain", .narrow = 6, .wide = 6, .right = true, .field = FIELD_DOMAIN },
    [FLOW_TEMPLATE] = { .title = "Tmpl", .narrow = 5, .wide = 5, .right = true, .field = FIELD_TEMPLATE },
    [FLOW_FRAME] = { .title = "Frame", .narrow = 7, .wide = 7, .right = true, .field = FIELD_FRAME },
    [FLOW_RECORD] = { .title = "Rec", .narrow = 4, .wide = 4, .right = true, .field = FIELD_RECORD },
    [FLOW_SRC_AS] = { .title = "SrcAS", .narrow = 6, .wide = 6, .right = true, .field = FIELD_SRC_AS },
    [FLOW_DST_AS] = { .title = "DstAS", .narrow = 6, .wide = 6, .right = true, .field = FIELD_DST_AS },
    [FLOW_TOS] = { .title = "ToS", .narrow = 4, .wide = 4, .right = true, .field = FIELD_TOS },
};

bool flow_facts(const struct session *run, uint64_t number, struct flow_facts *out)
{
    const struct flow_store *store = session_store(run);
    if (number >= flow_store_rows(store))
        return false;
    *out = (struct flow_facts) { .number = number };
    flow_store_row(store, number, &out->row);
    facts_origin(run, number, &out->origin);
    out->record = out->origin.known ? facts_record_number(run, &out->origin) : 0;
    out->duplicate = pairs_row_duplicate(session_pairs(run), (uint32_t)number);
    return true;
}

static bool has_ports(const struct flow_facts *f, uint32_t bit)
{
    uint64_t proto = f->row.value[NFDEC_COL_PROTO];
    if (!(f->origin.columns & bit) || facts_icmp(&f->origin, &f->row))
        return false;
    return !(f->origin.columns & NFDEC_BIT(PROTO)) || proto == 6 || proto == 17 || proto == 33 ||
           proto == 132 || proto == 136;
}

static void time_cell(const struct app *app, const struct flow_facts *f, bool wide, struct strbuf *out)
{
    if (f->origin.start)
        amount_time(out, (int64_t)f->row.value[NFDEC_COL_START], app_zero(app), app_forms(app)->time, wide);
    else
        strbuf_char(out, '-');
}

static void duration_cell(const struct flow_facts *f, bool wide, struct strbuf *out)
{
    if (f->origin.start && f->origin.end)
        amount_duration(out, (int64_t)(f->row.value[NFDEC_COL_END] - f->row.value[NFDEC_COL_START]), wide);
    else
        strbuf_char(out, '-');
}

static void proto_cell(const struct flow_facts *f, struct strbuf *out)
{
    if (f->origin.columns & NFDEC_BIT(PROTO))
        amount_protocol(out, (uint8_t)f->row.value[NFDEC_COL_PROTO]);
    else
        strbuf_text(out, facts_icmp(&f->origin, &f->row) ? "icmp" : "-");
}

/* A number that the record has; "-" where it does not. */
static void number_cell(const struct app *app, const struct flow_facts *f, enum nfdec_column column,
                        bool counter, struct strbuf *out)
{
    if (!(f->origin.columns >> column & 1))
        strbuf_char(out, '-');
    else if (counter)
        amount_octets(out, f->row.value[column], app_forms(app)->unit);
    else
        strbuf_unsigned(out, f->row.value[column]);
}

static void origin_cell(const struct flow_facts *f, enum flow_column column, struct strbuf *out)
{
    const struct flow_origin *o = &f->origin;
    struct addr exporter;
    if (!o->known) {
        strbuf_char(out, '-');
        return;
    }
    switch (column) {
    case FLOW_EXPORTER:
        exporter = addr_from(o->session->address, o->session->address_length);
        amount_endpoint(out, &exporter, false, 0);
        break;
    case FLOW_DOMAIN:
        strbuf_unsigned(out, o->session->domain);
        break;
    case FLOW_TEMPLATE:
        strbuf_unsigned(out, o->set->id);
        break;
    case FLOW_FRAME:
        strbuf_unsigned(out, ledger_frame(o->message->packet));
        break;
    default:
        strbuf_unsigned(out, f->record);
        break;
    }
}

static void endpoint_cell(const struct flow_facts *f, bool source, struct strbuf *out)
{
    uint32_t bit = source ? NFDEC_BIT(SPORT) : NFDEC_BIT(DPORT);
    amount_endpoint(out, source ? &f->row.src : &f->row.dst, has_ports(f, bit),
                    (uint16_t)f->row.value[source ? NFDEC_COL_SPORT : NFDEC_COL_DPORT]);
}

void flow_cell(const struct app *app, const struct flow_facts *f, enum flow_column column, bool wide,
               struct strbuf *out, enum role *role)
{
    if (f->duplicate)
        *role = ROLE_DIM;
    switch (column) {
    case FLOW_START:
        time_cell(app, f, wide, out);
        break;
    case FLOW_DURATION:
        duration_cell(f, wide, out);
        break;
    case FLOW_PROTO:
        proto_cell(f, out);
        break;
    case FLOW_SRC:
        endpoint_cell(f, true, out);
        break;
    case FLOW_DST:
        endpoint_cell(f, false, out);
        break;
    case FLOW_BYTES:
        number_cell(app, f, NFDEC_COL_BYTES, true, out);
        break;
    case FLOW_PACKETS:
        number_cell(app, f, NFDEC_COL_PACKETS, true, out);
        break;
    case FLOW_FLAGS:
        if (f->row.value[NFDEC_COL_PROTO] == 6 && f->origin.columns & NFDEC_BIT(TCP_FLAGS))
            format_tcp_flags(out, (uint16_t)f->row.value[NFDEC_COL_TCP_FLAGS]);
        break;
    case FLOW_INPUT:
        number_cell(app, f, NFDEC_COL_INPUT, false, out);
        break;
    case FLOW_OUTPUT:
        number_cell(app, f, NFDEC_COL_OUTPUT, false, out);
        break;
    case FLOW_SRC_AS:
        number_cell(app, f, NFDEC_COL_SRC_AS, false, out);
        break;
    case FLOW_DST_AS:
        number_cell(app, f, NFDEC_COL_DST_AS, false, out);
        break;
    case FLOW_TOS:
        number_cell(app, f, NFDEC_COL_TOS, false, out);
        break;
    case FLOW_EXPORTER:
    case FLOW_DOMAIN:
    case FLOW_TEMPLATE:
    case FLOW_FRAME:
    case FLOW_RECORD:
    case FLOW_COLUMNS:
        origin_cell(f, column, out);
        break;
    }
}
