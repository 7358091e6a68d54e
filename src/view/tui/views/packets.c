/* SPDX-License-Identifier: MIT */
/* View 3: export packets, of the current one the tree of its fields, and its octets. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "nfdec/record.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/packet_line.h"
#include "view/tui/views/packet_view.h"
#include "view/tui/views/views.h"

#define ELEMENT_OCTETS 1   /* octetDeltaCount, and IN_BYTES of NetFlow v9 */
#define PANES_HEIGHT   16  /* of the view, from which there is room for all panes */
#define LIST_LEAST     3   /* rows of the list, heading included */
#define HEX_WIDE       152 /* columns from which there is room for 16 octets a row beside the tree */

/* --- the packet that is shown --- */

void packets_mark(struct packets *view)
{
    struct tree *tree = &view->tree;
    view->hex.octets = view->packet.octets;
    view->hex.length = view->packet.length;
    view->hex.layer_marked = 0;
    if (tree->cursor >= tree->count) {
        hex_mark(&view->hex, 0, 0);
        return;
    }
    const struct tree_node *node = &tree->node[tree->cursor];
    const struct tree_node *layer = node;
    while (layer->length == 0 && layer->parent != PACKET_NONE)
        layer = &tree->node[layer->parent];
    hex_mark(&view->hex, layer->offset, node->length ? node->length : 0);
    if (node->length > 0 && node->parent != PACKET_NONE)
        layer = &tree->node[node->parent];
    if (layer->kind == NODE_FRAME)
        return;
    view->hex.layer_first = layer->offset;
    view->hex.layer_marked = layer->length;
}

/* There is no row: what was shown is no more. */
static void show_none(struct packets *view)
{
    packet_release(&view->packet);
    view->shown = PACKET_NONE;
    tree_build(&view->tree, &view->packet);
    packets_mark(view);
}

void packets_load(struct packets *view)
{
    const struct session *run = app_session(view->app);
    uint32_t message = packet_rows_message(&view->rows, view->list.cursor);
    if (message == PACKET_NONE && view->shown != PACKET_NONE)
        show_none(view);
    if (!run || !view->rows.replay || message == PACKET_NONE || message == view->shown)
        return;
    view->tree.decoder = session_decoder(run);
    packet_load(&view->packet, view->rows.replay, run, &view->rows.problems, message);
    view->shown = message;
    view->tree.reveal_length = 0;
    tree_build(&view->tree, &view->packet);
    packets_mark(view);
}

static bool has_waiting(const struct packets *view)
{
    for (uint32_t i = 0; i < view->packet.set_count; i++)
        if (view->packet.set[i].set.state == NFDEC_SET_WAITING)
            return true;
    return view->packet.set_count == 0;
}

/* --- what it was opened for --- */

static uint32_t set_of_row(const struct packets *view, uint64_t row)
{
    for (uint32_t i = 0; i < view->packet.set_count; i++) {
        const struct packet_set *s = &view->packet.set[i];
        if (s->first_row != LEDGER_NO_ROW && row >= s->first_row && row - s->first_row < s->set.records)
            return i;
    }
    return PACKET_NONE;
}

static void reveal_record(struct packets *view, uint64_t row)
{
    uint32_t index = set_of_row(view, row);
    struct nfdec_record record;
    if (index == PACKET_NONE)
        return;
    const struct packet_set *s = &view->packet.set[index];
    nfdec_record_begin(&record, &s->set);
    while (nfdec_record_next(&record)) {
        if (s->first_row + record.index != row)
            continue;
        tree_reveal(&view->tree, &view->packet, (uint32_t)(record.data - view->packet.octets), record.length,
                    false);
        return;
    }
}

static uint32_t message_of_target(const struct packets *view, const struct ledger *ledger)
{
    const struct target *target = &view->target;
    if (target->kind == TARGET_PACKET)
        return packet_message_of(ledger, target->number);
    uint32_t set = ledger_set_of_row(ledger, target->number);
    return set == LEDGER_NONE ? PACKET_NONE : ledger_set(ledger, set)->message;
}

/* Goes to what the view was opened for. */
static void follow_target(struct packets *view)
{
    const struct session *run = app_session(view->app);
    const struct target *target = &view->target;
    if (!run || !view->awaited)
        return;
    uint32_t message = message_of_target(view, session_ledger(run));
    uint64_t row = message == PACKET_NONE ? LIST_NONE : packet_rows_find(&view->rows, message);
    view->awaited = false;
    if (row == LIST_NONE)
        return;
    list_go(&view->list, row);
    packets_load(view);
    view->pane = view->outer = PANE_TREE;
    if (target->kind == TARGET_FLOW)
        reveal_record(view, target->number);
    else if (target->length > 0)
        tree_reveal(&view->tree, &view->packet, view->packet.payload + target->first, target->length, false);
    else
        view->pane = view->outer = PANE_LIST;
    view->tree.top = view->tree.cursor > 2 ? view->tree.cursor - 2 : 0;
    packets_mark(view);
}

