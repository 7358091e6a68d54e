/* SPDX-License-Identifier: MIT */
#include "view/tui/views/packet_view.h"

#include <string.h>

#include "view/tui/views/narrow.h"

#define ELEMENT_OCTETS 1 /* octetDeltaCount, and IN_BYTES of NetFlow v9 */

static void show_row(struct packets *view, uint64_t row)
{
    list_go(&view->list, row);
    packets_load(view);
}

static unsigned step(struct packets *view, bool forward)
{
    uint64_t row = view->list.cursor;
    if (forward ? row + 1 >= view->rows.count : row == 0)
        return EFFECT_REFUSED;
    show_row(view, forward ? row + 1 : row - 1);
    return EFFECT_DRAW;
}

static unsigned go_to_problem(struct packets *view, bool forward)
{
    if (!app_session(view->app))
        return EFFECT_REFUSED;
    uint32_t node =
        view->pane == PANE_LIST ? PACKET_NONE : tree_problem(&view->tree, view->tree.cursor, forward);
    if (node == PACKET_NONE) {
        uint64_t row = packet_rows_problem(&view->rows, view->list.cursor, forward);
        if (row == LIST_NONE) {
            app_say(view->app, forward ? "nothing more is wrong behind this packet"
                                       : "nothing is wrong before this packet");
            return EFFECT_REFUSED;
        }
        show_row(view, row);
        node = tree_problem(&view->tree, forward ? PACKET_NONE : view->tree.count, forward);
    }
    if (node != PACKET_NONE)
        view->tree.cursor = node;
    packets_mark(view);
    return EFFECT_DRAW;
}

/* The connection of the flow under the cursor. */
static unsigned go_to_connection(struct packets *view, const struct tree_node *node)
{
    const struct session *run = app_session(view->app);
    const struct packet_set *s = node->set == PACKET_NONE ? NULL : &view->packet.set[node->set];
    if (!run || !s || s->first_row == LEDGER_NO_ROW || s->tried)
        return EFFECT_REFUSED;
    uint32_t connection =
        app_loading(view->app)
            ? PAIR_NONE
            : pairs_connection_of_row(session_pairs(run), (uint32_t)(s->first_row + node->record));
    if (connection == PAIR_NONE) {
        app_say(view->app, "the connection is known when all is read");
        return EFFECT_REFUSED;
    }
    struct target target = { .kind = TARGET_CONNECTION,
                             .number = pairs_first_row(session_pairs(run), connection) };
    return app_push(view->app, VIEW_CONNECTIONS, &target) ? EFFECT_DRAW : EFFECT_REFUSED;
}

static bool is_octets(const struct tree_node *node)
{
    const struct nfdec_field_spec *spec = node->what;
    if (!spec || !spec->element || spec->scope)
        return false;
    return spec->element->pen == 0 && spec->element->id == ELEMENT_OCTETS && !spec->reverse;
}

static bool counts_octets(const struct tree_node *node)
{
    const struct nfdec_field_spec *spec = node->what;
    return spec && spec->element && !spec->scope && !strcmp(spec->element->units, "octets") &&
           (spec->element->semantics == NFDEC_DELTA_COUNTER ||
            spec->element->semantics == NFDEC_TOTAL_COUNTER);
}

/* Opens a record and goes to what it counts: its octets, or its first field. */
static void open_record(struct packets *view)
{
    struct tree *tree = &view->tree;
    uint32_t record = tree->cursor, best = record + 1;
    tree_toggle(tree, &view->packet, record);
    record = tree->cursor;
    bool found = false;
    for (uint32_t i = record + 1; i < tree->count && tree->node[i].depth > tree->node[record].depth; i++) {
        const struct tree_node *node = &tree->node[i];
        if (node->kind != NODE_FIELD || node->parent != record)
            continue;
        if (is_octets(node)) {
            best = i;
            break;
        }
        if (!found && counts_octets(node)) {
            best = i;
            found = true;
        }
    }
    if (best < tree->count)
        tree->cursor = best;
    tree->top = record; /* as many of its fields as there is room for */
}

