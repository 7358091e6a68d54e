/* SPDX-License-Identifier: MIT */
#include "view/tui/views/detail.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/views/flow_row.h"
#include "view/tui/views/record.h"
#include "view/tui/views/sides_pane.h"
#include "view/tui/views/summary.h"

#define ROWS_MOST  100000 /* of flow records that are listed */
#define LIST_LEAST 3      /* rows of the list that make it worth a place */

enum column {
    KIND,
    DIRECTION,
    EXPORTER,
    DOMAIN,
    FRAME,
    RECORD,
    TEMPLATE,
    PACKETS,
    BYTES,
    START,
    END,
    FLAGS,
    INPUT,
    OUTPUT
};

static const struct list_column columns[] = {
    [KIND] = { .title = "", .narrow = 3, .wide = 3, .field = -1 },
    [DIRECTION] = { .title = "Dir", .narrow = 3, .wide = 3, .field = -1 },
    [EXPORTER] = { .title = "Exporter", .narrow = 13, .wide = 13, .most = 24, .middle = true, .field = -1 },
    [DOMAIN] = { .title = "Dom", .full = "Domain", .narrow = 3, .wide = 6, .right = true, .field = -1 },
    [FRAME] = { .title = "Frame", .narrow = 6, .wide = 7, .right = true, .field = -1 },
    [RECORD] = { .title = "Rec", .full = "Record", .narrow = 3, .wide = 6, .right = true, .field = -1 },
    [TEMPLATE] = { .title = "Tmpl", .narrow = 4, .wide = 5, .right = true, .field = -1 },
    [PACKETS] = { .title = "Pkts", .narrow = 5, .wide = 6, .right = true, .field = -1 },
    [BYTES] = { .title = "Bytes", .narrow = 5, .wide = 6, .right = true, .field = -1 },
    [START] = { .title = "First", .narrow = 8, .wide = 12, .field = -1 },
    [END] = { .title = "Last", .narrow = 8, .wide = 12, .field = -1 },
    [FLAGS] = { .title = "Flags", .narrow = 8, .wide = 8, .field = -1 },
    [INPUT] = { .title = "In", .narrow = 3, .wide = 4, .right = true, .field = -1 },
    [OUTPUT] = { .title = "Out", .narrow = 3, .wide = 4, .right = true, .field = -1 },
};

struct detail {
    struct app *app;
    const struct connection_facts *facts; /* NULL: none */
    uint32_t first_row;                   /* of what `rows` are; PAIR_NONE: of nothing */
    uint32_t *rows;
    size_t count, capacity;
    uint32_t flows; /* when they were gathered */
    struct sides sides;
    struct list list;
    struct record *record; /* the current one */
    enum detail_focus focus;
    bool stale;  /* more may be known of it by now */
    bool listed; /* the list was drawn */
};

static uint64_t count(void *user)
{
    return ((struct detail *)user)->count;
}

/* One flow record towards the server, or back. */
static const char *arrow(const struct detail *detail, const struct flow_facts *f)
{
    const struct connection *c = &detail->facts->c;
    bool same = addr_equal(&c->ip[PAIR_CLIENT], &c->ip[PAIR_SERVER]);
    bool client = same && detail->facts->ports ? f->row.value[NFDEC_COL_SPORT] == c->port[PAIR_CLIENT]
                                               : addr_equal(&f->row.src, &c->ip[PAIR_CLIENT]);
    return f->row.value[NFDEC_COL_REVERSE_PACKETS] ? " ↔" : client ? " →" : " ←";
}

static void cell(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    static const enum flow_column same[] = {
        [EXPORTER] = FLOW_EXPORTER, [DOMAIN] = FLOW_DOMAIN, [FRAME] = FLOW_FRAME,     [RECORD] = FLOW_RECORD,
        [TEMPLATE] = FLOW_TEMPLATE, [START] = FLOW_START,   [PACKETS] = FLOW_PACKETS, [BYTES] = FLOW_BYTES,
        [FLAGS] = FLOW_FLAGS,       [INPUT] = FLOW_INPUT,   [OUTPUT] = FLOW_OUTPUT,
    };
    struct detail *detail = user;
    const struct session *run = app_session(detail->app);
    struct flow_facts f;
    if (!run || !detail->facts || !flow_facts(run, detail->rows[row], &f)) {
        strbuf_text(out, "…");
        return;
    }
    if (f.duplicate)
        *role = ROLE_DIM;
    if (column == KIND)
        strbuf_text(out, f.duplicate ? "dup" : "");
    else if (column == DIRECTION)
        strbuf_text(out, arrow(detail, &f));
    else if (column == END && f.origin.end)
        amount_time(out, (int64_t)f.row.value[NFDEC_COL_END], app_zero(detail->app),
                    app_forms(detail->app)->time, wide);
    else if (column == END)
        strbuf_char(out, '-');
    else
        flow_cell(detail->app, &f, same[column], wide, out, role);
}

static bool problem(void *user, uint64_t row)
{
    struct detail *detail = user;
    return summary_problem(detail->app, detail->rows[row], false);
}

static const struct list_ops list_ops = { .count = count, .cell = cell, .problem = problem };

