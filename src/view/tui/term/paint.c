/* SPDX-License-Identifier: MIT */
#include "view/tui/term/paint.h"

#include <curses.h>
#include <string.h>

#define GAP 4 /* so many cells that did not change are given again rather than begin anew behind them */

static const struct role_colours *colours_of(enum role role)
{
    const struct role_look *look = &role_looks[role];
    return COLORS >= 256 ? &look->of256 : COLORS >= 16 ? &look->of16 : &look->of8;
}

void paint_begin(struct paint *paint, bool colours)
{
    paint->whole = true;
    paint->cursor = -1;
    paint->colours = colours && has_colors() && start_color() == OK && use_default_colors() == OK &&
                     COLOR_PAIRS > ROLE_COUNT;
    for (short role = 0; paint->colours && role < ROLE_COUNT; role++) {
        const struct role_colours *colour = colours_of((enum role)role);
        init_pair((short)(role + 1), colour->front, colour->ground);
    }
}

static attr_t attributes(const struct paint *paint, enum role role)
{
    static const attr_t by_bit[] = { A_BOLD, A_DIM, A_UNDERLINE, A_REVERSE };
    unsigned look = paint->colours ? role_looks[role].look : role_looks[role].mono;
    attr_t all = A_NORMAL;
    for (unsigned bit = 0; bit < sizeof by_bit / sizeof *by_bit; bit++)
        if (look >> bit & 1)
            all |= by_bit[bit];
    return all;
}

/* Cells of one role, from a column to one before another. */
static void put_run(const struct paint *paint, const struct cell *row, int y, int from, int to)
{
    char text[512];
    size_t length = 0;
    short pair = paint->colours ? (short)(row[from].role + 1) : 0;
    attr_set(attributes(paint, row[from].role), pair, NULL);
    move(y, from);
    for (int x = from; x < to; x++) {
        if (length + sizeof row[x].glyph > sizeof text) {
            addnstr(text, (int)length);
            length = 0;
        }
        memcpy(text + length, row[x].glyph, row[x].length);
        length += row[x].length;
    }
    addnstr(text, (int)length);
}

static void put_changed(const struct paint *paint, const struct cell *row, int y, int from, int to)
{
    while (from < to) {
        int end = from + 1;
        while (end < to && row[end].role == row[from].role)
            end++;
        put_run(paint, row, y, from, end);
        from = end;
    }
}

static void paint_row(struct paint *paint, const struct cells *cells, int y)
{
    size_t place = (size_t)y * (size_t)cells->width;
    const struct cell *row = cells->cell + place, *old = paint->shown.cell + place;
    int width = cells->width, x = 0;
    while (x < width) {
        while (x < width && !paint->whole && memcmp(&row[x], &old[x], sizeof *row) == 0)
            x++;
        if (x == width)
            break;
        int from = x, last = x;
        for (; x < width && x - last <= GAP; x++)
            if (paint->whole || memcmp(&row[x], &old[x], sizeof *row) != 0)
                last = x;
        int to = last + 1;
        while (from > 0 && row[from].width == 0)
            from--;
        while (to < width && row[to].width == 0)
            to++;
        put_changed(paint, row, y, from, to);
        x = to;
    }
}

static void place_cursor(struct paint *paint, const struct cells *cells)
{
    int wanted = cells->cursor_row >= 0;
    if (wanted != paint->cursor)
        curs_set(wanted);
    paint->cursor = wanted;
    leaveok(stdscr, !wanted);
    if (wanted)
        move(cells->cursor_row, cells->cursor_column);
}

void paint_cells(struct paint *paint, const struct cells *cells)
{
    size_t count = (size_t)cells->height * (size_t)cells->width;
    if (paint->shown.height != cells->height || paint->shown.width != cells->width) {
        cells_size(&paint->shown, cells->height, cells->width);
        paint->whole = true;
    }
    if (paint->whole)
        erase();
    for (int y = 0; y < cells->height; y++)
        paint_row(paint, cells, y);
    place_cursor(paint, cells);
    memcpy(paint->shown.cell, cells->cell, count * sizeof *cells->cell);
    paint->whole = false;
    wnoutrefresh(stdscr);
    doupdate();
}

void paint_release(struct paint *paint)
{
    cells_release(&paint->shown);
}
