/* SPDX-License-Identifier: MIT */
#include "view/tui/views/connection_columns.h"

#include "query/field.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/views/connection_value.h"

const struct list_column connection_columns[CONNECTION_COLUMNS] = {
    [CONNECTION_START] = { .title = "Start", .narrow = 8, .wide = 12, .field = FIELD_START },
    [CONNECTION_DURATION] = { .title = "Dur",
                              .full = "Duration",
                              .narrow = 6,
                              .wide = 8,
                              .right = true,
                              .field = FIELD_DURATION },
    [CONNECTION_PROTO] = { .title = "Prot", .narrow = 5, .wide = 5, .field = FIELD_PROTO },
    [CONNECTION_CLIENT] = { .title = "Client",
                            .narrow = 21,
                            .wide = 20,
                            .most = 46,
                            .middle = true,
                            .field = FIELD_CLIENT_IP },
    [CONNECTION_SERVER] = { .title = "Server",
                            .narrow = 21,
                            .wide = 20,
                            .most = 46,
                            .middle = true,
                            .field = FIELD_SERVER_IP },
    [CONNECTION_CLIENT_BYTES] = { .title = "→Bytes",
                                  .narrow = 6,
                                  .wide = 7,
                                  .right = true,
                                  .field = FIELD_CLIENT_BYTES },
    [CONNECTION_SERVER_BYTES] = { .title = "←Bytes",
                                  .narrow = 6,
                                  .wide = 7,
                                  .right = true,
                                  .field = FIELD_SERVER_BYTES },
    [CONNECTION_CLIENT_PACKETS] = { .title = "→Pkts",
                                    .narrow = 6,
                                    .wide = 6,
                                    .right = true,
                                    .field = FIELD_CLIENT_PACKETS },
    [CONNECTION_SERVER_PACKETS] = { .title = "←Pkts",
                                    .narrow = 6,
                                    .wide = 6,
                                    .right = true,
                                    .field = FIELD_SERVER_PACKETS },
    [CONNECTION_FLAGS] = { .title = "Flags",
                           .narrow = 8,
                           .wide = 8,
                           .help = "TCP flags of both sides",
                           .field = -1 },
    [CONNECTION_FLOWS] = { .title = "Flows", .narrow = 5, .wide = 5, .right = true, .field = FIELD_FLOWS },
    [CONNECTION_EXPORTER] = { .title = "Exporter",
                              .narrow = 15,
                              .wide = 11,
                              .most = 39,
                              .middle = true,
                              .help = "who sent its first flow",
                              .field = -1 },
    [CONNECTION_SERVICE] = { .title = "Service", .narrow = 8, .wide = 8, .most = 15, .field = FIELD_SERVICE },
};

/* What one side sent: "-" where it was not exported. */
static void counter_cell(const struct app *app, struct strbuf *out, const struct connection_facts *f,
                         enum pair_side side, bool octets)
{
    const struct connection *c = &f->c;
    uint32_t bits = octets ? NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)
                           : NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS);
    bool sent = c->flows[side] > 0 || c->reason == PAIR_BIFLOW;
    if (!(f->columns & bits) || !sent)
        strbuf_char(out, '-');
    else
        amount_octets(out, octets ? c->bytes[side] : c->packets[side], app_forms(app)->unit);
}

void connection_cell(const struct app *app, const struct connection_facts *f, enum connection_column column,
                     bool wide, struct strbuf *out)
{
    const struct connection *c = &f->c;
    const char *service;
    switch (column) {
    case CONNECTION_DURATION:
        if (f->start && f->end)
            amount_duration(out, (int64_t)((uint64_t)c->end - (uint64_t)c->start), wide);
        else
            strbuf_char(out, '-');
        break;
    case CONNECTION_CLIENT:
        connection_endpoint(app, f, PAIR_CLIENT, out);
        break;
    case CONNECTION_SERVER:
        connection_endpoint(app, f, PAIR_SERVER, out);
        break;
    case CONNECTION_CLIENT_BYTES:
        counter_cell(app, out, f, PAIR_CLIENT, true);
        break;
    case CONNECTION_SERVER_BYTES:
        counter_cell(app, out, f, PAIR_SERVER, true);
        break;
    case CONNECTION_CLIENT_PACKETS:
        counter_cell(app, out, f, PAIR_CLIENT, false);
        break;
    case CONNECTION_SERVER_PACKETS:
        counter_cell(app, out, f, PAIR_SERVER, false);
        break;
    case CONNECTION_PROTO:
        if (f->columns & NFDEC_BIT(PROTO))
            amount_protocol(out, c->proto);
        else
            strbuf_text(out, f->icmp ? "icmp" : "-");
        break;
    case CONNECTION_FLAGS:
        if (c->proto == 6 && f->columns & (NFDEC_BIT(TCP_FLAGS) | NFDEC_BIT(REVERSE_FLAGS)))
            format_tcp_flags(out, (uint16_t)(c->tcp_flags[0] | c->tcp_flags[1]));
        break;
    case CONNECTION_FLOWS:
        strbuf_unsigned(out, (uint64_t)c->flows[0] + c->flows[1]);
        break;
    case CONNECTION_SERVICE:
        service = connection_service(app, f);
        strbuf_text(out, service ? service : "");
        break;
    case CONNECTION_EXPORTER:
        amount_endpoint(out, &f->exporter, false, 0);
        break;
    case CONNECTION_START:
    case CONNECTION_COLUMNS:
        break;
    }
}