static unsigned try_template(struct packets *view)
{
    const struct session *run = app_session(view->app);
    const struct tree *tree = &view->tree;
    uint32_t set = tree->cursor < tree->count ? tree->node[tree->cursor].set : PACKET_NONE;
    for (uint32_t i = 0; set == PACKET_NONE && i < view->packet.set_count; i++)
        if (view->packet.set[i].set.state != NFDEC_SET_DECODED)
            set = i;
    if (!run || set == PACKET_NONE || view->packet.set[set].set.state == NFDEC_SET_DECODED) {
        app_say(view->app, "all sets of this packet have their templates");
        return EFFECT_REFUSED;
    }
    struct packet_set *s = &view->packet.set[set];
    const struct nfdec_template *t =
        packet_try(&view->packet, session_decoder(run), set, s->tried ? s->set.template : NULL);
    tree_build(&view->tree, &view->packet);
    packets_mark(view);
    if (!t)
        app_say(view->app, "no %stemplate %u of others fits this set", s->tried ? "other " : "", s->set.id);
    return EFFECT_DRAW;
}

/* As many of the lines below the cursor's as there is room for, where it was opened. */
static void show_below(struct packets *view)
{
    struct tree *tree = &view->tree;
    uint32_t page = view->tree_pane.area.height > 1 ? (uint32_t)view->tree_pane.area.height : 1,
             last = tree->cursor;
    if (tree->cursor >= tree->count || !tree->node[tree->cursor].open)
        return;
    while (last + 1 < tree->count && last - tree->cursor + 1 < page &&
           tree->node[last + 1].depth > tree->node[tree->cursor].depth)
        last++;
    if (last - tree->top >= page)
        tree->top = last - page + 1;
}

static unsigned enter(struct packets *view)
{
    struct tree *tree = &view->tree;
    if (view->pane == PANE_LIST) {
        view->pane = PANE_TREE;
        return EFFECT_DRAW;
    }
    if (view->pane == PANE_HEX) {
        view->pane = PANE_TREE;
        return EFFECT_DRAW;
    }
    if (tree->cursor >= tree->count || !app_session(view->app))
        return EFFECT_REFUSED;
    const struct tree_node *node = &tree->node[tree->cursor];
    if (node->kind == NODE_OTHER)
        return try_template(view);
    if (node->kind == NODE_RECORD && !node->open)
        open_record(view);
    else if (node->branch && tree_toggle(tree, &view->packet, tree->cursor))
        show_below(view);
    else if (node->record != PACKET_NONE)
        return go_to_connection(view, node);
    packets_mark(view);
    return EFFECT_DRAW;
}

/* Left: folds, or goes to what it is in. Right: opens, or goes on. */
static unsigned fold(struct packets *view, bool open)
{
    struct tree *tree = &view->tree;
    if (tree->cursor >= tree->count || !app_session(view->app))
        return EFFECT_REFUSED;
    const struct tree_node *node = &tree->node[tree->cursor];
    if (node->branch && node->open != open) {
        tree_toggle(tree, &view->packet, tree->cursor);
        show_below(view);
    } else if (!open && node->parent != PACKET_NONE) {
        tree->cursor = node->parent;
    } else if (open && node->branch && tree->cursor + 1 < tree->count) {
        tree->cursor++;
    }
    packets_mark(view);
    return EFFECT_DRAW;
}

/* The octets that are marked: those of the field. */
static unsigned copy_octets(struct packets *view)
{
    const struct hex *hex = &view->hex;
    struct strbuf text = { 0 };
    if (hex->marked == 0 || hex->first >= hex->length) {
        app_say(view->app, "this line has no octets");
        return EFFECT_REFUSED;
    }
    for (uint32_t i = 0; i < hex->marked && hex->first + i < hex->length; i++)
        strbuf_format(&text, "%s%02x", i ? " " : "", hex->octets[hex->first + i]);
    app_copy(view->app, text.data, text.length);
    strbuf_release(&text);
    return EFFECT_DRAW;
}

