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
    uint32_t node = view->pane == PANE_LIST
                        ? PACKET_NONE
                        : tree_problem(&view->parts.tree, view->parts.tree.cursor, forward);
    if (node == PACKET_NONE) {
        uint64_t row = packet_rows_problem(&view->rows, view->list.cursor, forward);
        if (row == LIST_NONE) {
            app_say(view->app, forward ? "nothing more is wrong behind this packet"
                                       : "nothing is wrong before this packet");
            return EFFECT_REFUSED;
        }
        show_row(view, row);
        node = tree_problem(&view->parts.tree, forward ? PACKET_NONE : view->parts.tree.count, forward);
    }
    if (node != PACKET_NONE)
        view->parts.tree.cursor = node;
    dissection_mark(&view->parts);
    return EFFECT_DRAW;
}

/* The connection of the flow under the cursor. */
static unsigned go_to_connection(struct packets *view, const struct tree_node *node)
{
    const struct session *run = app_session(view->app);
    const struct packet_set *s = node->set == PACKET_NONE ? NULL : &view->parts.packet.set[node->set];
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
    struct tree *tree = &view->parts.tree;
    uint32_t record = tree->cursor, best = record + 1;
    tree_toggle(tree, &view->parts.packet, record);
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
    const struct tree *tree = &view->parts.tree;
    uint32_t set = tree->cursor < tree->count ? tree->node[tree->cursor].set : PACKET_NONE;
    for (uint32_t i = 0; set == PACKET_NONE && i < view->parts.packet.set_count; i++)
        if (view->parts.packet.set[i].set.state != NFDEC_SET_DECODED)
            set = i;
    if (!run || set == PACKET_NONE || view->parts.packet.set[set].set.state == NFDEC_SET_DECODED) {
        app_say(view->app, "all sets of this packet have their templates");
        return EFFECT_REFUSED;
    }
    struct packet_set *s = &view->parts.packet.set[set];
    const struct nfdec_template *t =
        packet_try(&view->parts.packet, session_decoder(run), set, s->tried ? s->set.template : NULL);
    tree_build(&view->parts.tree, &view->parts.packet);
    dissection_mark(&view->parts);
    if (!t)
        app_say(view->app, "no %stemplate %u of others fits this set", s->tried ? "other " : "", s->set.id);
    return EFFECT_DRAW;
}

static unsigned enter(struct packets *view)
{
    struct tree *tree = &view->parts.tree;
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
    else if (node->branch && tree_toggle(tree, &view->parts.packet, tree->cursor))
        dissection_show_below(&view->parts);
    else if (node->record != PACKET_NONE)
        return go_to_connection(view, node);
    dissection_mark(&view->parts);
    return EFFECT_DRAW;
}

static unsigned act_pane(struct packets *view, enum request request, const struct event *event)
{
    if (view->pane == PANE_TREE)
        return dissection_act_tree(&view->parts, request, event);
    if (view->pane == PANE_HEX)
        return dissection_act_hex(&view->parts, request, event);
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
    case REQUEST_OCTETS:
        view->pane = view->pane == PANE_HEX ? PANE_TREE : PANE_HEX;
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
    if (dissection_click_tree(&view->parts, event)) {
        view->pane = PANE_TREE;
        return event->twice ? enter(view) : EFFECT_DRAW;
    }
    if (!dissection_click_hex(&view->parts, event))
        return EFFECT_REFUSED;
    view->pane = PANE_HEX;
    return EFFECT_DRAW;
}
