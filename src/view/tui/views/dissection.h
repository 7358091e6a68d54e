/* SPDX-License-Identifier: MIT */
/*
 * A packet taken apart: the tree of its fields and its octets, of which each follows the cursor of the other.
 *
 *     if (packet_load(&dissection.packet, ...))
 *         tree_build(&dissection.tree, &dissection.packet);
 *     dissection_mark(&dissection);
 *     dissection_draw(&dissection, cells, area, focus, "frame 1", rows);
 *
 * Owner: the view; zeroed but for `app` and packet.reason "" at first, dissection_release() when done.
 */
#ifndef VIEW_TUI_VIEWS_DISSECTION_H
#define VIEW_TUI_VIEWS_DISSECTION_H

#include "view/tui/packet/hex.h"
#include "view/tui/packet/packet.h"
#include "view/tui/packet/tree.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/tree_pane.h"

/* Which of them has the keys. */
enum dissection_focus { DISSECTION_NONE, DISSECTION_TREE, DISSECTION_HEX };

struct dissection {
    struct app *app;
    struct packet packet;
    struct tree tree;
    struct tree_pane tree_pane;
    struct hex hex;
};

void dissection_release(struct dissection *dissection);

/* There is no packet any more. */
void dissection_empty(struct dissection *dissection);

/* Marks in hex what the node under the cursor of the tree stands for; or the record that is alone in it. */
void dissection_mark(struct dissection *dissection);
void dissection_mark_record(struct dissection *dissection);

/*
 * Both, with `title` in the rule above the tree: beside each other where it is wide enough, else the octets below in as many
 * rows as that; 0 rows: not at all, and as many as there are: nothing else.
 */
void dissection_draw(struct dissection *dissection, struct cells *cells, struct area area,
                     enum dissection_focus focus, const char *title, int hex_rows);

/* As many of the lines below the cursor's as there is room for, where it was opened. */
void dissection_show_below(struct dissection *dissection);

/* Keys of the tree, and of the octets: effects, EFFECT_REFUSED for those that mean nothing there. */
unsigned dissection_act_tree(struct dissection *dissection, enum request request, const struct event *event);
unsigned dissection_act_hex(struct dissection *dissection, enum request request, const struct event *event);

/* A click or the wheel on them. False: it was elsewhere. */
bool dissection_click_tree(struct dissection *dissection, const struct event *event);
bool dissection_click_hex(struct dissection *dissection, const struct event *event);

#endif