static unsigned filter_field(struct packets *view)
{
    const struct tree *tree = &view->tree;
    struct strbuf text = { 0 };
    bool made = tree->cursor < tree->count && narrow_field(&text, &view->packet, &tree->node[tree->cursor]);
    if (!made)
        app_say(view->app, "this line makes no filter: fields of flows do");
    bool used = made && narrow(view->app, text.data);
    if (used)
        app_say(view->app, "filter: %s", app_filter_text(view->app));
    strbuf_release(&text);
    return used ? EFFECT_DRAW : EFFECT_REFUSED;
}

static unsigned act_tree(struct packets *view, enum request request, const struct event *event)
{
    switch (request) {
    case REQUEST_FOLD:
    case REQUEST_UNFOLD:
        return fold(view, request == REQUEST_UNFOLD);
    case REQUEST_FILTER_FIELD:
        return filter_field(view);
    case REQUEST_UNFOLD_BELOW:
        if (!app_session(view->app))
            return EFFECT_REFUSED;
        tree_toggle_below(&view->tree, &view->packet, view->tree.cursor);
        show_below(view);
        break;
    default:
        if (!tree_pane_act(&view->tree_pane, &view->tree, request, event))
            return EFFECT_REFUSED;
    }
    packets_mark(view);
    return EFFECT_DRAW;
}

/* The tree goes where the octet is. */
static void follow_octet(struct packets *view)
{
    if (!app_session(view->app) || view->packet.length == 0)
        return;
    tree_reveal(&view->tree, &view->packet, view->hex.cursor, 1, true);
    packets_mark(view);
}

static unsigned act_hex(struct packets *view, enum request request, const struct event *event)
{
    if (!hex_act(&view->hex, request, event ? event->count : 0))
        return EFFECT_REFUSED;
    follow_octet(view);
    return EFFECT_DRAW;
}

static unsigned act_pane(struct packets *view, enum request request, const struct event *event)
{
    if (view->pane == PANE_TREE)
        return act_tree(view, request, event);
    if (view->pane == PANE_HEX)
        return act_hex(view, request, event);
    if (!list_act(&view->list, request, event))
        return EFFECT_REFUSED;
    packets_load(view);
    return EFFECT_DRAW;
}

unsigned packets_act(void *self, enum request request, const struct event *event)
{
    struct packets *view = self;
    switch (request) {
    case REQUEST_ENTER:
        return enter(view);
    case REQUEST_PANE_NEXT:
        view->pane = (enum pane)((view->pane + 1) % PANES);
        return EFFECT_DRAW;
    case REQUEST_PANE_PREVIOUS:
        view->pane = (enum pane)((view->pane + PANES - 1) % PANES);
        return EFFECT_DRAW;
    case REQUEST_PANE_BACK:
        view->pane = (enum pane)(view->pane - 1);
        return EFFECT_DRAW;
    case REQUEST_ZOOM:
        view->zoom = !view->zoom;
        return EFFECT_DRAW;
    case REQUEST_ROW_NEXT:
    case REQUEST_ROW_PREVIOUS:
        return step(view, request == REQUEST_ROW_NEXT);
    case REQUEST_PROBLEM_NEXT:
    case REQUEST_PROBLEM_PREVIOUS:
        return go_to_problem(view, request == REQUEST_PROBLEM_NEXT);
    case REQUEST_COPY_OCTETS:
        return copy_octets(view);
    case REQUEST_TRY_TEMPLATE:
        return try_template(view);
    default:
        return act_pane(view, request, event);
    }
}

unsigned packets_mouse(void *self, const struct event *event)
{
    struct packets *view = self;
    int heading;
    if (list_mouse(&view->list, event, &heading)) {
        view->pane = PANE_LIST;
        packets_load(view);
        return EFFECT_DRAW;
    }
    if (tree_pane_mouse(&view->tree_pane, &view->tree, event)) {
        view->pane = PANE_TREE;
        if (event->twice)
            return enter(view);
        packets_mark(view);
        return EFFECT_DRAW;
    }
    uint32_t octet = event->kind == EVENT_CLICK ? hex_at(&view->hex, event->row, event->column) : UINT32_MAX;
    if (octet == UINT32_MAX)
        return EFFECT_REFUSED;
    view->pane = PANE_HEX;
    view->hex.cursor = octet;
    follow_octet(view);
    return EFFECT_DRAW;
}