/* --- the contract --- */

static void *open_view(struct app *app, const struct target *target)
{
    struct packets *view = alloc_new(sizeof *view);
    view->app = app;
    view->target = *target;
    view->awaited = target->kind == TARGET_PACKET || target->kind == TARGET_FLOW;
    view->shown = PACKET_NONE;
    view->packet.reason = "";
    packet_rows_init(&view->rows, app, target);
    view->list = (struct list) { .ops = &packet_list_ops,
                                 .user = &view->rows,
                                 .columns = packet_columns,
                                 .column_count = packet_column_count,
                                 .id = LIST_NONE,
                                 .sorted = -1 };
    packet_rows_update(&view->rows);
    follow_target(view);
    return view;
}

static void close_view(void *self)
{
    struct packets *view = self;
    list_release(&view->list);
    packet_rows_release(&view->rows);
    packet_release(&view->packet);
    tree_release(&view->tree);
    free(view);
}

static uint32_t contexts(void *self)
{
    const struct packets *view = self;
    uint32_t contexts = IN_PACKETS | IN_ROWS | IN_PANES | IN_DRILL;
    if (view->pane == PANE_LIST)
        contexts |= IN_COLUMNS | IN_FIND;
    if (view->pane > view->outer)
        contexts |= IN_INNER;
    if (view->pane == PANE_TREE)
        contexts |= IN_TREE;
    if (view->pane == PANE_HEX)
        contexts |= IN_HEX;
    return contexts;
}

static void draw_tree(struct packets *view, struct cells *cells, struct area area, bool rule)
{
    struct tree_drawing drawing = { .tree = &view->tree,
                                    .packet = &view->packet,
                                    .run = app_session(view->app),
                                    .forms = app_forms(view->app),
                                    .focus = view->pane == PANE_TREE };
    if (rule)
        tree_pane_rule(&drawing, cells, area);
    tree_pane_draw(&view->tree_pane, &drawing, cells, rule ? area_rows(area, 1, area.height - 1) : area);
}

static void draw_hex(struct packets *view, struct cells *cells, struct area area)
{
    struct strbuf text = { 0 };
    const struct hex *hex = &view->hex;
    strbuf_text(&text, "");
    if (hex->marked > 1)
        strbuf_format(&text, "octets 0x%x … 0x%x of %u", hex->first, hex->first + hex->marked - 1,
                      hex->length);
    else if (hex->marked == 1)
        strbuf_format(&text, "octet 0x%x of %u", hex->first, hex->length);
    else if (hex->length > 0)
        strbuf_format(&text, "%u octets", hex->length);
    cells_rule(cells, area, 0, text.data);
    strbuf_release(&text);
    view->hex.focus = view->pane == PANE_HEX;
    hex_draw(&view->hex, cells, area_rows(area, 1, area.height - 1));
}

static void draw_list(struct packets *view, struct cells *cells, struct area area)
{
    view->list.wide = area.width >= LIST_WIDE;
    view->list.focus = view->pane == PANE_LIST;
    list_draw(&view->list, cells, area);
    if (view->rows.count == 0)
        app_draw_nothing(view->app, cells, area_rows(area, 1, area.height - 1), "packet");
}

/* One pane has it all. */
static void draw_alone(struct packets *view, struct cells *cells, struct area area)
{
    if (view->pane == PANE_LIST)
        draw_list(view, cells, area);
    else if (view->pane == PANE_TREE)
        draw_tree(view, cells, area, true);
    else
        draw_hex(view, cells, area);
}

static void draw(void *self, struct cells *cells, struct area area)
{
    struct packets *view = self;
    const struct session *run = app_session(view->app);
    if (run && !view->rows.replay)
        packet_rows_update(&view->rows);
    if (view->rows.others)
        list_sync(&view->list);
    view->rows.others = false;
    packets_load(view);
    if (view->zoom || area.height < PANES_HEIGHT) {
        draw_alone(view, cells, area);
        return;
    }
    bool beside = area.width >= LIST_WIDE;
    int most = area.height >= 30 ? area.height / 3 : 6, hex = beside              ? 0
                                                              : area.height >= 30 ? area.height / 4
                                                                                  : 4;
    int list = view->rows.count + 1 < (uint64_t)most ? (int)view->rows.count + 1 : most;
    int left = area.width - (area.width >= HEX_WIDE ? HEX_WIDTH : HEX_NARROW) - 3;
    list = list < LIST_LEAST ? LIST_LEAST : list;
    struct area below = area_rows(area, list, area.height - list);
    draw_list(view, cells, area_rows(area, 0, list));
    if (!beside) {
        draw_tree(view, cells, area_rows(below, 0, below.height - hex), true);
        draw_hex(view, cells, area_rows(below, below.height - hex, hex));
        return;
    }
    draw_tree(view, cells, area_columns(below, 0, left), true);
    draw_hex(view, cells, area_columns(below, left + 2, area.width - left - 2));
    cells_put(cells, below, 0, left, ROLE_RULE, "┬");
    cells_put(cells, below, 0, left + 1, ROLE_RULE, "─");
    cells_bar(cells, area_rows(below, 1, below.height - 1), left);
}

