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
#include "view/tui/views/flow_pane.h"
#include "view/tui/views/flow_row.h"
#include "view/tui/views/pair_filter.h"
#include "view/tui/views/record.h"
#include "view/tui/views/split.h"
#include "view/tui/views/summary.h"
#include "view/tui/views/views.h"

#define DETAIL_LEAST 18      /* rows of the view from which there is room for it */
#define DETAIL_TALL  16      /* rows of it on tall screens */
#define TALL         34      /* rows of the view from which it is a tall screen */
#define ROWS_MOST    1000000 /* of a connection that are listed */

struct flows {
    struct app *app;
    struct rows *rows; /* all flows; NULL: those of one connection */
    uint32_t *own;     /* that connection's */
    size_t own_count, own_capacity;
    struct list list;
    struct record *record;       /* the current one */
    bool wanted;                 /* the detail pane */
    bool room;                   /* for both, the list and the pane */
    enum dissection_focus focus; /* what of the record has the keys; DISSECTION_NONE: the list has */
    bool zoomed;                 /* the pane that has the focus is all there is */
    struct strbuf crumb;
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

static void start_cell(struct flows *view, uint64_t row, int64_t start, bool wide, struct strbuf *out)
{
    struct flow_facts facts;
    bool delta = app_forms(view->app)->time == TIME_FORM_DELTA;
    bool known = delta && row > 0 && facts_at(view, row - 1, &facts) && facts.origin.start;
    int64_t before = known ? (int64_t)facts.row.value[NFDEC_COL_START] : 0;
    amount_row_time(out, start, known ? &before : NULL, view->app, wide);
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
    if (column != FLOW_START || !facts.origin.start) {
        flow_cell(view->app, &facts, (enum flow_column)column, wide, out, role);
        return;
    }
    if (facts.duplicate)
        *role = ROLE_DIM;
    start_cell(view, row, (int64_t)facts.row.value[NFDEC_COL_START], wide, out);
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
    view->record = record_new(app);
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
    record_free(view->record);
    strbuf_release(&view->crumb);
    free(view->own);
    free(view);
}

static uint32_t contexts(void *self)
{
    struct flows *view = self;
    uint32_t all = IN_FLOWS | IN_ROWS | IN_DETAIL | (record_shown(view->record) ? IN_PANES : 0) |
                   (app_config(view->app)->views[VIEW_PACKETS] ? IN_DRILL : 0);
    if (view->focus)
        return all | IN_INNER | (view->focus == DISSECTION_TREE ? IN_TREE : IN_HEX);
    return all | IN_COLUMNS | IN_MARKS | IN_WRITE | IN_FIND | (view->rows ? IN_SORT : 0);
}

static void draw_list(struct flows *view, struct cells *cells, struct area area)
{
    view->list.wide = area.width >= LIST_WIDE;
    view->list.right = amount_time_is_number(view->app) ? 1u << FLOW_START : 0;
    if (view->rows)
        view->list.sorted = app_sorted(view->rows, flow_columns, FLOW_COLUMNS, &view->list.descending);
    list_draw(&view->list, cells, area);
    if (count(view) == 0)
        app_draw_nothing(view->app, cells, area_rows(area, 1, area.height - 1), "flow");
}

/* The flow in words, and its record where there is room; with `alone` the record has it all. */
static void draw_detail(struct flows *view, struct cells *cells, struct area area, bool alone)
{
    struct flow_facts f;
    bool there = count(view) > 0 && facts_at(view, view->list.cursor, &f);
    int used =
        alone ? 0 : flow_pane_draw(view->app, there ? &f : NULL, view->list.cursor, count(view), cells, area);
    struct area rest = area_rows(area, used, area.height - used);
    if (count(view) == 0 || (!alone && !record_fits(rest)))
        return;
    record_show(view->record, id(view, view->list.cursor));
    record_draw(view->record, cells, rest, view->focus);
}

static struct split part(struct flows *view, struct cells *cells, struct area area)
{
    int pane = area.height * 2 / 5 > DETAIL_TALL ? area.height * 2 / 5 : DETAIL_TALL;
    if (area.width >= SPLIT_BESIDE)
        return split_beside(cells, area, split_detail(area.width));
    if (area.height < TALL)
        return split_below(area, LIST_NONE, area.height - FLOW_PANE_ROWS);
    return split_below(area, app_loading(view->app) ? LIST_NONE : count(view), area.height - pane);
}

static void draw(void *self, struct cells *cells, struct area area)
{
    struct flows *view = self;
    bool room = view->room = area.width >= SPLIT_BESIDE || area.height >= DETAIL_LEAST;
    view->list.focus = view->focus == DISSECTION_NONE;
    record_hide(view->record);
    if (view->focus && (view->zoomed || !room)) {
        draw_detail(view, cells, area, true);
    } else if (!view->wanted || view->zoomed || !room) {
        draw_list(view, cells, area);
    } else {
        struct split split = part(view, cells, area);
        draw_list(view, cells, split.list);
        draw_detail(view, cells, split.pane, false);
    }
}

static unsigned drill(struct flows *view, bool octets)
{
    struct target target = { .kind = TARGET_FLOW, .number = id(view, view->list.cursor), .octets = octets };
    if (count(view) == 0 || target.number == LIST_NONE)
        return EFFECT_REFUSED;
    return app_push(view->app, VIEW_PACKETS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
}

/* To the next pane of the three, or the one before. */
static void change_focus(struct flows *view, bool forward)
{
    static const enum dissection_focus after[] = { DISSECTION_TREE, DISSECTION_HEX, DISSECTION_NONE },
                                       before[] = { DISSECTION_HEX, DISSECTION_NONE, DISSECTION_TREE };
    view->focus = count(view) == 0 ? DISSECTION_NONE : forward ? after[view->focus] : before[view->focus];
}

/* Shows or hides the pane; where there is no room beside the list, the fields of the record stand for it. */
static void show_detail(struct flows *view)
{
    view->zoomed = false;
    if (view->room)
        view->wanted = !view->wanted;
    bool fields = !view->room && !view->focus && count(view) > 0;
    view->focus = fields ? DISSECTION_TREE : DISSECTION_NONE;
}

static unsigned act(void *self, enum request request, const struct event *event)
{
    struct flows *view = self;
    if (view->focus ? record_act(view->record, view->focus, request, event) != EFFECT_REFUSED
                    : list_act(&view->list, request, event))
        return EFFECT_DRAW;
    switch (request) {
    case REQUEST_ENTER:
        return drill(view, false);
    case REQUEST_OCTETS:
        return drill(view, true);
    case REQUEST_PROBLEM_NEXT:
    case REQUEST_PROBLEM_PREVIOUS:
        view->focus = DISSECTION_NONE;
        app_find_problem(view->app, request == REQUEST_PROBLEM_NEXT);
        return EFFECT_DRAW;
    case REQUEST_PANE_NEXT:
    case REQUEST_PANE_PREVIOUS:
        change_focus(view, request == REQUEST_PANE_NEXT);
        return EFFECT_DRAW;
    case REQUEST_PANE_BACK:
        view->zoomed = false;
        change_focus(view, false);
        return EFFECT_DRAW;
    case REQUEST_ROW_NEXT:
    case REQUEST_ROW_PREVIOUS:
        return list_step(&view->list, request, event) ? EFFECT_DRAW : EFFECT_REFUSED;
    case REQUEST_ZOOM:
        view->zoomed = !view->zoomed;
        return EFFECT_DRAW;
    case REQUEST_DETAIL:
        show_detail(view);
        return EFFECT_DRAW;
    default:
        return EFFECT_REFUSED;
    }
}

static unsigned mouse(void *self, const struct event *event)
{
    struct flows *view = self;
    enum dissection_focus clicked = record_mouse(view->record, event);
    int heading;
    if (clicked) {
        view->focus = event->kind == EVENT_CLICK ? clicked : view->focus;
        return event->twice ? act(view, REQUEST_ENTER, event) : EFFECT_DRAW;
    }
    if (!list_mouse(&view->list, event, &heading))
        return EFFECT_REFUSED;
    if (event->kind == EVENT_CLICK)
        view->focus = DISSECTION_NONE;
    if (heading >= 0 && view->rows)
        app_sort_by(view->app, &view->list, (unsigned)heading);
    return event->twice && heading < 0 ? drill(view, false) : EFFECT_DRAW;
}

static void changed(void *self, unsigned changes)
{
    struct flows *view = self;
    if (changes & (CHANGE_DATA | CHANGE_LOADED))
        record_renew(view->record);
    view->list.partial = view->rows && rows_partial(view->rows);
    list_sync(&view->list);
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

static void status(void *self, struct strbuf *left, struct strbuf *right)
{
    struct flows *view = self;
    int64_t start, end;
    uint64_t number = count(view) ? id(view, view->list.cursor) : LIST_NONE;
    if (number >= PAIR_NONE || !summary_why(view->app, (uint32_t)number, false, left))
        summary_day(view->app, span(self, &start, &end) ? &start : NULL, left, right);
    if (view->list.marks.count)
        strbuf_format(right, "%s%zu marked", right->length ? "  " : "", view->list.marks.count);
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

static struct list *list_of(void *self)
{
    struct flows *view = self;
    return view->focus ? NULL : &view->list;
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
             "The pane below or beside the rows says who sent it, in which packet, and which connection it "
             "belongs "
             "to; where there is room it has its fields and octets, too.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .keys = IN_FLOWS | IN_ROWS | IN_DETAIL | IN_DRILL | IN_PANES | IN_COLUMNS | IN_SORT | IN_MARKS |
            IN_WRITE | IN_FIND | IN_INNER | IN_TREE | IN_HEX,
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
