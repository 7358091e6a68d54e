/* SPDX-License-Identifier: MIT */
/* View 2: flows, all of them or those of one connection, and where the current one came from. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "query/field.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/facts.h"
#include "view/tui/views/flow_row.h"
#include "view/tui/views/pair_filter.h"
#include "view/tui/views/summary.h"
#include "view/tui/views/views.h"

#define DETAIL_ROWS  5
#define DETAIL_LEAST 18      /* rows of the view from which there is room for it */
#define ROWS_MOST    1000000 /* of a connection that are listed */

struct flows {
    struct app *app;
    struct rows *rows; /* all flows; NULL: those of one connection */
    uint32_t *own;     /* that connection's */
    size_t own_count, own_capacity;
    struct list list;
    bool wanted; /* the detail pane */
    struct strbuf text, crumb;
};

static uint64_t count(void *user)
{
    struct flows *view = user;
    return view->rows ? rows_count(view->rows) : view->own_count;
}

static uint64_t id(void *user, uint64_t place)
{
    struct flows *view = user;
    if (!view->rows)
        return place < view->own_count ? view->own[place] : LIST_NONE;
    return rows_at(view->rows, place);
}

static uint64_t find(void *user, uint64_t number)
{
    struct flows *view = user;
    if (view->rows)
        return rows_place(view->rows, number);
    for (size_t i = 0; i < view->own_count; i++)
        if (view->own[i] == number)
            return i;
    return LIST_NONE;
}

static bool facts_at(struct flows *view, uint64_t place, struct flow_facts *out)
{
    const struct session *run = app_session(view->app);
    uint64_t number = id(view, place);
    return run && number != LIST_NONE && flow_facts(run, number, out);
}

static void cell(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    struct flows *view = user;
    struct flow_facts facts;
    if (!facts_at(view, row, &facts)) {
        strbuf_text(out, "…");
        *role = ROLE_DIM;
        return;
    }
    flow_cell(view->app, &facts, (enum flow_column)column, wide, out, role);
}

static bool problem(void *user, uint64_t place)
{
    struct flows *view = user;
    uint64_t number = id(view, place);
    return number < PAIR_NONE && summary_problem(view->app, (uint32_t)number, false);
}

static const struct list_ops list_ops = {
    .count = count, .id = id, .find = find, .cell = cell, .problem = problem
};

/* The flows of a connection, and what it is called in the breadcrumb. */
static void gather(struct flows *view, uint32_t first_row)
{
    const struct session *run = app_session(view->app);
    struct flow_facts first;
    if (!run)
        return;
    for (uint32_t row = first_row; row != PAIR_NONE && view->own_count < ROWS_MOST;
         row = pairs_next_row(session_pairs(run), row)) {
        view->own = alloc_grow(view->own, view->own_count, &view->own_capacity, sizeof *view->own);
        view->own[view->own_count++] = row;
    }
    if (!flow_facts(run, first_row, &first))
        return;
    enum role role = ROLE_NORMAL;
    flow_cell(view->app, &first, FLOW_SRC, true, &view->crumb, &role);
    strbuf_text(&view->crumb, " – ");
    flow_cell(view->app, &first, FLOW_DST, true, &view->crumb, &role);
}

static void *open_view(struct app *app, const struct target *target)
{
    bool all = target->kind != TARGET_CONNECTION;
    if (!all && !app_session(app))
        return NULL;
    struct flows *view = alloc_new(sizeof *view);
    view->app = app;
    view->wanted = true;
    view->rows = all ? app_rows(app, false) : NULL;
    view->list = (struct list) { .ops = &list_ops,
                                 .user = view,
                                 .columns = flow_columns,
                                 .column_count = FLOW_COLUMNS,
                                 .id = LIST_NONE,
                                 .sorted = -1,
                                 .markable = true,
                                 .focus = true };
    if (!all)
        gather(view, (uint32_t)target->number);
    if (target->kind == TARGET_FLOW) {
        uint64_t place = rows_place(view->rows, target->number);
        if (place != ROWS_NONE)
            list_go(&view->list, place);
    }
    return view;
}

