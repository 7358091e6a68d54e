/* SPDX-License-Identifier: MIT */
/* The pane that shows the tree of a packet. */
#ifndef VIEW_TUI_VIEWS_TREE_PANE_H
#define VIEW_TUI_VIEWS_TREE_PANE_H

#include "session/session.h"
#include "view/tui/cells/cells.h"
#include "view/tui/input/keymap.h"
#include "view/tui/packet/tree.h"
#include "view/tui/screen/app.h"

/* Where it was drawn last. */
struct tree_pane {
    struct area area;
};

struct tree_drawing {
    struct tree *tree;
    const struct packet *packet;
    const struct session *run; /* NULL: it cannot be read now */
    const struct app_forms *forms;
    bool focus;
    bool bare; /* no cursor is shown */
};

void tree_pane_draw(struct tree_pane *pane, const struct tree_drawing *drawing, struct cells *cells,
                    struct area area);

/* Moves the cursor. False: this is none of its requests. */
bool tree_pane_act(const struct tree_pane *pane, struct tree *tree, enum request request,
                   const struct event *event);
bool tree_pane_mouse(const struct tree_pane *pane, struct tree *tree, const struct event *event);

#endif