/* Goes to the packet that was shown before messages were numbered anew, if it is still there. */
static void find_again(struct packets *view)
{
    const struct session *run = app_session(view->app);
    uint32_t message = run && view->shown != PACKET_NONE
                           ? packet_message_of(session_ledger(run), view->packet.number)
                           : PACKET_NONE;
    uint64_t row = message == PACKET_NONE ? LIST_NONE : packet_rows_find(&view->rows, message);
    view->rows.renumbered = false;
    view->shown = PACKET_NONE;
    if (row != LIST_NONE && view->list.moved)
        list_go(&view->list, row);
}

static void changed(void *self, unsigned changes)
{
    struct packets *view = self;
    if (changes & (CHANGE_DATA | CHANGE_LOADED | CHANGE_ROWS | CHANGE_SETTINGS))
        packet_rows_update(&view->rows);
    if (changes & CHANGE_DATA && has_waiting(view))
        view->shown = PACKET_NONE;
    if (changes & CHANGE_LOADED)
        view->shown = PACKET_NONE;
    if (view->rows.renumbered)
        find_again(view);
    list_sync(&view->list);
    follow_target(view);
    packets_load(view);
}

static void tend(void *self, bool shown)
{
    struct packets *view = self;
    packet_rows_tend(&view->rows, shown);
}

static void status(void *self, struct strbuf *left, struct strbuf *right)
{
    struct packets *view = self;
    const struct app_config *config = app_config(view->app);
    const struct tree *tree = &view->tree;
    uint16_t input = ledger_input(view->packet.number);
    if (view->pane != PANE_LIST && tree->cursor < tree->count && tree->node[tree->cursor].length > 0) {
        const struct tree_node *node = &tree->node[tree->cursor];
        format_count(left, node->length, "octet");
        strbuf_format(left, " at 0x%x", node->offset);
    }
    if (view->shown == PACKET_NONE)
        return;
    strbuf_format(right, "frame %" PRIu64, ledger_frame(view->packet.number));
    if (config->file_count > 1 && input < config->file_count)
        strbuf_format(right, " of %s", config->files[input]);
}

static void result(void *self, struct strbuf *out)
{
    struct packets *view = self;
    const struct session *run = app_session(view->app);
    amount_exact(out, view->rows.count);
    if (view->rows.passed && run) {
        strbuf_text(out, " of ");
        amount_exact(out, ledger_message_count(session_ledger(run)));
    }
    strbuf_text(out, view->rows.count == 1 && !view->rows.passed ? " packet" : " packets");
}

static struct list *list_of(void *self)
{
    struct packets *view = self;
    return view->pane == PANE_LIST ? &view->list : NULL;
}

static bool cell_value(void *self, unsigned column, struct strbuf *out)
{
    struct packets *view = self;
    return packet_rows_value(&view->rows, view->list.cursor, column, out);
}

static void crumb(void *self, struct strbuf *out)
{
    const struct packets *view = self;
    const struct target *target = &view->target;
    if (target->kind == TARGET_EXPORTER)
        strbuf_text(out, "packets of exporter");
    else if (target->kind == TARGET_TEMPLATE)
        strbuf_text(out, "packets with template");
    else if (view->shown != PACKET_NONE)
        strbuf_format(out, "frame %" PRIu64, ledger_frame(view->packet.number));
    else
        strbuf_text(out, "packets");
}

const struct view_ops view_packets = {
    .name = "packets",
    .title = "Packets",
    .brief = "Packets",
    .about =
        "One row is one message of an export packet. Below it are its fields as a tree, and its octets.\n"
        "In Sets, T is a template, D data, OT, W and OD are options templates, withdrawals and options data.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .draw = draw,
    .act = packets_act,
    .mouse = packets_mouse,
    .changed = changed,
    .tend = tend,
    .status = status,
    .result = result,
    .crumb = crumb,
    .list = list_of,
    .cell_value = cell_value,
};
