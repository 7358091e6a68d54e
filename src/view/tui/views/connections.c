/* SPDX-License-Identifier: MIT */
/* View 1: connections, and of the current one what it is made of. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/field.h"
#include "view/format.h"
#include "view/tui/panel/list.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/app.h"
#include "view/tui/screen/view.h"
#include "view/tui/views/facts.h"
#include "view/tui/views/views.h"

#define DETAIL_ROWS   5
#define DETAIL_HEIGHT 18   /* of the view, from which there is room for it */
#define KEPT          1024 /* connections at hand; a power of two */

enum column {
    START,
    DURATION,
    PROTO,
    CLIENT,
    SERVER,
    CLIENT_BYTES,
    SERVER_BYTES,
    CLIENT_PACKETS,
    SERVER_PACKETS,
    FLAGS,
    FLOWS,
    EXPORTER
};

static const struct list_column columns[] = {
    [START] = { .title = "Start", .narrow = 8, .wide = 12, .field = FIELD_START },
    [DURATION] = { .title = "Dur", .narrow = 6, .wide = 8, .right = true, .field = FIELD_DURATION },
    [PROTO] = { .title = "Prot", .narrow = 4, .wide = 4, .field = FIELD_PROTO },
    [CLIENT] = { .title = "Client",
                 .narrow = 21,
                 .wide = 18,
                 .most = 46,
                 .middle = true,
                 .field = FIELD_CLIENT_IP },
    [SERVER] = { .title = "Server",
                 .narrow = 21,
                 .wide = 18,
                 .most = 46,
                 .middle = true,
                 .field = FIELD_SERVER_IP },
    [CLIENT_BYTES] = { .title = "→Bytes",
                       .narrow = 6,
                       .wide = 6,
                       .most = 8,
                       .right = true,
                       .field = FIELD_CLIENT_BYTES },
    [SERVER_BYTES] = { .title = "←Bytes",
                       .narrow = 6,
                       .wide = 6,
                       .most = 8,
                       .right = true,
                       .field = FIELD_SERVER_BYTES },
    [CLIENT_PACKETS] = { .title = "→Pkts",
                         .narrow = 6,
                         .wide = 5,
                         .most = 8,
                         .right = true,
                         .field = FIELD_CLIENT_PACKETS },
    [SERVER_PACKETS] = { .title = "←Pkts",
                         .narrow = 6,
                         .wide = 5,
                         .most = 8,
                         .right = true,
                         .field = FIELD_SERVER_PACKETS },
    [FLAGS] = { .title = "Flags", .narrow = 8, .wide = 8, .field = -1 },
    [FLOWS] = { .title = "Flows", .narrow = 5, .wide = 5, .right = true, .field = FIELD_FLOWS },
    [EXPORTER] = { .title = "Exporter",
                   .narrow = 15,
                   .wide = 13,
                   .most = 39,
                   .middle = true,
                   .field = FIELD_EXPORTER },
};

struct kept {
    bool there;
    uint32_t index;
    struct connection_facts facts;
};

struct connections {
    struct app *app;
    struct list list;
    struct kept *kept;
    uint64_t count;
    bool detail; /* wanted */
};

/* A connection's facts; NULL: they are not at hand, and cannot be read now. */
static const struct connection_facts *facts_at(struct connections *view, uint64_t row)
{
    const struct session *run = app_session(view->app);
    struct kept *kept = &view->kept[row % KEPT];
    if (kept->there && kept->index == row)
        return &kept->facts;
    if (!run || row >= pairs_count(session_pairs(run)))
        return NULL;
    facts_connection(run, (uint32_t)row, &kept->facts);
    kept->there = true;
    kept->index = (uint32_t)row;
    return &kept->facts;
}

static void forget(struct connections *view)
{
    for (size_t i = 0; i < KEPT; i++)
        view->kept[i].there = false;
}

static uint64_t count(void *user)
{
    struct connections *view = user;
    return view->count;
}

static uint64_t id(void *user, uint64_t row)
{
    const struct connection_facts *facts = facts_at(user, row);
    return facts ? facts->first_row : LIST_NONE;
}

static uint64_t find(void *user, uint64_t id_)
{
    struct connections *view = user;
    const struct session *run = app_session(view->app);
    if (!run)
        return LIST_NONE;
    if (app_loading(view->app))
        return view->list.cursor;
    uint32_t index = pairs_connection_of_row(session_pairs(run), (uint32_t)id_);
    return index == PAIR_NONE ? LIST_NONE : index;
}