static void close_view(void *self)
{
    struct flows *view = self;
    list_release(&view->list);
    strbuf_release(&view->text);
    strbuf_release(&view->crumb);
    free(view->own);
    free(view);
}

static uint32_t contexts(void *self)
{
    struct flows *view = self;
    return IN_FLOWS | IN_ROWS | IN_DETAIL | IN_COLUMNS | IN_MARKS | IN_FIND | (view->rows ? IN_SORT : 0) |
           (app_config(view->app)->views[VIEW_PACKETS] ? IN_DRILL : 0);
}

/* The number of the connection it belongs to, where that is known. */
static void put_connection(struct flows *view, struct strbuf *out, const struct flow_facts *f)
{
    const struct session *run = app_session(view->app);
    uint32_t index = pairs_connection_of_row(session_pairs(run), (uint32_t)f->number);
    if (index == PAIR_NONE)
        return;
    strbuf_text(out, "  connection ");
    amount_exact(out, (uint64_t)index + 1);
    if (f->duplicate)
        strbuf_text(out, ", a duplicate there: not counted");
}

static void put_line(struct flows *view, struct cells *cells, struct area area, int row)
{
    cells_field(cells, area, row, 0, area.width, ROLE_NORMAL, false, view->text.data);
    strbuf_clear(&view->text);
}

static void name_interface(struct flows *view, const struct flow_facts *f, enum nfdec_column column)
{
    const struct session *run = app_session(view->app);
    const char *name = session_labels(run) ? labels_find(session_labels(run), f->origin.session,
                                                         LABEL_INTERFACE, f->row.value[column])
                                           : NULL;
    if (!(f->origin.columns >> column & 1))
        strbuf_char(&view->text, '-');
    else
        strbuf_unsigned(&view->text, f->row.value[column]);
    if (name)
        strbuf_format(&view->text, " (%s)", name);
}

static void draw_origin(struct flows *view, struct cells *cells, struct area area, const struct flow_facts *f)
{
    const struct flow_origin *o = &f->origin;
    struct strbuf *text = &view->text;
    struct addr exporter = addr_from(o->session->address, o->session->address_length);
    strbuf_text(text, "exporter ");
    amount_endpoint(text, &exporter, true, o->session->port);
    strbuf_format(text, "  %s", format_version(o->session->version));
    if (o->session->version != 1 && o->session->version != 7)
        strbuf_format(text, "  domain %" PRIu32, o->session->domain);
    if (o->session->version >= 9)
        strbuf_format(text, "  template %u%s", o->set->id, o->set->late ? " (came later)" : "");
    put_line(view, cells, area, 1);
    strbuf_format(text, "frame %" PRIu64 "  record %" PRIu64, ledger_frame(o->message->packet), f->record);
    put_connection(view, text, f);
    put_line(view, cells, area, 2);
    strbuf_text(text, "interface ");
    name_interface(view, f, NFDEC_COL_INPUT);
    strbuf_text(text, " → ");
    name_interface(view, f, NFDEC_COL_OUTPUT);
    if (o->columns & (NFDEC_BIT(SRC_AS) | NFDEC_BIT(DST_AS)))
        strbuf_format(text, "  AS %" PRIu64 " → %" PRIu64, f->row.value[NFDEC_COL_SRC_AS],
                      f->row.value[NFDEC_COL_DST_AS]);
    if (o->columns & NFDEC_BIT(VLAN))
        strbuf_format(text, "  VLAN %" PRIu64, f->row.value[NFDEC_COL_VLAN]);
    put_line(view, cells, area, 3);
    strbuf_text(text, o->start ? "first " : "no times of its own; sent ");
    amount_time(text, o->start ? (int64_t)f->row.value[NFDEC_COL_START] : o->message->export_time,
                app_zero(view->app), app_forms(view->app)->time, true);
    if (o->end) {
        strbuf_text(text, "  last ");
        amount_time(text, (int64_t)f->row.value[NFDEC_COL_END], app_zero(view->app),
                    app_forms(view->app)->time, true);
    }
    strbuf_format(text, "  times: %s", nfdec_time_source_name(nfdec_template_start_source(o->template)));
    put_line(view, cells, area, 4);
}

