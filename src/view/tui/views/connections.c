/* SPDX-License-Identifier: MIT */
/* View 1: connections, and of the current one what it is made of. */
#include <stdlib.h>

#include "base/alloc.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/connection_columns.h"
#include "view/tui/views/connection_value.h"
#include "view/tui/views/detail.h"
#include "view/tui/views/facts_kept.h"
#include "view/tui/views/split.h"
#include "view/tui/views/summary.h"
#include "view/tui/views/views.h"

#define DETAIL_ROWS   6     /* of the detail pane below */
#define DETAIL_LISTED 9     /* ... with a list of records, below few rows */
#define DETAIL_TALL   16    /* ... on tall screens */
#define DETAIL_LEAST  18    /* rows of the view from which there is room for it */
#define TALL          34    /* rows of the view from which it is a tall screen */
#define LIST_ROWS     8     /* that stay when the records have the focus */
#define NEAR          20000 /* places that are looked at for a connection, on either side */

struct connections {
    struct app *app;
    struct rows *rows;
    struct list list;
    struct detail *detail;
    struct facts_kept *kept;
    bool stale;              /* there is more to know of what is kept */
    bool wanted;             /* the detail pane */
    bool room;               /* for both, the list and the pane */
    enum detail_focus focus; /* what in it has the keys; DETAIL_NONE: the list has */
    bool zoomed;             /* the pane that has the focus is all there is */
    struct strbuf crumb;
};

/* Facts of the connection in a place; NULL: they are not at hand, and cannot be read now. */
static const struct connection_facts *facts_at(struct connections *view, uint64_t place)
{
    const struct session *run = app_session(view->app);
    uint64_t number = rows_at(view->rows, place);
    if (number == ROWS_NONE)
        return NULL;
    if (run && view->stale) {
        facts_kept_forget(view->kept);
        view->stale = false;
    }
    return facts_kept_get(view->kept, run, number);
}

static uint64_t count(void *user)
{
    return rows_count(((struct connections *)user)->rows);
}

static uint64_t id(void *user, uint64_t place)
{
    const struct connection_facts *facts = facts_at(user, place);
    return facts ? facts->first_row : LIST_NONE;
}

/* While the capture is read a connection cannot be looked up, but it has not gone far. */
static uint64_t find_near(struct connections *view, const struct pairs *pairs, uint64_t first_row)
{
    uint64_t at = view->list.cursor, rows = rows_count(view->rows);
    for (uint64_t distance = 0; distance < NEAR; distance++) {
        uint64_t behind = rows_at(view->rows, at + distance);
        uint64_t before = distance <= at ? rows_at(view->rows, at - distance) : ROWS_NONE;
        if (at + distance < rows && behind < pairs_count(pairs) &&
            pairs_first_row(pairs, (uint32_t)behind) == first_row)
            return at + distance;
        if (before < pairs_count(pairs) && pairs_first_row(pairs, (uint32_t)before) == first_row)
            return at - distance;
    }
    return LIST_NONE;
}

static uint64_t find(void *user, uint64_t first_row)
{
    struct connections *view = user;
    const struct session *run = app_session(view->app);
    if (!run)
        return view->list.cursor;
    if (app_loading(view->app))
        return find_near(view, session_pairs(run), first_row);
    uint32_t index = pairs_connection_of_row(session_pairs(run), (uint32_t)first_row);
    return index == PAIR_NONE ? LIST_NONE : rows_place(view->rows, index);
}

static void start_cell(struct connections *view, struct strbuf *out, const struct connection_facts *f,
                       uint64_t row, bool wide)
{
    if (!f->start) {
        strbuf_char(out, '-');
        return;
    }
    int64_t start = f->c.start; /* looking at the row before may take the place of this one */
    bool delta = app_forms(view->app)->time == TIME_FORM_DELTA;
    const struct connection_facts *before = delta && row > 0 ? facts_at(view, row - 1) : NULL;
    amount_row_time(out, start, before && before->start ? &before->c.start : NULL, view->app, wide);
}

static void cell(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    struct connections *view = user;
    const struct connection_facts *f = facts_at(view, row);
    if (!f) {
        strbuf_text(out, "…");
        *role = ROLE_DIM;
    } else if (column == CONNECTION_START) {
        start_cell(view, out, f, row, wide);
    } else {
        connection_cell(view->app, f, (enum connection_column)column, wide, out);
    }
}

