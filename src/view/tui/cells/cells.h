/* SPDX-License-Identifier: MIT */
/*
 * What is to be on the screen: cells of a character and a role. Views draw into it and know of no terminal; the
 * terminal copies the cells that changed, tests compare them as text.
 *
 *     int used = cells_put(cells, area, row, column, ROLE_LABEL, "Filter: ");
 *     cells_put(cells, area, row, column + used, ROLE_NORMAL, text_from_the_wire);
 *
 * All text is cleaned here (base/utf8.h): what is not printable, or has no width of its own, is shown escaped, so
 * that nothing from a capture can move the cursor or the columns. Where the terminal shows ASCII only, the signs of
 * glyphs.def become their stand-ins and all else is escaped. Widths are those of wcwidth(3).
 *
 * Owner: whoever has the struct; cells_release() when done.
 */
#ifndef VIEW_TUI_CELLS_CELLS_H
#define VIEW_TUI_CELLS_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/tui/cells/role.h"

struct cell {
    char glyph[4];  /* UTF-8, zeros behind it; all zero: the right half of a wide one */
    uint8_t length; /* octets of the glyph; 0: right half */
    uint8_t width;  /* columns: 1, or 2; 0: right half */
    uint8_t role;   /* enum role */
    uint8_t unused;
};

struct cells {
    int height, width;
    struct cell *cell;
    bool ascii;
    int cursor_row, cursor_column; /* where the terminal's cursor is shown; -1: nowhere */
};

/* A part of it, inside. */
struct area {
    int top, left, height, width;
};

void cells_size(struct cells *cells, int height, int width); /* all blank then */
void cells_blank(struct cells *cells);
void cells_release(struct cells *cells);
struct area cells_all(const struct cells *cells);

/* Parts of an area; what would be outside is cut off. */
struct area area_rows(struct area area, int top, int height);
struct area area_columns(struct area area, int left, int width);

/* Puts text at a place of the area, cut at its right border. Returns the columns it takes, cut ones not counted. */
int cells_put(struct cells *cells, struct area area, int row, int column, enum role role, const char *text);
int cells_put_n(struct cells *cells, struct area area, int row, int column, enum role role, const char *text,
                size_t length);

/* The same in a field of `width` columns: blanks fill it up; `right`: in front. Text that is too long ends in "…". */
void cells_field(struct cells *cells, struct area area, int row, int column, int width, enum role role,
                 bool right, const char *text);

/*
 * Text in rows of the area, parted at semicolons or blanks: as many as it needs, `most` at most; what that cannot hold ends in "…".
 * Returns how many.
 */
int cells_words(struct cells *cells, struct area area, int row, int most, enum role role, const char *text);

/* Blanks, or a sign over and over, in a row from a column to the border. */
void cells_fill(struct cells *cells, struct area area, int row, int column, enum role role, const char *sign);

/* Gives what stands in some columns of a row another role. */
void cells_tint(struct cells *cells, struct area area, int row, int column, int width, enum role role);

/* A rule across the area with a title in it: "── title ─────". */
void cells_rule(struct cells *cells, struct area area, int row, const char *title);
/* From top to bottom of the area. */
void cells_bar(struct cells *cells, struct area area, int column);

/* A sign that fills `eighths` (0 ... 8) of a cell from below, or from the left. */
const char *cells_block(unsigned eighths);
const char *cells_block_left(unsigned eighths);

/* Columns that text takes, cleaned, in these cells. */
int cells_width(const struct cells *cells, const char *text);

/* Rows as lines of text, blanks at their ends cut off; and the letters of their roles. */
void cells_text(const struct cells *cells, struct strbuf *out);
void cells_roles(const struct cells *cells, struct strbuf *out);

/* How they look without colours: "." as usual, else a hex digit of enum look. */
void cells_looks(const struct cells *cells, struct strbuf *out);

#endif
