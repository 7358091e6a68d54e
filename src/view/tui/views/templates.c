/* SPDX-License-Identifier: MIT */
/* View 5: templates, every version that was announced, and the fields of the current one. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/time.h"
#include "query/field.h"
#include "view/format.h"
#include "view/tui/panel/list.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/narrow.h"
#include "view/tui/views/packet_line.h"
#include "view/tui/views/template_fields.h"
#include "view/tui/views/split.h"
#include "view/tui/views/views.h"
#include "view/tui/views/shared.h"

#define PANES_HEIGHT 14 /* of the view, from which there is room for both panes */

enum column { EXPORTER, DOMAIN, ID, VERSION, KIND, FIELDS, BYTES, FIRST, LAST, SENT, EVERY, RECORDS, STATE };

static const struct list_column columns[] = {
    [EXPORTER] = COLUMN_OF_EXPORTER,
    [DOMAIN] = COLUMN_OF_DOMAIN,
    [ID] = { .title = "Id", .narrow = 5, .wide = 5, .right = true, .field = FIELD_TEMPLATE },
    [VERSION] = { .title = "Ver", .full = "Version", .narrow = 3, .wide = 7, .right = true, .field = -1 },
    [KIND] = { .title = "Kind", .narrow = 0, .wide = 7, .field = -1 },
    [FIELDS] = { .title = "Fields", .narrow = 6, .wide = 6, .right = true, .field = -1 },
    [BYTES] = { .title = "Bytes", .narrow = 5, .wide = 5, .right = true, .field = -1 },
    [FIRST] = { .title = "First",
                .full = "First frame",
                .narrow = 6,
                .wide = 11,
                .right = true,
                .field = -1 },
    [LAST] = { .title = "Last", .full = "Last frame", .narrow = 6, .wide = 10, .right = true, .field = -1 },
    [SENT] = { .title = "Sent", .narrow = 4, .wide = 6, .right = true, .field = -1 },
    [EVERY] = { .title = "Every", .narrow = 7, .wide = 8, .right = true, .field = -1 },
    [RECORDS] = { .title = "Recs", .full = "Records", .narrow = 6, .wide = 9, .right = true, .field = -1 },
    [STATE] = { .title = "State", .narrow = 0, .wide = 24, .field = -1 },
};

struct templates {
    struct app *app;
    struct list list, field_list;
    struct template_fields fields;
    struct target target;
    uint32_t *index; /* of the decoder, in order of appearance */
    size_t count, capacity;
    uint32_t seen;    /* of the decoder's */
    uint32_t changed; /* versions that are not the first of their id */
    bool inner;       /* the fields have the keys */
    bool zoom, awaited;
};

static const struct nfdec_template *template_at(const struct templates *view, uint64_t row)
{
    const struct session *run = app_session(view->app);
    return run && row < view->count ? nfdec_template_at(session_decoder(run), view->index[row]) : NULL;
}

static uint64_t count(void *user)
{
    return ((const struct templates *)user)->count;
}

static bool problem(void *user, uint64_t row)
{
    const struct nfdec_template *t = template_at(user, row);
    return t && t->previous && t->previous->end == NFDEC_TEMPLATE_REPLACED;
}

static void fields_cell(const struct nfdec_template *t, struct strbuf *out)
{
    if (t->scope_count)
        strbuf_format(out, "%u+", t->scope_count);
    strbuf_unsigned(out, (uint64_t)t->field_count - t->scope_count);
}

static void every_cell(const struct nfdec_template *t, struct strbuf *out)
{
    char text[TIME_TEXT] = "-";
    if (t->announced > 1 && t->last_time > t->first_time)
        time_span_text((t->last_time - t->first_time) / (int64_t)(t->announced - 1), text);
    strbuf_text(out, text);
}

static void state_words(const struct nfdec_template *t, struct strbuf *out)
{
    static const char *const word[] = {
        [NFDEC_TEMPLATE_LIVE] = "in force",
        [NFDEC_TEMPLATE_REPLACED] = "replaced",
        [NFDEC_TEMPLATE_WITHDRAWN] = "withdrawn",
        [NFDEC_TEMPLATE_RESTARTED] = "gone by a restart",
    };
    strbuf_text(out, word[t->end]);
    if (t->end != NFDEC_TEMPLATE_LIVE)
        strbuf_format(out, " in frame %" PRIu64, ledger_frame(t->end_packet));
}

