/* SPDX-License-Identifier: MIT */
/* A line of text that is being typed, with a history. Owner: whoever has the struct; editor_release() when done. */
#ifndef VIEW_TUI_PANEL_EDITOR_H
#define VIEW_TUI_PANEL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "view/tui/cells/cells.h"
#include "view/tui/input/key.h"

#define EDITOR_MOST    4000 /* octets of text */
#define EDITOR_HISTORY 100  /* lines kept */

struct editor_history {
    char *line[EDITOR_HISTORY]; /* the newest last */
    size_t count;
};

struct editor {
    struct strbuf text;
    size_t cursor;                  /* octet */
    struct editor_history *history; /* NULL: none; borrowed */
    size_t place;                   /* in it; count: the line being typed */
    char *kept;                     /* that line, meanwhile */
};

void editor_set(struct editor *editor, const char *text); /* cursor behind it */
void editor_release(struct editor *editor);

/* A key or a paste. False: it is none of the editor's. */
bool editor_take(struct editor *editor, const struct event *event);

/* Puts text in the place of octets `from` ... `to`; the cursor is behind it. */
void editor_replace(struct editor *editor, size_t from, size_t to, const char *text);

/* Draws the text, scrolled so that the cursor is seen, from a column on; sets the cells' cursor. Returns the column where
 * the text begins, which is less than `column` where it is scrolled. */
int editor_draw(const struct editor *editor, struct cells *cells, struct area area, int row, int column);

void editor_remember(struct editor_history *history, const char *line); /* not twice in a row */
void editor_history_release(struct editor_history *history);

#endif