static void endpoint_cell(struct strbuf *out, const struct connection_facts *f, enum pair_side side)
{
    const struct connection *c = &f->c;
    amount_endpoint(out, &c->ip[side], f->ports, c->port[side]);
    if (f->icmp && side == PAIR_SERVER)
        strbuf_format(out, " t%uc%u", c->icmp >> 8, c->icmp & 0xFFu);
}

/* What one side sent: "-" where it was not exported. */
static void counter_cell(struct connections *view, struct strbuf *out, const struct connection_facts *f,
                         enum pair_side side, bool octets)
{
    const struct connection *c = &f->c;
    uint32_t bits = octets ? NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)
                           : NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS);
    bool sent = c->flows[side] > 0 || c->reason == PAIR_BIFLOW;
    if (!(f->columns & bits) || !sent)
        strbuf_char(out, '-');
    else
        amount_octets(out, octets ? c->bytes[side] : c->packets[side], app_forms(view->app)->unit);
}

static void cell(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    struct connections *view = user;
    const struct connection_facts *f = facts_at(view, row);
    if (!f) {
        strbuf_text(out, "…");
        *role = ROLE_DIM;
        return;
    }
    const struct connection *c = &f->c;
    switch ((enum column)column) {
    case START:
        if (f->start)
            amount_time(out, c->start, 0, app_forms(view->app)->time, wide);
        else
            strbuf_char(out, '-');
        break;
    case DURATION:
        if (f->start && f->end)
            amount_duration(out, (int64_t)((uint64_t)c->end - (uint64_t)c->start), wide);
        else
            strbuf_char(out, '-');
        break;
    case PROTO:
        if (f->columns & NFDEC_BIT(PROTO))
            format_protocol(out, c->proto);
        else
            strbuf_text(out, f->icmp ? "icmp" : "-");
        break;
    case CLIENT:
        endpoint_cell(out, f, PAIR_CLIENT);
        break;
    case SERVER:
        endpoint_cell(out, f, PAIR_SERVER);
        break;
    case CLIENT_BYTES:
        counter_cell(view, out, f, PAIR_CLIENT, true);
        break;
    case SERVER_BYTES:
        counter_cell(view, out, f, PAIR_SERVER, true);
        break;
    case CLIENT_PACKETS:
        counter_cell(view, out, f, PAIR_CLIENT, false);
        break;
    case SERVER_PACKETS:
        counter_cell(view, out, f, PAIR_SERVER, false);
        break;
    case FLAGS:
        if (c->proto == 6 && f->columns & (NFDEC_BIT(TCP_FLAGS) | NFDEC_BIT(REVERSE_FLAGS)))
            format_tcp_flags(out, (uint16_t)(c->tcp_flags[0] | c->tcp_flags[1]));
        break;
    case FLOWS:
        strbuf_unsigned(out, (uint64_t)c->flows[0] + c->flows[1]);
        break;
    case EXPORTER:
        amount_endpoint(out, &f->exporter, false, 0);
        break;
    }
}

static const struct list_ops list_ops = { .count = count, .id = id, .find = find, .cell = cell };

static void *open_view(struct app *app, const struct target *target)
{
    struct connections *view = alloc_new(sizeof *view);
    (void)target;
    view->app = app;
    view->detail = true;
    view->kept = alloc_array(KEPT, sizeof *view->kept);
    view->list = (struct list) { .ops = &list_ops,
                                 .user = view,
                                 .columns = columns,
                                 .column_count = sizeof columns / sizeof *columns,
                                 .id = LIST_NONE,
                                 .sorted = -1,
                                 .focus = true };
    return view;
}

static void close_view(void *self)
{
    struct connections *view = self;
    list_release(&view->list);
    free(view->kept);
    free(view);
}

static uint32_t contexts(void *self)
{
    (void)self;
    return IN_CONNECTIONS | IN_ROWS | IN_DETAIL | IN_COLUMNS;
}

