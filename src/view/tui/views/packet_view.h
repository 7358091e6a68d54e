/* SPDX-License-Identifier: MIT */
/* The state of the view of packets (packets.c), and what its keys do (packet_keys.c). Private to the two. */
#ifndef VIEW_TUI_VIEWS_PACKET_VIEW_H
#define VIEW_TUI_VIEWS_PACKET_VIEW_H

#include "view/tui/panel/list.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/dissection.h"
#include "view/tui/views/packet_rows.h"

enum pane { PANE_LIST, PANE_TREE, PANE_HEX, PANES };

struct packets {
    struct app *app;
    struct list list;
    struct packet_rows rows;
    struct dissection parts; /* of the packet that is shown */
    enum pane pane, outer;   /* that has the keys; that Esc leaves the view from */
    bool zoom;
    uint32_t shown; /* message whose packet is loaded; PACKET_NONE: none */
    bool awaited;   /* the target is not found yet */
    struct target target;
};

/* Loads the packet of the row under the cursor, if it is not here already. */
void packets_load(struct packets *view);

unsigned packets_act(void *self, enum request request, const struct event *event);
unsigned packets_mouse(void *self, const struct event *event);

#endif
