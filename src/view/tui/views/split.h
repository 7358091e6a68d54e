/* SPDX-License-Identifier: MIT */
/* How the area of a view is parted between its list and a pane about the row under the cursor. */
#ifndef VIEW_TUI_VIEWS_SPLIT_H
#define VIEW_TUI_VIEWS_SPLIT_H

#include <stdint.h>

#include "view/tui/cells/cells.h"

#define SPLIT_BESIDE 160 /* columns from which the pane stands at the right of the list */

struct split {
    struct area list, pane;
};

/* The list has as many rows as it needs, `most` at most, its heading among them; the pane has the rest. */
struct split split_below(struct area area, uint64_t rows, int most);

/* Columns of a pane about one flow or connection at the right: what its fields need, and half of what is left then. */
int split_detail(int width);

/* Columns of a pane beside a list of wide columns: what that leaves. */
int split_rest(int width);

/* The pane is `columns` wide; there is a bar between the two. */
struct split split_beside(struct cells *cells, struct area area, int columns);

#endif
