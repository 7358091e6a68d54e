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
#include "view/tui/views/split.h"
#include "view/tui/views/views.h"

#define PANES_HEIGHT 16 /* of the view, from which there is room for all panes */
#define TALL         30 /* ... and from which each has more of it */
#define LIST_ROWS    6  /* of the list above, on screens that are not tall */
#define HEX_ROWS     4  /* of the octets there */
#define LIST_WIDTH   80 /* of the list at the left, at least */

/* --- the packet that is shown --- */

/* There is no row: what was shown is no more. */
static void show_none(struct packets *view)
{
    dissection_empty(&view->parts);
    view->shown = PACKET_NONE;
}

void packets_load(struct packets *view)
{
    const struct session *run = app_session(view->app);
    uint32_t message = packet_rows_message(&view->rows, view->list.cursor);
    if (message == PACKET_NONE && view->shown != PACKET_NONE)
        show_none(view);
    if (!run || !view->rows.replay || message == PACKET_NONE || message == view->shown)
        return;
    view->parts.tree.decoder = session_decoder(run);
    packet_load(&view->parts.packet, view->rows.replay, run, &view->rows.problems, message);
    view->shown = message;
    view->parts.tree.reveal_length = 0;
    tree_build(&view->parts.tree, &view->parts.packet);
    dissection_mark(&view->parts);
}

static bool has_waiting(const struct packets *view)
{
    for (uint32_t i = 0; i < view->parts.packet.set_count; i++)
        if (view->parts.packet.set[i].set.state == NFDEC_SET_WAITING)
            return true;
    return view->parts.packet.set_count == 0;
}

/* --- what it was opened for --- */

static void reveal_record(struct packets *view, uint64_t row)
{
    uint32_t index = packet_set_of_row(&view->parts.packet, row);
    struct nfdec_record record;
    if (index == PACKET_NONE)
        return;
    const struct packet_set *s = &view->parts.packet.set[index];
    nfdec_record_begin(&record, &s->set);
    while (nfdec_record_next(&record)) {
        if (s->first_row + record.index != row)
            continue;
        tree_reveal(&view->parts.tree, &view->parts.packet,
                    (uint32_t)(record.data - view->parts.packet.octets), record.length, false);
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
        tree_reveal(&view->parts.tree, &view->parts.packet, view->parts.packet.payload + target->first,
                    target->length, false);
    else
        view->pane = view->outer = PANE_LIST;
    if (target->octets)
        view->pane = view->outer = PANE_HEX;
    view->parts.tree.top = view->parts.tree.cursor > 2 ? view->parts.tree.cursor - 2 : 0;
    dissection_mark(&view->parts);
}

/* --- the contract --- */

static void *open_view(struct app *app, const struct target *target)
{
    struct packets *view = alloc_new(sizeof *view);
    view->app = app;
    view->target = *target;
    view->awaited = target->kind == TARGET_PACKET || target->kind == TARGET_FLOW;
    view->shown = PACKET_NONE;
    view->parts.app = app;
    view->parts.packet.reason = "";
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
    dissection_release(&view->parts);
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

static void draw_packet(struct packets *view, struct cells *cells, struct area area, int hex_rows)
{
    static const enum dissection_focus focus[] = {
        [PANE_TREE] = DISSECTION_TREE, [PANE_HEX] = DISSECTION_HEX
    };
    const struct packet *packet = &view->parts.packet;
    struct strbuf title = { 0 };
    strbuf_text(&title, "");
    if (packet->length > 0 || packet->reason == NULL) {
        strbuf_format(&title, "frame %" PRIu64 ", ", ledger_frame(packet->number));
        format_count(&title, packet->length, "octet");
    }
    dissection_draw(&view->parts, cells, area, focus[view->pane], title.data, hex_rows);
    strbuf_release(&title);
}

static void draw_list(struct packets *view, struct cells *cells, struct area area)
{
    view->list.wide = area.width >= LIST_WIDE;
    view->list.right = amount_time_is_number(view->app) ? 1u << PACKET_TIME : 0;
    view->list.focus = view->pane == PANE_LIST;
    list_draw(&view->list, cells, area);
    struct area room = area_rows(area, 1, area.height - 1);
    if (view->rows.count == 0 && view->rows.filter && !view->rows.passed) /* it is not known yet */
        cells_put(cells, room, room.height / 3, 2, ROLE_DIM, "working");
    else if (view->rows.count == 0)
        app_draw_nothing(view->app, cells, room, "packet");
}

/* One pane has it all. */
static void draw_alone(struct packets *view, struct cells *cells, struct area area)
{
    if (view->pane == PANE_LIST)
        draw_list(view, cells, area);
    else
        draw_packet(view, cells, area, view->pane == PANE_HEX ? area.height : 0);
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
    bool beside = area.width >= SPLIT_BESIDE, tall = area.height >= TALL;
    int list = area.width * 2 / 5 > LIST_WIDTH ? area.width * 2 / 5 : LIST_WIDTH;
    struct split split = beside ? split_beside(cells, area, area.width - list - 1)
                                : split_below(area, view->rows.count, tall ? area.height / 3 : LIST_ROWS);
    draw_list(view, cells, split.list);
    int hex = split.pane.height / 3;
    draw_packet(view, cells, split.pane, hex > HEX_ROWS ? hex : HEX_ROWS);
}

/* Goes to the packet that was shown before messages were numbered anew, if it is still there. */
static void find_again(struct packets *view)
{
    const struct session *run = app_session(view->app);
    uint32_t message = run && view->shown != PACKET_NONE
                           ? packet_message_of(session_ledger(run), view->parts.packet.number)
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
    const struct tree *tree = &view->parts.tree;
    uint16_t input = ledger_input(view->parts.packet.number);
    if (view->pane != PANE_LIST && tree->cursor < tree->count && tree->node[tree->cursor].length > 0) {
        const struct tree_node *node = &tree->node[tree->cursor];
        format_count(left, node->length, "octet");
        strbuf_format(left, " at 0x%x", node->offset);
    }
    if (view->shown == PACKET_NONE)
        return;
    amount_day(right, view->parts.packet.time, app_forms(view->app)->time);
    strbuf_format(right, "  frame %" PRIu64, ledger_frame(view->parts.packet.number));
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
        strbuf_format(out, "frame %" PRIu64, ledger_frame(view->parts.packet.number));
    else
        strbuf_text(out, "packets");
}

const struct view_ops view_packets = {
    .name = "packets",
    .title = "Packets",
    .brief = "Packets",
    .about =
        "One row is one message of an export packet. Below it or beside it are its fields as a tree, "
        "and its octets.\n"
        "In Sets, T is a template, D data, OT, W and OD are options templates, withdrawals and options data.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .keys = IN_PACKETS | IN_ROWS | IN_DRILL | IN_PANES | IN_COLUMNS | IN_FIND | IN_INNER | IN_TREE | IN_HEX,
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