static void cell(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    struct templates *view = user;
    const struct nfdec_template *t = template_at(view, row);
    if (!t) {
        strbuf_text(out, "…");
        *role = ROLE_DIM;
        return;
    }
    struct addr address = addr_from(t->session->address, t->session->address_length);
    enum unit_form unit = app_forms(view->app)->unit;
    switch ((enum column)column) {
    case EXPORTER:
        amount_endpoint(out, &address, false, 0);
        break;
    case DOMAIN:
        strbuf_unsigned(out, t->session->domain);
        break;
    case ID:
        strbuf_unsigned(out, t->id);
        break;
    case VERSION:
        strbuf_unsigned(out, t->version);
        break;
    case KIND:
        strbuf_text(out, t->kind == NFDEC_TEMPLATE_DATA ? "data" : wide ? "options" : "opts");
        break;
    case FIELDS:
        fields_cell(t, out);
        break;
    case BYTES:
        if (t->variable)
            strbuf_text(out, "var");
        else
            strbuf_unsigned(out, t->record_length);
        break;
    case FIRST:
        strbuf_unsigned(out, ledger_frame(t->first_packet));
        break;
    case LAST:
        strbuf_unsigned(out, ledger_frame(t->last_packet));
        break;
    case SENT:
        amount_octets(out, t->announced, unit);
        break;
    case EVERY:
        every_cell(t, out);
        break;
    case RECORDS:
        amount_octets(out, *t->records, unit);
        break;
    case STATE:
        state_words(t, out);
        break;
    }
}

static uint64_t id(void *user, uint64_t row)
{
    const struct templates *view = user;
    return list_number_at(view->index, view->count, row);
}

static uint64_t find(void *user, uint64_t index)
{
    const struct templates *view = user;
    return list_number_find(view->index, view->count, index);
}

static const struct list_ops list_ops = {
    .count = count, .id = id, .find = find, .cell = cell, .problem = problem
};

/* --- the contract --- */

static void update(struct templates *view)
{
    const struct session *run = app_session(view->app);
    const struct nfdec_template *t;
    if (!run)
        return;
    for (; (t = nfdec_template_at(session_decoder(run), view->seen)) != NULL; view->seen++) {
        bool other = view->target.kind == TARGET_EXPORTER && t->session->family != view->target.number;
        if (t->kind == NFDEC_TEMPLATE_FIXED || other)
            continue;
        view->index = alloc_grow(view->index, view->count, &view->capacity, sizeof *view->index);
        view->index[view->count++] = t->index;
        view->changed += t->previous != NULL;
        if (view->awaited && view->target.kind == TARGET_TEMPLATE && t->index == view->target.number) {
            view->awaited = false;
            list_go(&view->list, view->count - 1);
        }
    }
}

static void *open_view(struct app *app, const struct target *target)
{
    struct templates *view = alloc_new(sizeof *view);
    view->app = app;
    view->target = *target;
    view->awaited = true;
    view->list = (struct list) { .ops = &list_ops,
                                 .user = view,
                                 .columns = columns,
                                 .column_count = sizeof columns / sizeof *columns,
                                 .id = LIST_NONE,
                                 .sorted = -1 };
    view->field_list = (struct list) { .ops = &template_field_ops,
                                       .user = &view->fields,
                                       .columns = template_field_columns,
                                       .column_count = template_field_column_count,
                                       .id = LIST_NONE,
                                       .sorted = -1 };
    update(view);
    return view;
}

static void close_view(void *self)
{
    struct templates *view = self;
    list_release(&view->list);
    list_release(&view->field_list);
    template_fields_release(&view->fields);
    free(view->index);
    free(view);
}

static uint32_t contexts(void *self)
{
    const struct templates *view = self;
    return IN_TEMPLATES | IN_ROWS | IN_PANES | IN_COLUMNS | IN_FIND | (view->count ? IN_DRILL : 0u) |
           (view->inner   ? IN_INNER
            : view->count ? IN_WRITE
                          : 0u);
}

static void change_words(struct strbuf *out, const char **between, uint32_t count, const char *what)
{
    if (count == 0)
        return;
    strbuf_format(out, "%s%u %s", *between, count, what);
    *between = ", ";
}

