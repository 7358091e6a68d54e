/* SPDX-License-Identifier: MIT */
#include "view/tui/views/tree_pane.h"

#include "view/format.h"
#include "view/tui/views/packet_line.h"
#include "view/tui/views/packet_value.h"

#define FIELDS_LOOKED_AT 256 /* of a record, for the width of names */
#define VALUE_WIDTH      35  /* of "494015 ms  2026-03-02T08:59:54.015Z" */
#define SIZED_WIDTH      8   /* of "65535 B" at the right */
#define SIZED_LEAST      70  /* columns from which there is room for it */

static void settle(struct tree *tree, int height)
{
    uint32_t page = height > 0 ? (uint32_t)height : 1;
    if (tree->cursor >= tree->count)
        tree->cursor = tree->count ? tree->count - 1 : 0;
    if (tree->top > tree->cursor)
        tree->top = tree->cursor;
    if (tree->cursor - tree->top >= page)
        tree->top = tree->cursor - page + 1;
    if (tree->count <= page)
        tree->top = 0;
    else if (tree->top > tree->count - page)
        tree->top = tree->count - page;
}

static enum role role_of(const struct tree_node *node)
{
    if (node->problem || node->malformed)
        return ROLE_PROBLEM;
    switch ((enum node_kind)node->kind) {
    case NODE_MESSAGE:
    case NODE_SET:
        return ROLE_VALUE;
    case NODE_PADDING:
    case NODE_SET_HEADER:
    case NODE_REST:
    case NODE_DIAGNOSTIC:
        return ROLE_DIM;
    default:
        return ROLE_NORMAL;
    }
}

/* What lines are made of, one after another. */
struct words {
    struct strbuf name, value;
    int values; /* column of values */
};

/* Most names and their numbers end in front of it; all of a record that is alone, where that leaves room for values. */
static int values_column(const struct tree_drawing *d, const struct cells *cells, int width,
                         struct strbuf *name)
{
    int most = 0;
    if (!d->tree->alone)
        return width < 70 ? 34 : width < 100 ? 41 : 46;
    for (uint32_t i = 0; i < d->tree->count && i < FIELDS_LOOKED_AT; i++) {
        if (d->tree->node[i].kind != NODE_FIELD)
            continue;
        strbuf_clear(name);
        packet_field_name(name, d->tree->node[i].what);
        int wanted = 3 + 2 * d->tree->node[i].depth + cells_width(cells, name->data) + 2;
        most = wanted > most ? wanted : most;
    }
    int room = width < SIZED_LEAST ? width * 2 / 3 : width - SIZED_WIDTH - 1 - VALUE_WIDTH;
    return most > room ? room : most;
}

static void draw_size(const struct tree_node *node, struct cells *cells, struct area area, int y,
                      enum role role)
{
    struct strbuf text = { 0 };
    strbuf_format(&text, "%u B", node->length);
    cells_field(cells, area, y, area.width - SIZED_WIDTH, SIZED_WIDTH, role, true, text.data);
    strbuf_release(&text);
}

/* One line: what it is called, what it says, how long it is. */
static void draw_line(const struct tree_drawing *d, struct cells *cells, struct area area, int y,
                      uint32_t index, struct words *words)
{
    const struct tree_node *node = &d->tree->node[index];
    bool current = index == d->tree->cursor && !d->bare,
         sized = packet_line_sized(node) && area.width >= SIZED_LEAST;
    enum role role = current ? d->focus ? ROLE_CURSOR : ROLE_CURSOR_IDLE : role_of(node);
    enum role name_role = role == ROLE_NORMAL && packet_line_sized(node) ? ROLE_LABEL : role;
    int left = 1 + 2 * node->depth;
    struct strbuf *name = &words->name, *value = &words->value;
    strbuf_clear(name);
    strbuf_clear(value);
    strbuf_text(name, "");
    strbuf_text(value, "");
    packet_line(d->packet, node, d->run, d->forms, name, value);
    if (current)
        cells_fill(cells, area, y, 0, role, " ");
    cells_put(cells, area, y, 0, role, current ? ">" : node->problem ? "!" : " ");
    cells_put(cells, area, y, left, role, node->branch ? node->open ? "▾" : "▸" : " ");
    struct area room = area_columns(area, left + 2, area.width - left - 2);
    if (value->length == 0) {
        cells_field(cells, room, y, 0, room.width, role, false, name->data);
        return;
    }
    int wanted = cells_width(cells, name->data), at = words->values - left - 2;
    if (wanted + 2 > at)
        at = wanted + 2;
    cells_put(cells, room, y, 0, name_role, name->data);
    cells_field(cells, room, y, at, room.width - at - (sized ? SIZED_WIDTH + 1 : 0), role, false,
                value->data);
    if (sized)
        draw_size(node, cells, area, y, current ? role : ROLE_DIM);
}

void tree_pane_draw(struct tree_pane *pane, const struct tree_drawing *d, struct cells *cells,
                    struct area area)
{
    struct words words = { .values = 0 };
    words.values = values_column(d, cells, area.width, &words.name);
    pane->area = area;
    settle(d->tree, area.height);
    for (int y = 0; y < area.height && d->tree->top + (uint32_t)y < d->tree->count; y++)
        draw_line(d, cells, area, y, d->tree->top + (uint32_t)y, &words);
    if (d->tree->count == 0 && d->packet->reason)
        cells_put(cells, area, 0, 1, ROLE_PROBLEM, d->packet->reason);
    strbuf_release(&words.name);
    strbuf_release(&words.value);
}

bool tree_pane_act(const struct tree_pane *pane, struct tree *tree, enum request request,
                   const struct event *event)
{
    uint32_t last = tree->count ? tree->count - 1 : 0,
             page = pane->area.height > 1 ? (uint32_t)pane->area.height : 1;
    uint64_t count = event ? event->count : 0, by = 0, at = tree->cursor;
    bool down = request == REQUEST_DOWN || request == REQUEST_PAGE_DOWN || request == REQUEST_HALF_DOWN;
    switch (request) {
    case REQUEST_UP:
    case REQUEST_DOWN:
        by = count ? count : 1;
        break;
    case REQUEST_PAGE_UP:
    case REQUEST_PAGE_DOWN:
        by = page;
        break;
    case REQUEST_HALF_UP:
    case REQUEST_HALF_DOWN:
        by = (page + 1) / 2;
        break;
    case REQUEST_FIRST:
    case REQUEST_LAST:
        at = count ? count - 1 : request == REQUEST_LAST ? last : 0;
        break;
    default:
        return false;
    }
    if (down)
        at += by;
    else
        at = at > by ? at - by : by ? 0 : at;
    tree->cursor = at > last ? last : (uint32_t)at;
    return true;
}

bool tree_pane_mouse(const struct tree_pane *pane, struct tree *tree, const struct event *event)
{
    int y = event->row - pane->area.top, x = event->column - pane->area.left;
    if (y < 0 || y >= pane->area.height || x < 0 || x >= pane->area.width)
        return false;
    if (event->kind == EVENT_WHEEL) {
        struct event lines = { .count = (uint64_t)(event->delta < 0 ? -event->delta : event->delta) };
        return tree_pane_act(pane, tree, event->delta < 0 ? REQUEST_UP : REQUEST_DOWN, &lines);
    }
    if (tree->top + (uint32_t)y < tree->count)
        tree->cursor = tree->top + (uint32_t)y;
    return true;
}
