/* SPDX-License-Identifier: MIT */
#include "view/tui/views/split.h"

#include "view/tui/panel/list.h"

#define DETAIL_WIDTH 60  /* columns of a pane of details */
#define BOTH         200 /* ... that has more of them from here on */
#define LIST_LEAST   3   /* rows of a list, heading included */

struct split split_below(struct area area, uint64_t rows, int most)
{
    int list = most > 0 && rows < (uint64_t)most ? (int)rows + 1 : most;
    if (list < LIST_LEAST)
        list = LIST_LEAST;
    return (struct split) { area_rows(area, 0, list), area_rows(area, list, area.height - list) };
}

int split_detail(int width)
{
    return width > BOTH ? DETAIL_WIDTH + (width - BOTH) / 2 : DETAIL_WIDTH;
}

int split_rest(int width)
{
    int rest = width - LIST_WIDE - 1;
    return rest > DETAIL_WIDTH ? rest : DETAIL_WIDTH;
}

struct split split_beside(struct cells *cells, struct area area, int columns)
{
    int list = area.width - columns - 1;
    cells_bar(cells, area, list);
    return (struct split) { area_columns(area, 0, list), area_columns(area, list + 1, columns) };
}