static void draw_detail(struct flows *view, struct cells *cells, struct area area)
{
    struct flow_facts f;
    bool there = count(view) > 0 && facts_at(view, view->list.cursor, &f);
    strbuf_clear(&view->text);
    strbuf_text(&view->text, "");
    if (there) {
        enum role role = ROLE_NORMAL;
        strbuf_text(&view->text, "flow ");
        amount_exact(&view->text, view->list.cursor + 1);
        strbuf_text(&view->text, " of ");
        amount_exact(&view->text, count(view));
        strbuf_text(&view->text, "  ");
        flow_cell(view->app, &f, FLOW_SRC, true, &view->text, &role);
        strbuf_text(&view->text, " → ");
        flow_cell(view->app, &f, FLOW_DST, true, &view->text, &role);
    }
    cells_rule(cells, area, 0, view->text.data);
    strbuf_clear(&view->text);
    if (there && f.origin.known)
        draw_origin(view, cells, area, &f);
}

static void draw(void *self, struct cells *cells, struct area area)
{
    struct flows *view = self;
    bool detail = view->wanted && area.height >= DETAIL_LEAST;
    int rows = area.height - (detail ? DETAIL_ROWS : 0);
    view->list.wide = area.width >= LIST_WIDE;
    if (view->rows)
        view->list.sorted = app_sorted(view->rows, flow_columns, FLOW_COLUMNS, &view->list.descending);
    list_draw(&view->list, cells, area_rows(area, 0, rows));
    if (count(view) == 0)
        app_draw_nothing(view->app, cells, area_rows(area, 1, rows - 1), "flow");
    if (detail)
        draw_detail(view, cells, area_rows(area, rows, DETAIL_ROWS));
}

