/* SPDX-License-Identifier: MIT */
/* One flow in words: what it counts, who sent it, in which packet, and which connection it belongs to. */
#ifndef VIEW_TUI_VIEWS_FLOW_PANE_H
#define VIEW_TUI_VIEWS_FLOW_PANE_H

#include "view/tui/cells/cells.h"
#include "view/tui/views/flow_row.h"

#define FLOW_PANE_ROWS                                                                                       \
    6 /* that it takes: the rule and five lines; in high areas more, where they are narrow */

/* Of flow `place` of `count`, from 0; facts NULL: there is none. Returns the rows that it took. */
int flow_pane_draw(const struct app *app, const struct flow_facts *facts, uint64_t place, uint64_t count,
                   struct cells *cells, struct area area);

#endif
