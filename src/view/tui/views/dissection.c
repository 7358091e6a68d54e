/* SPDX-License-Identifier: MIT */
#include "view/tui/views/dissection.h"

#include "view/format.h"
#include "view/tui/views/narrow.h"

#define TREE_LEAST 60 /* columns of the tree beside the octets */
#define TREE_WIDE  77 /* ... beside 16 of them in a row */
#define BAR        3  /* columns between the two */

void dissection_release(struct dissection *dissection)
{
    packet_release(&dissection->packet);
    tree_release(&dissection->tree);
}

void dissection_empty(struct dissection *dissection)
{
    packet_release(&dissection->packet);
    tree_build(&dissection->tree, &dissection->packet);
    dissection_mark(dissection);
}

void dissection_mark(struct dissection *dissection)
{
    struct tree *tree = &dissection->tree;
    struct hex *hex = &dissection->hex;
    hex->octets = dissection->packet.octets;
    hex->length = dissection->packet.length;
    hex->layer_marked = 0;
    hex->calm = false;
    if (tree->cursor >= tree->count) {
        hex_mark(hex, 0, 0);
        return;
    }
    const struct tree_node *node = &tree->node[tree->cursor];
    const struct tree_node *layer = node;
    while (layer->length == 0 && layer->parent != PACKET_NONE)
        layer = &tree->node[layer->parent];
    hex_mark(hex, layer->offset, node->length ? node->length : 0);
    if (node->length > 0 && node->parent != PACKET_NONE)
        layer = &tree->node[node->parent];
    if (layer->kind == NODE_FRAME)
        return;
    bool record = tree->alone && node->parent == PACKET_NONE;
    hex->layer_first = record ? tree->alone_offset : layer->offset;
    hex->layer_marked = record ? tree->alone_length : layer->length;
}

void dissection_mark_record(struct dissection *dissection)
{
    dissection_mark(dissection);
    dissection->hex.layer_marked = 0;
    dissection->hex.calm = true;
    hex_mark(&dissection->hex, dissection->tree.alone_offset, dissection->tree.alone_length);
}

static void draw_tree(struct dissection *dissection, struct cells *cells, struct area area, bool focus,
                      const char *title)
{
    struct tree_drawing drawing = { .tree = &dissection->tree,
                                    .packet = &dissection->packet,
                                    .run = app_session(dissection->app),
                                    .forms = app_forms(dissection->app),
                                    .focus = focus,
                                    .bare = dissection->tree.alone && !focus && !dissection->hex.focus };
    cells_rule(cells, area, 0, title);
    tree_pane_draw(&dissection->tree_pane, &drawing, cells, area_rows(area, 1, area.height - 1));
}

static void draw_hex(struct dissection *dissection, struct cells *cells, struct area area)
{
    struct strbuf text = { 0 };
    struct hex *hex = &dissection->hex;
    strbuf_text(&text, "");
    if (hex->marked > 1)
        strbuf_format(&text, "octets 0x%x … 0x%x of %u", hex->first, hex->first + hex->marked - 1,
                      hex->length);
    else if (hex->marked == 1)
        strbuf_format(&text, "octet 0x%x of %u", hex->first, hex->length);
    else if (hex->length > 0)
        format_count(&text, hex->length, "octet");
    cells_rule(cells, area, 0, text.data);
    strbuf_release(&text);
    hex_draw(hex, cells, area_rows(area, 1, area.height - 1));
}

void dissection_draw(struct dissection *dissection, struct cells *cells, struct area area,
                     enum dissection_focus focus, const char *title, int hex_rows)
{
    bool beside = area.width >= TREE_LEAST + BAR + HEX_NARROW && hex_rows > 0 && hex_rows < area.height;
    int hex = area.width >= TREE_WIDE + BAR + HEX_WIDTH ? HEX_WIDTH : HEX_NARROW,
        tree = area.width - hex - BAR;
    struct area above = area_rows(area, 0, area.height - hex_rows),
                below = area_rows(area, above.height, hex_rows);
    if (beside) {
        above = area_columns(area, 0, tree);
        below = area_columns(area, tree + BAR - 1, hex + 1);
    }
    dissection->hex.focus = focus == DISSECTION_HEX;
    if (above.height > 0)
        draw_tree(dissection, cells, above, focus == DISSECTION_TREE, title);
    if (below.height > 0)
        draw_hex(dissection, cells, below);
    if (!beside)
        return;
    cells_put(cells, area, 0, tree, ROLE_RULE, "┬");
    cells_put(cells, area, 0, tree + 1, ROLE_RULE, "─");
    cells_bar(cells, area_rows(area, 1, area.height - 1), tree);
}