static unsigned drill(struct flows *view)
{
    struct target target = { .kind = TARGET_FLOW, .number = id(view, view->list.cursor) };
    if (count(view) == 0 || target.number == LIST_NONE)
        return EFFECT_REFUSED;
    return app_push(view->app, VIEW_PACKETS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
}

static unsigned act(void *self, enum request request, const struct event *event)
{
    struct flows *view = self;
    if (list_act(&view->list, request, event))
        return EFFECT_DRAW;
    if (request == REQUEST_ENTER)
        return drill(view);
    if (request == REQUEST_PROBLEM_NEXT || request == REQUEST_PROBLEM_PREVIOUS) {
        app_find_problem(view->app, request == REQUEST_PROBLEM_NEXT);
        return EFFECT_DRAW;
    }
    if (request != REQUEST_DETAIL)
        return EFFECT_REFUSED;
    view->wanted = !view->wanted;
    return EFFECT_DRAW;
}

static unsigned mouse(void *self, const struct event *event)
{
    struct flows *view = self;
    int heading;
    if (!list_mouse(&view->list, event, &heading))
        return EFFECT_REFUSED;
    if (heading >= 0 && view->rows)
        app_sort_by(view->app, &view->list, (unsigned)heading);
    return event->twice && heading < 0 ? drill(view) : EFFECT_DRAW;
}

static void changed(void *self, unsigned changes)
{
    struct flows *view = self;
    (void)changes;
    list_sync(&view->list);
}

static void status(void *self, struct strbuf *left, struct strbuf *right)
{
    struct flows *view = self;
    uint64_t number = count(view) ? id(view, view->list.cursor) : LIST_NONE;
    if (number >= PAIR_NONE || !summary_why(view->app, (uint32_t)number, false, left))
        summary_status(view->app, left);
    if (view->list.marks.count)
        strbuf_format(right, "%zu marked", view->list.marks.count);
}

static void result(void *self, struct strbuf *out)
{
    struct flows *view = self;
    if (view->rows)
        return;
    amount_exact(out, view->own_count);
    strbuf_text(out, view->own_count == 1 ? " flow of this connection" : " flows of this connection");
}

static void crumb(void *self, struct strbuf *out)
{
    struct flows *view = self;
    strbuf_text(out, view->crumb.data ? view->crumb.data : "flows");
}

static bool span(void *self, int64_t *start, int64_t *end)
{
    struct flows *view = self;
    struct flow_facts f;
    if (count(view) == 0 || !facts_at(view, view->list.cursor, &f) || !f.origin.start)
        return false;
    *start = (int64_t)f.row.value[NFDEC_COL_START];
    *end = f.origin.end ? (int64_t)f.row.value[NFDEC_COL_END] : *start;
    return true;
}

static struct list *list_of(void *self)
{
    return &((struct flows *)self)->list;
}

static struct rows *rows_of(void *self)
{
    return ((struct flows *)self)->rows;
}

static bool cell_value(void *self, unsigned column, struct strbuf *out)
{
    struct flows *view = self;
    struct flow_facts f;
    enum role role = ROLE_NORMAL;
    if (count(view) == 0 || !facts_at(view, view->list.cursor, &f))
        return false;
    switch ((enum flow_column)column) {
    case FLOW_START:
        format_utc_time(out, (int64_t)f.row.value[NFDEC_COL_START]);
        return f.origin.start;
    case FLOW_DURATION:
        strbuf_format(out, "%" PRId64 "ns",
                      (int64_t)(f.row.value[NFDEC_COL_END] - f.row.value[NFDEC_COL_START]));
        return f.origin.start && f.origin.end;
    case FLOW_SRC:
        amount_endpoint(out, &f.row.src, false, 0);
        return f.row.src.family != 0;
    case FLOW_DST:
        amount_endpoint(out, &f.row.dst, false, 0);
        return f.row.dst.family != 0;
    case FLOW_BYTES:
        strbuf_unsigned(out, f.row.value[NFDEC_COL_BYTES]);
        return true;
    case FLOW_PACKETS:
        strbuf_unsigned(out, f.row.value[NFDEC_COL_PACKETS]);
        return true;
    case FLOW_FLAGS:
        strbuf_format(out, "0x%" PRIx64, f.row.value[NFDEC_COL_TCP_FLAGS]);
        return f.origin.columns & NFDEC_BIT(TCP_FLAGS);
    default:
        flow_cell(view->app, &f, (enum flow_column)column, true, out, &role);
        break;
    }
    return out->length > 0 && out->data[0] != '-';
}

static bool filter(void *self, enum filter_language language, struct strbuf *out)
{
    struct flows *view = self;
    struct flow_facts f;
    if (count(view) == 0 || !facts_at(view, view->list.cursor, &f))
        return false;
    uint32_t both = NFDEC_BIT(SPORT) | NFDEC_BIT(DPORT);
    const struct filter_ends ends = {
        .address = { f.row.src, f.row.dst },
        .port = { (uint16_t)f.row.value[NFDEC_COL_SPORT], (uint16_t)f.row.value[NFDEC_COL_DPORT] },
        .ports = (f.origin.columns & both) == both && !facts_icmp(&f.origin, &f.row) &&
                 (f.row.value[NFDEC_COL_SPORT] || f.row.value[NFDEC_COL_DPORT]),
        .has_protocol = f.origin.columns & NFDEC_BIT(PROTO),
        .protocol = (uint8_t)f.row.value[NFDEC_COL_PROTO]
    };
    return pair_filter(&ends, language, out);
}

const struct view_ops view_flows = {
    .name = "flows",
    .title = "Flows",
    .brief = "Flows",
    .about = "A row is a flow record as an exporter sent it, in the order in which they were captured. "
             "The pane below says who sent it, in which packet, and which connection it belongs to.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .draw = draw,
    .act = act,
    .mouse = mouse,
    .changed = changed,
    .status = status,
    .result = result,
    .crumb = crumb,
    .span = span,
    .list = list_of,
    .rows = rows_of,
    .cell_value = cell_value,
    .filter = filter,
};