/* The first flow of the connection in a place; PAIR_NONE: that cannot be read now. */
static uint32_t first_flow(struct connections *view, uint64_t place)
{
    const struct session *run = app_session(view->app);
    uint64_t number = rows_at(view->rows, place);
    return run && number < pairs_count(session_pairs(run))
               ? pairs_first_row(session_pairs(run), (uint32_t)number)
               : PAIR_NONE;
}

static bool problem(void *user, uint64_t place)
{
    struct connections *view = user;
    return summary_problem(view->app, first_flow(view, place), true);
}

static const struct list_ops list_ops = {
    .count = count, .id = id, .find = find, .cell = cell, .problem = problem
};

/* What it was opened for in another view: the connections of an exporter, or one among all. */
static void name_target(struct connections *view, const struct target *target)
{
    const struct session *run = app_session(view->app);
    struct addr exporter = { .family = 0 };
    if (run && target->kind == TARGET_EXPORTER)
        exporter = facts_exporter(run, (uint32_t)target->number);
    if (exporter.family)
        amount_endpoint(&view->crumb, &exporter, false, 0);
    else
        strbuf_text(&view->crumb, "connections");
}

static void *open_view(struct app *app, const struct target *target)
{
    struct connections *view = alloc_new(sizeof *view);
    view->app = app;
    view->rows = app_rows(app, true);
    view->wanted = true;
    view->kept = facts_kept_new();
    view->detail = detail_new(app);
    view->list = (struct list) { .ops = &list_ops,
                                 .user = view,
                                 .columns = connection_columns,
                                 .column_count = CONNECTION_COLUMNS,
                                 .id = LIST_NONE,
                                 .sorted = -1,
                                 .markable = true,
                                 .focus = true };
    name_target(view, target);
    if (target->kind == TARGET_CONNECTION && !app_loading(app)) {
        uint64_t place = find(view, target->number);
        if (place != LIST_NONE)
            list_go(&view->list, place);
    }
    return view;
}

static void close_view(void *self)
{
    struct connections *view = self;
    list_release(&view->list);
    detail_free(view->detail);
    strbuf_release(&view->crumb);
    facts_kept_free(view->kept);
    free(view);
}

/* The list that has the focus; NULL: the fields or octets of a record have it. */
static struct list *focused(struct connections *view)
{
    struct list *records = detail_list(view->detail);
    if (view->focus > DETAIL_RECORDS)
        return NULL;
    return records && view->focus == DETAIL_RECORDS ? records : &view->list;
}

static uint32_t contexts(void *self)
{
    struct connections *view = self;
    static const uint32_t inner[DETAIL_FOCUSES] = {
        [DETAIL_NONE] = IN_COLUMNS | IN_SORT | IN_MARKS | IN_WRITE | IN_FIND,
        [DETAIL_RECORDS] = IN_INNER,
        [DETAIL_FIELDS] = IN_INNER | IN_TREE,
        [DETAIL_OCTETS] = IN_INNER | IN_HEX,
    };
    return IN_CONNECTIONS | IN_ROWS | IN_DETAIL | IN_DRILL | IN_PANES | inner[view->focus];
}

static void draw_detail(struct connections *view, struct cells *cells, struct area area)
{
    const struct connection_facts *f = rows_count(view->rows) ? facts_at(view, view->list.cursor) : NULL;
    detail_show(view->detail, f, view->focus);
    detail_draw(view->detail, cells, area, view->list.cursor, rows_count(view->rows), view->zoomed);
}

static void draw_list(struct connections *view, struct cells *cells, struct area area)
{
    view->list.wide = area.width >= LIST_WIDE;
    view->list.right = amount_time_is_number(view->app) ? 1u << CONNECTION_START : 0;
    view->list.sorted =
        app_sorted(view->rows, connection_columns, view->list.column_count, &view->list.descending);
    list_draw(&view->list, cells, area);
    if (rows_count(view->rows) == 0)
        app_draw_nothing(view->app, cells, area_rows(area, 1, area.height - 1), "connection");
}

/* Rows that the list has: no more than it needs, where the pane can do with the rest, and less where the focus is in that. */
static struct split part(struct connections *view, struct cells *cells, struct area area)
{
    int pane = area.height * 2 / 5;
    if (area.width >= SPLIT_BESIDE)
        return split_beside(cells, area, split_detail(area.width));
    uint64_t all = app_loading(view->app) ? LIST_NONE : rows_count(view->rows);
    uint64_t rows = all < LIST_ROWS ? LIST_ROWS : all;
    if (area.height < TALL) {
        bool few = all > 0 && rows < (uint64_t)(area.height - DETAIL_LISTED);
        return split_below(area, few ? rows : LIST_NONE, view->focus ? LIST_ROWS : area.height - DETAIL_ROWS);
    }
    return split_below(area, rows, area.height - (pane > DETAIL_TALL ? pane : DETAIL_TALL));
}