struct detail *detail_new(struct app *app)
{
    struct detail *detail = alloc_new(sizeof *detail);
    detail->app = app;
    detail->first_row = PAIR_NONE;
    detail->record = record_new(app);
    detail->list = (struct list) { .ops = &list_ops,
                                   .user = detail,
                                   .columns = columns,
                                   .column_count = sizeof columns / sizeof *columns,
                                   .id = LIST_NONE,
                                   .sorted = -1 };
    return detail;
}

void detail_free(struct detail *detail)
{
    list_release(&detail->list);
    record_free(detail->record);
    free(detail->rows);
    free(detail);
}

void detail_show(struct detail *detail, const struct connection_facts *facts, enum detail_focus focus)
{
    const struct session *run = app_session(detail->app);
    uint32_t flows = facts ? facts->c.flows[0] + facts->c.flows[1] : 0;
    bool same = facts && detail->first_row == facts->first_row && detail->flows == flows;
    detail->facts = facts;
    detail->focus = focus;
    detail->list.focus = focus == DETAIL_RECORDS;
    if ((same && !detail->stale) || !run)
        return;
    detail->stale = false;
    bool other = !facts || detail->first_row != facts->first_row;
    detail->count = 0;
    detail->first_row = facts ? facts->first_row : PAIR_NONE;
    detail->flows = flows;
    uint32_t most = flows < ROWS_MOST ? flows : ROWS_MOST; /* more may have come since the facts were read */
    for (uint32_t row = detail->first_row; row != PAIR_NONE && detail->count < most;
         row = pairs_next_row(session_pairs(run), row)) {
        detail->rows = alloc_grow(detail->rows, detail->count, &detail->capacity, sizeof *detail->rows);
        detail->rows[detail->count++] = row;
    }
    if (facts)
        sides_of(run, facts, detail->rows, detail->count, &detail->sides);
    if (other)
        detail->list.cursor = detail->list.top = 0;
    list_sync(&detail->list);
}

void detail_renew(struct detail *detail)
{
    detail->stale = true;
    record_renew(detail->record);
}

void detail_hide(struct detail *detail)
{
    detail->listed = false;
    record_hide(detail->record);
}

enum detail_focus detail_next(const struct detail *detail, enum detail_focus focus, bool forward)
{
    int last = record_shown(detail->record) ? DETAIL_OCTETS : DETAIL_RECORDS,
        next = (int)focus + (forward ? 1 : -1);
    if (next < DETAIL_NONE)
        return (enum detail_focus)last;
    return next > last ? DETAIL_NONE : (enum detail_focus)next;
}

static enum dissection_focus inner_focus(enum detail_focus focus)
{
    return focus == DETAIL_FIELDS   ? DISSECTION_TREE
           : focus == DETAIL_OCTETS ? DISSECTION_HEX
                                    : DISSECTION_NONE;
}

unsigned detail_act(struct detail *detail, enum request request, const struct event *event)
{
    return record_act(detail->record, inner_focus(detail->focus), request, event);
}

enum detail_focus detail_mouse(struct detail *detail, const struct event *event)
{
    int heading;
    if (detail->listed && list_mouse(&detail->list, event, &heading))
        return DETAIL_RECORDS;
    switch (record_mouse(detail->record, event)) {
    case DISSECTION_TREE:
        return DETAIL_FIELDS;
    case DISSECTION_HEX:
        return DETAIL_OCTETS;
    case DISSECTION_NONE:
        break;
    }
    return DETAIL_NONE;
}

struct list *detail_list(struct detail *detail)
{
    return detail->listed ? &detail->list : NULL;
}

uint64_t detail_flow(const struct detail *detail)
{
    return detail->list.cursor < detail->count ? detail->rows[detail->list.cursor] : LIST_NONE;
}

/* The records in as many rows as they need, a quarter of all at most, and the current one in the rest; or they have it all. */
static void draw_records(struct detail *detail, struct cells *cells, struct area area)
{
    int most = area.height / 4 > LIST_LEAST ? area.height / 4 : LIST_LEAST + 1;
    int rows = detail->count + 1 < (size_t)most ? (int)detail->count + 1 : most;
    struct area rest = area_rows(area, rows, area.height - rows);
    bool fits = record_fits(rest);
    detail->list.wide = area.width >= LIST_WIDE;
    list_draw(&detail->list, cells, fits ? area_rows(area, 0, rows) : area);
    if (!fits)
        return;
    record_show(detail->record, detail_flow(detail));
    record_draw(detail->record, cells, rest, inner_focus(detail->focus));
}

void detail_draw(struct detail *detail, struct cells *cells, struct area area, uint64_t place,
                 uint64_t count_of_all, bool zoomed)
{
    bool inner = detail->focus == DETAIL_FIELDS || detail->focus == DETAIL_OCTETS;
    struct sides_pane sides = { .app = detail->app,
                                .facts = detail->facts,
                                .sides = &detail->sides,
                                .rows = detail->rows,
                                .row_count = detail->count,
                                .place = place,
                                .count = count_of_all,
                                .listed = area.height >= SIDES_PANE_ROWS + LIST_LEAST };
    detail_hide(detail);
    if (inner && detail->facts && (zoomed || !sides.listed)) {
        record_show(detail->record, detail_flow(detail));
        record_draw(detail->record, cells, area, inner_focus(detail->focus));
        return;
    }
    int rows = sides_pane_draw(&sides, cells, area);
    detail->listed = sides.listed && detail->count > 0;
    if (detail->listed)
        draw_records(detail, cells, area_rows(area, rows, area.height - rows));
}
