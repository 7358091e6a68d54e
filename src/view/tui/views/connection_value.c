/* SPDX-License-Identifier: MIT */
#include "view/tui/views/connection_value.h"

#include <inttypes.h>

#include "query/field.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/views/pair_filter.h"

void connection_endpoint(const struct app *app, const struct connection_facts *f, enum pair_side side,
                         struct strbuf *out)
{
    const struct connection *c = &f->c;
    const char *name = app_host(app, &c->ip[side]);
    if (name) {
        strbuf_text(out, name);
        if (f->ports)
            strbuf_format(out, ":%u", c->port[side]);
    } else {
        amount_endpoint(out, &c->ip[side], f->ports, c->port[side]);
    }
    if (f->icmp && side == PAIR_SERVER)
        strbuf_format(out, " t%uc%u", c->icmp >> 8, c->icmp & 0xFFu);
}

const char *connection_service(const struct app *app, const struct connection_facts *f)
{
    const struct connection *c = &f->c;
    const char *service = f->ports ? app_service(app, c->port[PAIR_SERVER], c->proto) : NULL;
    return service || !f->ports ? service : app_service(app, c->port[PAIR_CLIENT], c->proto);
}

bool connection_value(const struct app *app, const struct connection_facts *f, int field, struct strbuf *out)
{
    const struct connection *c = &f->c;
    const char *service;
    switch (field) {
    case FIELD_START:
        format_utc_time(out, c->start);
        return f->start;
    case FIELD_DURATION:
        strbuf_format(out, "%" PRId64 "ns", (int64_t)((uint64_t)c->end - (uint64_t)c->start));
        return f->start && f->end;
    case FIELD_PROTO:
        format_protocol(out, c->proto);
        return f->columns & NFDEC_BIT(PROTO);
    case FIELD_CLIENT_IP:
        amount_endpoint(out, &c->ip[PAIR_CLIENT], false, 0);
        return c->ip[PAIR_CLIENT].family != 0;
    case FIELD_SERVER_IP:
        amount_endpoint(out, &c->ip[PAIR_SERVER], false, 0);
        return c->ip[PAIR_SERVER].family != 0;
    case FIELD_CLIENT_BYTES:
        strbuf_unsigned(out, c->bytes[PAIR_CLIENT]);
        return true;
    case FIELD_SERVER_BYTES:
        strbuf_unsigned(out, c->bytes[PAIR_SERVER]);
        return true;
    case FIELD_CLIENT_PACKETS:
        strbuf_unsigned(out, c->packets[PAIR_CLIENT]);
        return true;
    case FIELD_SERVER_PACKETS:
        strbuf_unsigned(out, c->packets[PAIR_SERVER]);
        return true;
    case FIELD_FLOWS:
        strbuf_unsigned(out, (uint64_t)c->flows[0] + c->flows[1]);
        return true;
    case FIELD_SERVICE:
        service = connection_service(app, f);
        strbuf_text(out, service ? service : "");
        return service != NULL;
    default:
        return false;
    }
}

bool connection_filter(const struct connection_facts *f, enum filter_language language, struct strbuf *out)
{
    const struct filter_ends ends = { .address = { f->c.ip[PAIR_CLIENT], f->c.ip[PAIR_SERVER] },
                                      .port = { f->c.port[PAIR_CLIENT], f->c.port[PAIR_SERVER] },
                                      .ports = f->ports,
                                      .has_protocol = f->columns & NFDEC_BIT(PROTO),
                                      .protocol = f->c.proto };
    return pair_filter(&ends, language, out);
}
