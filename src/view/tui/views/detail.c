/* SPDX-License-Identifier: MIT */
#include "view/tui/views/detail.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/views/flow_row.h"
#include "view/tui/views/sides.h"
#include "view/tui/views/summary.h"

#define ROWS_MOST    100000 /* of flow records that are listed */
#define SUMMARY_ROWS 6      /* the rule and five lines */
#define LIST_LEAST   3      /* rows of the list that make it worth a place */

enum column {
    KIND,
    DIRECTION,
    EXPORTER,
    DOMAIN,
    FRAME,
    RECORD,
    TEMPLATE,
    START,
    END,
    PACKETS,
    BYTES,
    FLAGS,
    INPUT,
    OUTPUT
};

static const struct list_column columns[] = {
    [KIND] = { .title = "", .narrow = 3, .wide = 3, .field = -1 },
    [DIRECTION] = { .title = "Dir", .narrow = 3, .wide = 3, .field = -1 },
    [EXPORTER] = { .title = "Exporter", .narrow = 13, .wide = 13, .most = 24, .middle = true, .field = -1 },
    [DOMAIN] = { .title = "Dom", .narrow = 3, .wide = 5, .right = true, .field = -1 },
    [FRAME] = { .title = "Frame", .narrow = 6, .wide = 7, .right = true, .field = -1 },
    [RECORD] = { .title = "Rec", .narrow = 3, .wide = 3, .right = true, .field = -1 },
    [TEMPLATE] = { .title = "Tmpl", .narrow = 4, .wide = 5, .right = true, .field = -1 },
    [START] = { .title = "First", .narrow = 8, .wide = 12, .field = -1 },
    [END] = { .title = "Last", .narrow = 8, .wide = 12, .field = -1 },
    [PACKETS] = { .title = "Pkts", .narrow = 5, .wide = 6, .right = true, .field = -1 },
    [BYTES] = { .title = "Bytes", .narrow = 5, .wide = 6, .right = true, .field = -1 },
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
    bool stale;  /* more may be known of it by now */
    bool listed; /* the list was drawn */
    struct strbuf text;
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
    strbuf_release(&detail->text);
    free(detail->rows);
    free(detail);
}

void detail_show(struct detail *detail, const struct connection_facts *facts, bool focus)
{
    const struct session *run = app_session(detail->app);
    uint32_t flows = facts ? facts->c.flows[0] + facts->c.flows[1] : 0;
    bool same = facts && detail->first_row == facts->first_row && detail->flows == flows;
    detail->facts = facts;
    detail->list.focus = focus;
    if ((same && !detail->stale) || !run)
        return;
    detail->stale = false;
    bool other = !facts || detail->first_row != facts->first_row;
    detail->count = 0;
    detail->first_row = facts ? facts->first_row : PAIR_NONE;
    detail->flows = flows;
    for (uint32_t row = detail->first_row; row != PAIR_NONE && detail->count < ROWS_MOST;
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
}

struct list *detail_list(struct detail *detail)
{
    return detail->listed ? &detail->list : NULL;
}

uint64_t detail_flow(const struct detail *detail)
{
    return detail->list.cursor < detail->count ? detail->rows[detail->list.cursor] : LIST_NONE;
}

/* "→    75 pkts  98.9k B  ...AP.SF  22:12:26.177 … 22:13:20.000  53.823 s" */
static void put_side(struct detail *detail, struct cells *cells, struct area area, int row,
                     enum pair_side side)
{
    const struct connection_facts *f = detail->facts;
    const struct side *s = &detail->sides.side[side];
    struct strbuf *text = &detail->text;
    strbuf_clear(text);
    strbuf_text(text, side == PAIR_CLIENT ? "→ " : "← ");
    if (f->c.flows[side] == 0 && f->c.reason != PAIR_BIFLOW) {
        strbuf_text(text, "nothing was exported");
        cells_put(cells, area, row, 0, ROLE_DIM, text->data);
        return;
    }
    size_t at = text->length;
    if (f->columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS)))
        amount_octets(text, f->c.packets[side], app_forms(detail->app)->unit);
    else
        strbuf_char(text, '-');
    format_right(text, at, 6);
    strbuf_text(text, f->c.packets[side] == 1 ? " packet  " : " packets ");
    at = text->length;
    if (f->columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)))
        amount_octets(text, f->c.bytes[side], app_forms(detail->app)->unit);
    else
        strbuf_char(text, '-');
    format_right(text, at, 6);
    strbuf_text(text, " bytes  ");
    at = text->length;
    if (f->c.proto == 6 && f->columns & (NFDEC_BIT(TCP_FLAGS) | NFDEC_BIT(REVERSE_FLAGS)))
        format_tcp_flags(text, f->c.tcp_flags[side]);
    format_pad(text, at, 9);
    if (s->times) {
        amount_time(text, s->start, app_zero(detail->app), app_forms(detail->app)->time, true);
        strbuf_text(text, " – ");
        amount_time(text, s->end, app_zero(detail->app), app_forms(detail->app)->time, true);
        strbuf_text(text, "  ");
        amount_duration(text, (int64_t)((uint64_t)s->end - (uint64_t)s->start), true);
        strbuf_text(text, " s");
    }
    cells_field(cells, area, row, 0, area.width, side == PAIR_CLIENT ? ROLE_CLIENT : ROLE_SERVER, false,
                text->data);
}

