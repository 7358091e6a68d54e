/* SPDX-License-Identifier: MIT */
#include "view/tui/views/flow_pane.h"

#include <inttypes.h>

#include "view/format.h"
#include "view/tui/screen/amount.h"

#define NARROW      78 /* columns below which lines may take two rows */
#define HIGH        30 /* ... where there are so many */
#define RULE_AROUND 6  /* columns of a rule that its title cannot have */

/* A line, or two of them. */
struct lines {
    const struct app *app;
    const struct flow_facts *facts;
    struct cells *cells;
    struct area area;
    int row;
    struct strbuf text;
};

static void put_line(struct lines *lines)
{
    bool two = lines->area.width < NARROW && lines->area.height >= HIGH;
    lines->row +=
        cells_words(lines->cells, lines->area, lines->row, two ? 2 : 1, ROLE_NORMAL, lines->text.data);
    strbuf_clear(&lines->text);
}

static void add_cell(struct lines *lines, enum flow_column column)
{
    enum role role = ROLE_NORMAL;
    flow_cell(lines->app, lines->facts, column, true, &lines->text, &role);
}

/*
 * "flow 5 of 23  192.0.2.1:50022 → 198.51.100.2:22" in the rule. False: there is no room there for the destination, which
 * has to stand elsewhere.
 */
static bool put_title(struct lines *lines, uint64_t place, uint64_t count)
{
    struct strbuf *text = &lines->text;
    strbuf_text(text, "flow ");
    amount_exact(text, place + 1);
    strbuf_text(text, " of ");
    amount_exact(text, count);
    strbuf_text(text, "  ");
    add_cell(lines, FLOW_SRC);
    size_t source = text->length;
    strbuf_text(text, " → ");
    add_cell(lines, FLOW_DST);
    bool whole = cells_width(lines->cells, text->data) <= lines->area.width - RULE_AROUND;
    if (!whole)
        text->data[source] = '\0';
    cells_rule(lines->cells, lines->area, 0, text->data);
    strbuf_clear(text);
    return whole;
}

/* "tcp  28 packets  3.6k bytes  ToS 0  ...AP.SF" */
static void put_counts(struct lines *lines, bool whole)
{
    const struct flow_facts *f = lines->facts;
    struct strbuf *text = &lines->text;
    if (!whole) {
        strbuf_text(text, "→ ");
        add_cell(lines, FLOW_DST);
        strbuf_text(text, "  ");
    }
    add_cell(lines, FLOW_PROTO);
    strbuf_text(text, "  ");
    add_cell(lines, FLOW_PACKETS);
    strbuf_text(text, f->row.value[NFDEC_COL_PACKETS] == 1 ? " packet  " : " packets  ");
    add_cell(lines, FLOW_BYTES);
    strbuf_text(text, " bytes  ");
    if (f->row.value[NFDEC_COL_REVERSE_PACKETS]) {
        strbuf_text(text, "back ");
        amount_octets(text, f->row.value[NFDEC_COL_REVERSE_PACKETS], app_forms(lines->app)->unit);
        strbuf_text(text, " packets  ");
        amount_octets(text, f->row.value[NFDEC_COL_REVERSE_BYTES], app_forms(lines->app)->unit);
        strbuf_text(text, " bytes  ");
    }
    if (f->origin.columns & NFDEC_BIT(TOS))
        strbuf_format(text, "ToS %" PRIu64 "  ", f->row.value[NFDEC_COL_TOS]);
    add_cell(lines, FLOW_FLAGS);
    put_line(lines);
}

/* The number of the connection it belongs to, where that is known. */
static void add_connection(struct lines *lines)
{
    const struct flow_facts *f = lines->facts;
    struct strbuf *out = &lines->text;
    const struct session *run = app_session(lines->app);
    if (!run)
        return;
    uint32_t index = pairs_connection_of_row(session_pairs(run), (uint32_t)f->number);
    if (index == PAIR_NONE)
        return;
    strbuf_text(out, "  connection ");
    amount_exact(out, (uint64_t)index + 1);
    if (f->duplicate)
        strbuf_text(out, ", a duplicate there: not counted");
}

