/* SPDX-License-Identifier: MIT */
/* Cells to curses: only those that changed. */
#ifndef VIEW_TUI_TERM_PAINT_H
#define VIEW_TUI_TERM_PAINT_H

#include <stdbool.h>

#include "view/tui/cells/cells.h"

struct paint {
    struct cells shown; /* what curses was given last */
    bool whole;         /* nothing of it counts */
    bool colours;
    int cursor; /* curs_set() */
};

void paint_begin(struct paint *paint, bool colours); /* after newterm() */
void paint_cells(struct paint *paint, const struct cells *cells);
void paint_release(struct paint *paint);

#endif