static void side_line(struct connections *view, struct cells *cells, struct area area, int row,
                      const struct connection_facts *f, enum pair_side side)
{
    struct strbuf text = { 0 };
    strbuf_text(&text, side == PAIR_CLIENT ? "→ " : "← ");
    size_t at = text.length;
    counter_cell(view, &text, f, side, false);
    format_right(&text, at, 9);
    strbuf_text(&text, " pkts ");
    at = text.length;
    counter_cell(view, &text, f, side, true);
    format_right(&text, at, 10);
    strbuf_text(&text, " B ");
    if (f->c.proto == 6 && f->columns & (NFDEC_BIT(TCP_FLAGS) | NFDEC_BIT(REVERSE_FLAGS)) &&
        f->c.flows[side]) {
        strbuf_text(&text, " flags ");
        format_tcp_flags(&text, f->c.tcp_flags[side]);
    }
    strbuf_format(&text, "  %u flow%s", f->c.flows[side], f->c.flows[side] == 1 ? "" : "s");
    cells_put(cells, area, row, 0, side == PAIR_CLIENT ? ROLE_CLIENT : ROLE_SERVER, text.data);
    strbuf_release(&text);
}

static void draw_detail(struct connections *view, struct cells *cells, struct area area)
{
    const struct connection_facts *f = view->count ? facts_at(view, view->list.cursor) : NULL;
    struct strbuf text = { 0 };
    char why[512];
    strbuf_text(&text, "");
    if (f) {
        strbuf_text(&text, "connection ");
        amount_exact(&text, view->list.cursor + 1);
        strbuf_text(&text, " of ");
        amount_exact(&text, view->count);
        strbuf_text(&text, "  ");
        endpoint_cell(&text, f, PAIR_CLIENT);
        strbuf_text(&text, f->c.paired ? " ↔ " : " → ");
        endpoint_cell(&text, f, PAIR_SERVER);
    }
    cells_rule(cells, area, 0, text.data);
    strbuf_release(&text);
    if (!f)
        return;
    side_line(view, cells, area, 1, f, PAIR_CLIENT);
    side_line(view, cells, area, 2, f, PAIR_SERVER);
    connection_why(&f->c, why, sizeof why);
    cells_put(cells, area, 3, 0, ROLE_NORMAL, why);
}

static void draw(void *self, struct cells *cells, struct area area)
{
    struct connections *view = self;
    bool detail = view->detail && area.height >= DETAIL_HEIGHT;
    const struct session *run = app_session(view->app);
    if (run)
        view->count = pairs_count(session_pairs(run));
    int rows = area.height - (detail ? DETAIL_ROWS : 0);
    view->list.wide = area.width >= LIST_WIDE;
    list_draw(&view->list, cells, area_rows(area, 0, rows));
    if (detail)
        draw_detail(view, cells, area_rows(area, rows, DETAIL_ROWS));
}

static unsigned act(void *self, enum request request, const struct event *event)
{
    struct connections *view = self;
    if (list_act(&view->list, request, event))
        return EFFECT_DRAW;
    if (request == REQUEST_DETAIL) {
        view->detail = !view->detail;
        return EFFECT_DRAW;
    }
    return EFFECT_REFUSED;
}

static unsigned mouse(void *self, const struct event *event)
{
    struct connections *view = self;
    int heading;
    return list_mouse(&view->list, event, &heading) ? EFFECT_DRAW : EFFECT_REFUSED;
}

static void changed(void *self, unsigned changes)
{
    struct connections *view = self;
    const struct session *run = app_session(view->app);
    if (changes & (CHANGE_DATA | CHANGE_LOADED | CHANGE_SETTINGS))
        forget(view);
    if (run)
        view->count = pairs_count(session_pairs(run));
    list_sync(&view->list);
}

static void status(void *self, struct strbuf *left, struct strbuf *right)
{
    struct connections *view = self;
    const struct session *run = app_session(view->app);
    (void)right;
    if (!run)
        return;
    amount_octets(left, pairs_count(session_pairs(run)), UNIT_FORM_SI);
    strbuf_text(left, " conns  ");
    amount_octets(left, flow_store_rows(session_store(run)), UNIT_FORM_SI);
    strbuf_text(left, " flows  ");
    amount_octets(left, session_counts(run)->exports, UNIT_FORM_SI);
    strbuf_text(left, " packets");
}

static void result(void *self, struct strbuf *out)
{
    struct connections *view = self;
    amount_exact(out, view->count);
    strbuf_text(out, view->count == 1 ? " connection" : " connections");
}

const struct view_ops view_connections = {
    .name = "connections",
    .title = "Connections",
    .brief = "Conns",
    .about = "One row is one connection: the flows of both directions between two endpoints.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .draw = draw,
    .act = act,
    .mouse = mouse,
    .changed = changed,
    .status = status,
    .result = result,
};