static void draw(void *self, struct cells *cells, struct area area)
{
    struct connections *view = self;
    bool room = view->room = area.width >= SPLIT_BESIDE || area.height >= DETAIL_LEAST;
    view->list.focus = view->focus == DETAIL_NONE;
    if (view->focus && (view->zoomed || !room)) {
        draw_detail(view, cells, area);
    } else if (!view->wanted || view->zoomed || !room) {
        detail_hide(view->detail);
        draw_list(view, cells, area);
    } else {
        struct split split = part(view, cells, area);
        draw_list(view, cells, split.list);
        draw_detail(view, cells, split.pane);
    }
}

static void set_focus(struct connections *view, enum detail_focus focus)
{
    view->focus = rows_count(view->rows) > 0 ? focus : DETAIL_NONE;
    view->wanted |= view->focus != DETAIL_NONE;
}

static unsigned drill(struct connections *view)
{
    const struct connection_facts *f = rows_count(view->rows) ? facts_at(view, view->list.cursor) : NULL;
    if (!f)
        return EFFECT_REFUSED;
    if (view->focus == DETAIL_RECORDS) {
        struct target flow = { .kind = TARGET_FLOW, .number = detail_flow(view->detail) };
        if (flow.number != LIST_NONE && app_push(view->app, VIEW_PACKETS, &flow))
            return EFFECT_DRAW;
    }
    struct target target = { .kind = TARGET_CONNECTION, .number = f->first_row };
    return app_push(view->app, VIEW_FLOWS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
}

/* To the octets of the record that has the cursor, or of the first one. */
static unsigned show_octets(struct connections *view)
{
    const struct connection_facts *f = rows_count(view->rows) ? facts_at(view, view->list.cursor) : NULL;
    if (!f)
        return EFFECT_REFUSED;
    uint64_t row = view->focus == DETAIL_RECORDS ? detail_flow(view->detail) : f->first_row;
    struct target target = { .kind = TARGET_FLOW, .number = row, .octets = true };
    return row != LIST_NONE && app_push(view->app, VIEW_PACKETS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
}

/* Shows or hides the pane; where there is no room beside the list, it has the focus while it is shown. */
static void show_detail(struct connections *view)
{
    view->zoomed = false;
    if (view->room)
        view->wanted = !view->wanted;
    set_focus(view, view->room || view->focus ? DETAIL_NONE : DETAIL_RECORDS);
}

static unsigned act(void *self, enum request request, const struct event *event)
{
    struct connections *view = self;
    if (focused(view) ? list_act(focused(view), request, event)
                      : detail_act(view->detail, request, event) != EFFECT_REFUSED)
        return EFFECT_DRAW;
    switch (request) {
    case REQUEST_ENTER:
        return drill(view);
    case REQUEST_OCTETS:
        return show_octets(view);
    case REQUEST_DETAIL:
        show_detail(view);
        return EFFECT_DRAW;
    case REQUEST_PANE_NEXT:
    case REQUEST_PANE_PREVIOUS:
        set_focus(view, detail_next(view->detail, view->focus, request == REQUEST_PANE_NEXT));
        return EFFECT_DRAW;
    case REQUEST_PROBLEM_NEXT:
    case REQUEST_PROBLEM_PREVIOUS:
        if (!focused(view))
            set_focus(view, DETAIL_NONE);
        app_find_problem(view->app, request == REQUEST_PROBLEM_NEXT);
        return EFFECT_DRAW;
    case REQUEST_ROW_NEXT:
    case REQUEST_ROW_PREVIOUS:
        return list_step(&view->list, request, event) ? EFFECT_DRAW : EFFECT_REFUSED;
    case REQUEST_ZOOM:
        view->zoomed = !view->zoomed;
        return EFFECT_DRAW;
    case REQUEST_PANE_BACK:
        view->zoomed = false;
        set_focus(view, detail_next(view->detail, view->focus, false));
        return EFFECT_DRAW;
    default:
        return EFFECT_REFUSED;
    }
}

static unsigned mouse(void *self, const struct event *event)
{
    struct connections *view = self;
    int heading;
    enum detail_focus clicked = detail_mouse(view->detail, event);
    if (clicked) {
        if (event->kind == EVENT_CLICK)
            set_focus(view, clicked);
        return event->twice ? act(view, REQUEST_ENTER, event) : EFFECT_DRAW;
    }
    if (!list_mouse(&view->list, event, &heading))
        return EFFECT_REFUSED;
    if (event->kind == EVENT_CLICK)
        set_focus(view, DETAIL_NONE);
    if (heading >= 0)
        app_sort_by(view->app, &view->list, (unsigned)heading);
    return event->twice && heading < 0 ? drill(view) : EFFECT_DRAW;
}

/* What is needed to go on drawing while nothing can be read: what is shown, and some pages around it. */
static void keep(struct connections *view)
{
    uint64_t from = view->list.top > FACTS_KEPT / 2 ? view->list.top - FACTS_KEPT / 2 : 0;
    for (uint64_t place = from; place < from + FACTS_KEPT && place < rows_count(view->rows); place++)
        (void)facts_at(view, place);
}

static void changed(void *self, unsigned changes)
{
    struct connections *view = self;
    if (changes & CHANGE_LOADED)
        facts_kept_forget(view->kept);
    if (changes & (CHANGE_DATA | CHANGE_LOADED)) {
        view->stale = true;
        detail_renew(view->detail);
    }
    if (changes & CHANGE_HIDE)
        keep(view);
    view->list.partial = rows_partial(view->rows);
    list_sync(&view->list);
}

static bool span(void *self, int64_t *start, int64_t *end)
{
    struct connections *view = self;
    const struct connection_facts *f = rows_count(view->rows) ? facts_at(view, view->list.cursor) : NULL;
    if (!f || !f->start)
        return false;
    *start = f->c.start;
    *end = f->end ? f->c.end : f->c.start;
    return true;
}

static void status(void *self, struct strbuf *left, struct strbuf *right)
{
    struct connections *view = self;
    int64_t start, end;
    uint64_t flow = view->focus ? detail_flow(view->detail) : first_flow(view, view->list.cursor);
    if (flow >= PAIR_NONE || !summary_why(view->app, (uint32_t)flow, !view->focus, left))
        summary_day(view->app, span(self, &start, &end) ? &start : NULL, left, right);
    if (view->list.marks.count)
        strbuf_format(right, "%s%zu marked", right->length ? "  " : "", view->list.marks.count);
}

static void crumb(void *self, struct strbuf *out)
{
    strbuf_text(out, ((struct connections *)self)->crumb.data);
}

static struct list *list_of(void *self)
{
    return focused(self);
}

static struct rows *rows_of(void *self)
{
    return ((struct connections *)self)->rows;
}

/* The value of a cell for a filter; what it shows may be shortened. */
static bool cell_value(void *self, unsigned column, struct strbuf *out)
{
    struct connections *view = self;
    const struct connection_facts *f = rows_count(view->rows) ? facts_at(view, view->list.cursor) : NULL;
    return f && connection_value(view->app, f, connection_columns[column].field, out);
}

static bool filter(void *self, enum filter_language language, struct strbuf *out)
{
    struct connections *view = self;
    const struct connection_facts *f = rows_count(view->rows) ? facts_at(view, view->list.cursor) : NULL;
    return f && connection_filter(f, language, out);
}

const struct view_ops view_connections = {
    .name = "connections",
    .title = "Connections",
    .brief = "Conns",
    .about =
        "A row is a connection: the flows of both directions between two endpoints, one client and one "
        "server. → is what the client sent, ← what the server sent; - was not exported. "
        "The pane below or beside the rows says which records it is made of, why they belong together, and "
        "how the client was told from the server. Flows that another exporter told of as well are listed "
        "there and not counted twice. Where there is room it has the fields and octets of a record, too. "
        "From 110 columns on the line above the rows is their traffic over time, with that of the current "
        "row in another colour.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .keys = IN_CONNECTIONS | IN_ROWS | IN_DETAIL | IN_DRILL | IN_PANES | IN_COLUMNS | IN_SORT | IN_MARKS |
            IN_WRITE | IN_FIND | IN_INNER | IN_TREE | IN_HEX,
    .draw = draw,
    .act = act,
    .mouse = mouse,
    .changed = changed,
    .status = status,
    .crumb = crumb,
    .span = span,
    .list = list_of,
    .rows = rows_of,
    .cell_value = cell_value,
    .filter = filter,
};