static void fields_rule(const struct templates *view, struct cells *cells, struct area area)
{
    const struct nfdec_template *t = view->fields.after;
    const struct template_diff *diff = &view->fields.diff;
    struct strbuf text = { 0 };
    if (t) {
        packet_exporter(&text, t->session);
        strbuf_format(&text, " template %u", t->id);
        if (t->previous)
            strbuf_format(&text, " version %u", t->version);
    }
    if (t && t->previous) {
        const char *between = ": ";
        change_words(&text, &between, diff->added, "added");
        change_words(&text, &between, diff->removed, "removed");
        change_words(&text, &between, diff->changed, "of another length");
        strbuf_text(&text, diff->added + diff->removed + diff->changed == 0 ? ": the same fields" : "");
    }
    cells_rule(cells, area, 0, text.length ? text.data : "");
    strbuf_release(&text);
}

static void draw_fields(struct templates *view, struct cells *cells, struct area area)
{
    view->field_list.wide = area.width >= LIST_WIDE;
    view->field_list.focus = view->inner;
    fields_rule(view, cells, area);
    list_draw(&view->field_list, cells, area_rows(area, 1, area.height - 1));
}

static void draw_none(const struct templates *view, struct cells *cells, struct area area)
{
    cells_put(cells, area, 1, 1, ROLE_NORMAL,
              app_loading(view->app) ? "No templates yet."
                                     : "No templates were sent: NetFlow v1, v5 and v7 have none.");
}

static void draw(void *self, struct cells *cells, struct area area)
{
    struct templates *view = self;
    const struct nfdec_template *t;
    update(view);
    if (view->count == 0) {
        draw_none(view, cells, area);
        return;
    }
    t = template_at(view, view->list.cursor);
    if (t && t != view->fields.after) {
        template_fields_of(&view->fields, t);
        list_go(&view->field_list, 0);
    }
    view->list.wide = area.width >= LIST_WIDE;
    view->list.focus = !view->inner;
    if (view->zoom || area.height < PANES_HEIGHT) {
        if (view->inner)
            draw_fields(view, cells, area);
        else
            list_draw(&view->list, cells, area);
        return;
    }
    struct split split = area.width >= SPLIT_BESIDE ? split_beside(cells, area, split_rest(area.width))
                                                    : split_below(area, view->count, area.height * 2 / 5);
    view->list.wide = split.list.width >= LIST_WIDE;
    list_draw(&view->list, cells, split.list);
    draw_fields(view, cells, split.pane);
}

static unsigned show_sides(struct templates *view)
{
    if (!view->fields.before) {
        app_say(view->app, "this is the first version: there is none before it to compare with");
        return EFFECT_REFUSED;
    }
    view->fields.sides = !view->fields.sides;
    view->field_list.columns = view->fields.sides ? template_side_columns : template_field_columns;
    view->field_list.column_count =
        view->fields.sides ? template_side_column_count : template_field_column_count;
    view->field_list.column = view->field_list.first = 0;
    return EFFECT_DRAW;
}

/* Its flows, by a filter. */
static unsigned open_flows(struct templates *view, const struct nfdec_template *t)
{
    struct target all = { .kind = TARGET_NONE };
    struct strbuf filter = { 0 };
    narrow_exporter(&filter, t->session);
    strbuf_format(&filter, " and template == %u", t->id);
    bool used = app_set_filter(view->app, filter.data) && app_push(view->app, VIEW_FLOWS, &all);
    strbuf_release(&filter);
    return used ? EFFECT_DRAW : EFFECT_REFUSED;
}