static void put_why(struct detail *detail, struct cells *cells, struct area area, int row)
{
    char why[512];
    connection_why(&detail->facts->c, why, sizeof why);
    cells_field(cells, area, row, 0, area.width, ROLE_NORMAL, false, why);
}

/* "exporter 192.0.2.1 domain 1 template 256  (also 192.0.2.3 domain 3: duplicates)" */
static void put_exporters(struct detail *detail, struct cells *cells, struct area area, int row)
{
    struct strbuf *text = &detail->text;
    strbuf_clear(text);
    sides_exporters(&detail->sides, text);
    cells_field(cells, area, row, 0, area.width, ROLE_NORMAL, false, text->data);
}

/* "2 flows: frame 1 record 1 · frame 17 record 4" */
static void put_places(struct detail *detail, struct cells *cells, struct area area, int row)
{
    const struct session *run = app_session(detail->app);
    struct strbuf *text = &detail->text;
    strbuf_clear(text);
    format_count(text, detail->flows, "flow");
    if (detail->facts->c.duplicates)
        strbuf_format(text, ", %" PRIu32 " seen twice", detail->facts->c.duplicates);
    strbuf_text(text, ": ");
    for (size_t i = 0; run && i < detail->count && text->length < (size_t)area.width; i++) {
        struct flow_facts f;
        if (!flow_facts(run, detail->rows[i], &f) || !f.origin.known)
            continue;
        strbuf_format(text, "%sframe %" PRIu64 " record %" PRIu64 "%s", i ? " · " : "",
                      ledger_frame(f.origin.message->packet), f.record, f.duplicate ? " (dup)" : "");
    }
    cells_field(cells, area, row, 0, area.width, ROLE_NORMAL, false, text->data);
}

void detail_draw(struct detail *detail, struct cells *cells, struct area area, const char *title)
{
    bool list = area.height >= SUMMARY_ROWS + LIST_LEAST;
    detail->listed = list && detail->count > 0;
    cells_rule(cells, area, 0, title);
    if (!detail->facts)
        return;
    put_side(detail, cells, area, 1, PAIR_CLIENT);
    put_side(detail, cells, area, 2, PAIR_SERVER);
    put_why(detail, cells, area, 3);
    put_exporters(detail, cells, area, 4);
    put_places(detail, cells, area, 5);
    if (list) {
        detail->list.wide = area.width >= LIST_WIDE;
        list_draw(&detail->list, cells, area_rows(area, SUMMARY_ROWS, area.height - SUMMARY_ROWS));
    }
}
