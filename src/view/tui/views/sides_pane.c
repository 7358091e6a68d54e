/* SPDX-License-Identifier: MIT */
#include "view/tui/views/sides_pane.h"

#include <inttypes.h>

#include "base/time.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/views/connection_value.h"
#include "view/tui/views/flow_row.h"
#include "view/why.h"

#define SIDE_WIDTH  78 /* columns that a side takes in one line */
#define SIDES_APART 30 /* rows from which it may take three */
#define PLACES_MOST 16 /* flows whose places are told */
#define RULE_AROUND 6  /* columns of a rule that its title cannot have */

/* "    75 packets  98.9k bytes  ...AP.SF" */
static void add_counts(const struct sides_pane *pane, enum pair_side side, struct strbuf *text)
{
    const struct connection_facts *f = pane->facts;
    enum unit_form unit = app_forms(pane->app)->unit;
    size_t at = text->length;
    if (f->columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS)))
        amount_octets(text, f->c.packets[side], unit);
    else
        strbuf_char(text, '-');
    format_right(text, at, 6);
    strbuf_text(text, f->c.packets[side] == 1 ? " packet  " : " packets ");
    at = text->length;
    if (f->columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES)))
        amount_octets(text, f->c.bytes[side], unit);
    else
        strbuf_char(text, '-');
    format_right(text, at, 6);
    strbuf_text(text, " bytes  ");
    at = text->length;
    if (f->c.proto == 6 && f->columns & (NFDEC_BIT(TCP_FLAGS) | NFDEC_BIT(REVERSE_FLAGS)))
        format_tcp_flags(text, f->c.tcp_flags[side]);
    format_pad(text, at, 9);
}

/* "22:12:26.177 – 22:13:20.000  53.823 s" */
static void add_times(const struct sides_pane *pane, const struct side *s, struct strbuf *text)
{
    enum time_form form = app_forms(pane->app)->time;
    amount_time(text, s->start, app_zero(pane->app), form, true);
    strbuf_text(text, " – ");
    amount_time(text, s->end, app_zero(pane->app), form, true);
    strbuf_text(text, "  ");
    int64_t length = (int64_t)((uint64_t)s->end - (uint64_t)s->start);
    amount_duration(text, length, true);
    strbuf_text(text, length < 3600 * TIME_SECOND ? " s" : " h");
}

/* What one side sent, and when: in one line; with `apart` in two, below one that says who it is. Returns the next row. */
static int put_side(const struct sides_pane *pane, struct cells *cells, struct area area, int row,
                    enum pair_side side, bool apart)
{
    const struct connection_facts *f = pane->facts;
    const struct side *s = &pane->sides->side[side];
    bool sent = f->c.flows[side] > 0 || f->c.reason == PAIR_BIFLOW;
    enum role who = side == PAIR_CLIENT ? ROLE_CLIENT : ROLE_SERVER, what = sent ? who : ROLE_DIM;
    struct strbuf text = { 0 };
    strbuf_text(&text, side == PAIR_CLIENT ? "→ " : "← ");
    if (apart) {
        connection_endpoint(pane->app, f, side, &text);
        cells_field(cells, area, row++, 0, area.width, who, false, text.data);
        strbuf_clear(&text);
        strbuf_text(&text, "  ");
    }
    if (sent)
        add_counts(pane, side, &text);
    else
        strbuf_text(&text, "nothing was exported");
    if (apart && sent) {
        cells_field(cells, area, row++, 0, area.width, what, false, text.data);
        strbuf_clear(&text);
        strbuf_text(&text, "  ");
    }
    if (sent && s->times)
        add_times(pane, s, &text);
    cells_field(cells, area, row++, 0, area.width, what, false, text.data);
    strbuf_release(&text);
    return row;
}

/* "2 flows: frame 1 record 1 · frame 17 record 4" */
static void add_places(const struct sides_pane *pane, struct strbuf *text)
{
    const struct session *run = app_session(pane->app);
    const struct connection *c = &pane->facts->c;
    format_count(text, (uint64_t)c->flows[0] + c->flows[1], "flow");
    if (c->duplicates)
        strbuf_format(text, ", %" PRIu32 " seen twice", c->duplicates);
    strbuf_text(text, ": ");
    for (size_t i = 0; run && i < pane->row_count && i < PLACES_MOST; i++) {
        struct flow_facts f;
        if (!flow_facts(run, pane->rows[i], &f) || !f.origin.known)
            continue;
        strbuf_format(text, "%sframe %" PRIu64 " record %" PRIu64 "%s", i ? " · " : "",
                      ledger_frame(f.origin.message->packet), f.record, f.duplicate ? " (dup)" : "");
    }
}

/* "↔ 198.51.100.2:22" */
static void add_server(const struct sides_pane *pane, struct strbuf *text)
{
    const struct connection *c = &pane->facts->c;
    strbuf_text(text, c->paired ? "↔ " : c->flows[PAIR_CLIENT] ? "→ " : "← ");
    connection_endpoint(pane->app, pane->facts, PAIR_SERVER, text);
}

/*
 * "connection 5 of 13  192.0.2.1:50022 ↔ 198.51.100.2:22" in the rule; with `apart` nothing of the two. False: there is no
 * room for the server, who has to stand elsewhere.
 */
static bool put_title(const struct sides_pane *pane, struct cells *cells, struct area area, bool apart)
{
    struct strbuf text = { 0 };
    strbuf_text(&text, "connection ");
    amount_exact(&text, pane->place + 1);
    strbuf_text(&text, " of ");
    amount_exact(&text, pane->count);
    bool whole = apart;
    if (!apart) {
        strbuf_text(&text, "  ");
        connection_endpoint(pane->app, pane->facts, PAIR_CLIENT, &text);
        size_t client = text.length;
        strbuf_char(&text, ' ');
        add_server(pane, &text);
        whole = cells_width(cells, text.data) <= area.width - RULE_AROUND;
        if (!whole)
            text.data[client] = '\0';
    }
    cells_rule(cells, area, 0, text.data);
    strbuf_release(&text);
    return whole;
}

int sides_pane_draw(const struct sides_pane *pane, struct cells *cells, struct area area)
{
    bool apart = area.width < SIDE_WIDTH && area.height >= SIDES_APART;
    struct strbuf text = { 0 };
    char why[512];
    if (!pane->facts) { /* it cannot be read now */
        if (pane->count > 0)
            (void)put_title(pane, cells, area, true);
        else
            cells_rule(cells, area, 0, "");
        return 1;
    }
    bool whole = put_title(pane, cells, area, apart);
    int row = put_side(pane, cells, area, 1, PAIR_CLIENT, apart);
    row = put_side(pane, cells, area, row, PAIR_SERVER, apart);
    connection_why(&pane->facts->c, why, sizeof why);
    row += cells_words(cells, area, row, apart ? 3 : 2, ROLE_NORMAL, why);
    if (!whole)
        add_server(pane, &text);
    if (!pane->listed || apart) {
        strbuf_text(&text, text.length > 0 ? "  " : "");
        sides_exporters(pane->sides, &text);
    }
    if (text.length > 0 && (apart || row + 1 < SIDES_PANE_ROWS)) {
        row += cells_words(cells, area, row, apart ? 2 : 1, ROLE_NORMAL, text.data);
        strbuf_clear(&text);
    }
    if (!pane->listed) {
        strbuf_text(&text, text.length > 0 ? "  " : "");
        add_places(pane, &text);
    }
    if (text.length > 0)
        cells_field(cells, area, row++, 0, area.width, ROLE_NORMAL, false, text.data);
    strbuf_release(&text);
    return row;
}