/* Packets that carry the template; of the fields: its flows. */
static unsigned enter(struct templates *view)
{
    const struct nfdec_template *t = template_at(view, view->list.cursor);
    if (!t)
        return EFFECT_REFUSED;
    if (view->inner && t->kind == NFDEC_TEMPLATE_DATA)
        return open_flows(view, t);
    struct target target = { .kind = TARGET_TEMPLATE, .number = t->index };
    return app_push(view->app, VIEW_PACKETS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
}

/* The next template that was changed. */
static unsigned go_to_problem(struct templates *view, bool forward)
{
    for (uint64_t row = view->list.cursor; forward ? ++row < view->count : row-- > 0;) {
        if (!problem(view, row))
            continue;
        list_go(&view->list, row);
        return EFFECT_DRAW;
    }
    app_say(view->app, "no %s template was changed", forward ? "later" : "earlier");
    return EFFECT_REFUSED;
}

static unsigned act(void *self, enum request request, const struct event *event)
{
    struct templates *view = self;
    switch (request) {
    case REQUEST_ENTER:
        return enter(view);
    case REQUEST_PANE_NEXT:
    case REQUEST_PANE_PREVIOUS:
        view->inner = !view->inner;
        return EFFECT_DRAW;
    case REQUEST_PANE_BACK:
        view->inner = false;
        return EFFECT_DRAW;
    case REQUEST_ZOOM:
        view->zoom = !view->zoom;
        return EFFECT_DRAW;
    case REQUEST_DIFF:
        return show_sides(view);
    case REQUEST_PROBLEM_NEXT:
    case REQUEST_PROBLEM_PREVIOUS:
        return go_to_problem(view, request == REQUEST_PROBLEM_NEXT);
    default:
        return list_act(view->inner ? &view->field_list : &view->list, request, event) ? EFFECT_DRAW
                                                                                       : EFFECT_REFUSED;
    }
}

static unsigned mouse(void *self, const struct event *event)
{
    struct templates *view = self;
    int heading;
    if (list_mouse(&view->list, event, &heading)) {
        view->inner = false;
        return event->twice && heading < 0 ? enter(view) : EFFECT_DRAW;
    }
    if (!list_mouse(&view->field_list, event, &heading))
        return EFFECT_REFUSED;
    view->inner = true;
    return EFFECT_DRAW;
}

static void changed(void *self, unsigned changes)
{
    struct templates *view = self;
    (void)changes;
    update(view);
    list_sync(&view->list);
}

static void status(void *self, struct strbuf *left, struct strbuf *right)
{
    const struct templates *view = self;
    const struct nfdec_template *t = template_at(view, view->list.cursor);
    if (view->inner && view->fields.before)
        strbuf_text(left, "+ added  - removed  ~ of another length  ");
    if (view->inner)
        strbuf_text(left, "* fewer octets than its type  var: variable length");
    if (!view->inner && t) {
        state_words(t, left);
        if (t->announced == 1)
            strbuf_text(left, ", sent once");
        else
            strbuf_format(left, ", sent %" PRIu64 " times", t->announced);
    }
    strbuf_format(right, "%" PRIu64 " of %zu", view->count ? view->list.cursor + 1 : 0, view->count);
}

static void result(void *self, struct strbuf *out)
{
    const struct templates *view = self;
    format_count(out, view->count, "template");
    if (view->changed)
        strbuf_format(out, ", %u changed", view->changed);
}

static struct list *list_of(void *self)
{
    struct templates *view = self;
    return view->inner ? &view->field_list : &view->list;
}

static bool cell_value(void *self, unsigned column, struct strbuf *out)
{
    struct templates *view = self;
    const struct nfdec_template *t = template_at(view, view->list.cursor);
    if (!t || view->inner)
        return false;
    struct addr address = addr_from(t->session->address, t->session->address_length);
    if (column == EXPORTER)
        amount_endpoint(out, &address, false, 0);
    else if (column == DOMAIN)
        strbuf_unsigned(out, t->session->domain);
    else if (column == ID)
        strbuf_unsigned(out, t->id);
    return out->length > 0;
}

static void crumb(void *self, struct strbuf *out)
{
    const struct templates *view = self;
    strbuf_text(out, view->target.kind == TARGET_EXPORTER ? "templates of exporter" : "templates");
}

const struct view_ops view_templates = {
    .name = "templates",
    .title = "Templates",
    .brief = "Templates",
    .about =
        "One row is one version of a template: what records of its id looked like from a frame on.\n"
        "Fields are scope fields and others (1+3). Below or beside them are the fields of the current one.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .keys = IN_TEMPLATES | IN_ROWS | IN_DRILL | IN_PANES | IN_COLUMNS | IN_FIND | IN_INNER | IN_WRITE,
    .draw = draw,
    .act = act,
    .mouse = mouse,
    .changed = changed,
    .status = status,
    .result = result,
    .crumb = crumb,
    .list = list_of,
    .cell_value = cell_value,
};
