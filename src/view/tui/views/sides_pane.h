/* SPDX-License-Identifier: MIT */
/* The two directions of a connection in words: who they are, what each sent and when, and why they are one. */
#ifndef VIEW_TUI_VIEWS_SIDES_PANE_H
#define VIEW_TUI_VIEWS_SIDES_PANE_H

#include "view/tui/cells/cells.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/sides.h"

struct sides_pane {
    const struct app *app;
    const struct connection_facts *facts; /* NULL: none */
    const struct sides *sides;
    const uint32_t *rows; /* its flows */
    size_t row_count;
    uint64_t place, count; /* of the connection among those that are listed, from 0 */
    bool listed;           /* its flows are listed below: they are not told here */
};

#define SIDES_PANE_ROWS 6 /* that it takes where nothing is listed: the rule and five lines */

/* Returns the rows that it took. */
int sides_pane_draw(const struct sides_pane *pane, struct cells *cells, struct area area);

#endif