static void name_interface(struct lines *lines, enum nfdec_column column)
{
    const struct flow_facts *f = lines->facts;
    const struct session *run = app_session(lines->app);
    const char *name = run && session_labels(run) ? labels_find(session_labels(run), f->origin.session,
                                                                LABEL_INTERFACE, f->row.value[column])
                                                  : NULL;
    if (!(f->origin.columns >> column & 1))
        strbuf_char(&lines->text, '-');
    else
        strbuf_unsigned(&lines->text, f->row.value[column]);
    if (name)
        strbuf_format(&lines->text, " (%s)", name);
}

static void put_exporter(struct lines *lines)
{
    const struct flow_origin *o = &lines->facts->origin;
    struct strbuf *text = &lines->text;
    struct addr exporter = addr_from(o->session->address, o->session->address_length);
    strbuf_text(text, "exporter ");
    amount_endpoint(text, &exporter, true, o->session->port);
    strbuf_format(text, "  %s", format_version(o->session->version));
    if (o->session->version != 1 && o->session->version != 7)
        strbuf_format(text, "  domain %" PRIu32, o->session->domain);
    if (o->session->version >= 9)
        strbuf_format(text, "  template %u%s", o->set->id, o->set->late ? " (came later)" : "");
    put_line(lines);
}

static void put_interfaces(struct lines *lines)
{
    const struct flow_facts *f = lines->facts;
    struct strbuf *text = &lines->text;
    strbuf_text(text, "interface ");
    name_interface(lines, NFDEC_COL_INPUT);
    strbuf_text(text, " → ");
    name_interface(lines, NFDEC_COL_OUTPUT);
    if (f->origin.columns & (NFDEC_BIT(SRC_AS) | NFDEC_BIT(DST_AS)))
        strbuf_format(text, "  AS %" PRIu64 " → %" PRIu64, f->row.value[NFDEC_COL_SRC_AS],
                      f->row.value[NFDEC_COL_DST_AS]);
    if (f->origin.columns & NFDEC_BIT(VLAN))
        strbuf_format(text, "  VLAN %" PRIu64, f->row.value[NFDEC_COL_VLAN]);
    put_line(lines);
}

static void put_times(struct lines *lines)
{
    const struct flow_facts *f = lines->facts;
    const struct flow_origin *o = &f->origin;
    struct strbuf *text = &lines->text;
    enum time_form form = app_forms(lines->app)->time;
    strbuf_text(text, o->start ? "first " : "no times of its own; sent ");
    amount_time(text, o->start ? (int64_t)f->row.value[NFDEC_COL_START] : o->message->export_time,
                app_zero(lines->app), form, true);
    if (o->end) {
        strbuf_text(text, "  last ");
        amount_time(text, (int64_t)f->row.value[NFDEC_COL_END], app_zero(lines->app), form, true);
    }
    if (o->start)
        strbuf_format(text, "  times: %s", nfdec_time_source_name(nfdec_template_start_source(o->template)));
    put_line(lines);
}

int flow_pane_draw(const struct app *app, const struct flow_facts *facts, uint64_t place, uint64_t count,
                   struct cells *cells, struct area area)
{
    struct lines lines = { .app = app, .facts = facts, .cells = cells, .area = area, .row = 1 };
    if (!facts) {
        cells_rule(cells, area, 0, "");
        return 1;
    }
    bool whole = put_title(&lines, place, count);
    put_counts(&lines, whole);
    if (facts->origin.known) {
        put_exporter(&lines);
        strbuf_format(&lines.text, "frame %" PRIu64 "  record %" PRIu64,
                      ledger_frame(facts->origin.message->packet), facts->record);
        add_connection(&lines);
        put_line(&lines);
        put_interfaces(&lines);
        put_times(&lines);
    }
    strbuf_release(&lines.text);
    return lines.row;
}