void dissection_show_below(struct dissection *dissection)
{
    struct tree *tree = &dissection->tree;
    int height = dissection->tree_pane.area.height;
    uint32_t page = height > 1 ? (uint32_t)height : 1, last = tree->cursor;
    if (tree->cursor >= tree->count || !tree->node[tree->cursor].open)
        return;
    while (last + 1 < tree->count && last - tree->cursor + 1 < page &&
           tree->node[last + 1].depth > tree->node[tree->cursor].depth)
        last++;
    if (last - tree->top >= page)
        tree->top = last - page + 1;
}

/* Left: folds, or goes to what it is in. Right: opens, or goes on. */
static unsigned fold(struct dissection *dissection, bool open)
{
    struct tree *tree = &dissection->tree;
    if (tree->cursor >= tree->count || !app_session(dissection->app))
        return EFFECT_REFUSED;
    const struct tree_node *node = &tree->node[tree->cursor];
    if (node->branch && node->open != open) {
        tree_toggle(tree, &dissection->packet, tree->cursor);
        dissection_show_below(dissection);
    } else if (!open && node->parent != PACKET_NONE) {
        tree->cursor = node->parent;
    } else if (open && node->branch && tree->cursor + 1 < tree->count) {
        tree->cursor++;
    }
    dissection_mark(dissection);
    return EFFECT_DRAW;
}

/* The octets that are marked: those of the field. */
static unsigned copy_octets(struct dissection *dissection)
{
    const struct hex *hex = &dissection->hex;
    struct strbuf text = { 0 };
    if (hex->marked == 0 || hex->first >= hex->length) {
        app_say(dissection->app, "this line has no octets");
        return EFFECT_REFUSED;
    }
    for (uint32_t i = 0; i < hex->marked && hex->first + i < hex->length; i++)
        strbuf_format(&text, "%s%02x", i ? " " : "", hex->octets[hex->first + i]);
    app_copy(dissection->app, text.data, text.length);
    strbuf_release(&text);
    return EFFECT_DRAW;
}

static unsigned filter_field(struct dissection *dissection)
{
    const struct tree *tree = &dissection->tree;
    struct app *app = dissection->app;
    struct strbuf text = { 0 };
    bool made =
        tree->cursor < tree->count && narrow_field(&text, &dissection->packet, &tree->node[tree->cursor]);
    if (!made)
        app_say(app, "this line makes no filter: fields of flows do");
    bool used = made && narrow(app, text.data);
    if (used)
        app_say(app, "filter: %s", app_filter_text(app));
    strbuf_release(&text);
    return used ? EFFECT_DRAW : EFFECT_REFUSED;
}

unsigned dissection_act_tree(struct dissection *dissection, enum request request, const struct event *event)
{
    switch (request) {
    case REQUEST_FOLD:
    case REQUEST_UNFOLD:
        return fold(dissection, request == REQUEST_UNFOLD);
    case REQUEST_FILTER_FIELD:
        return filter_field(dissection);
    case REQUEST_COPY_OCTETS:
        return copy_octets(dissection);
    case REQUEST_UNFOLD_BELOW:
        if (!app_session(dissection->app))
            return EFFECT_REFUSED;
        tree_toggle_below(&dissection->tree, &dissection->packet, dissection->tree.cursor);
        dissection_show_below(dissection);
        break;
    default:
        if (!tree_pane_act(&dissection->tree_pane, &dissection->tree, request, event))
            return EFFECT_REFUSED;
    }
    dissection_mark(dissection);
    return EFFECT_DRAW;
}

/* The tree goes where the octet is. */
static void follow_octet(struct dissection *dissection)
{
    if (!app_session(dissection->app) || dissection->packet.length == 0)
        return;
    tree_reveal(&dissection->tree, &dissection->packet, dissection->hex.cursor, 1, true);
    dissection_mark(dissection);
}

unsigned dissection_act_hex(struct dissection *dissection, enum request request, const struct event *event)
{
    if (request == REQUEST_COPY_OCTETS)
        return copy_octets(dissection);
    if (!hex_act(&dissection->hex, request, event ? event->count : 0))
        return EFFECT_REFUSED;
    follow_octet(dissection);
    return EFFECT_DRAW;
}

bool dissection_click_tree(struct dissection *dissection, const struct event *event)
{
    if (!tree_pane_mouse(&dissection->tree_pane, &dissection->tree, event))
        return false;
    dissection_mark(dissection);
    return true;
}

bool dissection_click_hex(struct dissection *dissection, const struct event *event)
{
    struct hex *hex = &dissection->hex;
    uint32_t octet = event->kind == EVENT_CLICK ? hex_at(hex, event->row, event->column) : UINT32_MAX;
    if (octet == UINT32_MAX)
        return false;
    hex->cursor = octet;
    follow_octet(dissection);
    return true;
}
