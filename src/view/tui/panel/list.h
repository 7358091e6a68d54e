/* SPDX-License-Identifier: MIT */
/*
 * A list of any number of rows in columns, of which only those on the screen are ever asked for.
 *
 *     struct list list = { .ops = &ops, .user = view, .columns = columns, .column_count = 7 };
 *     list_draw(&list, cells, area);                  // heading in the first row
 *     if (list_act(&list, request, event)) ...drawn anew...
 *     list_sync(&list);                               // rows came, went or changed places
 *
 * The cursor is bound to a record, by its id, not to the number of a row: when rows come, go or are sorted anew it
 * stays on it, and the record stays where it is on the screen. Until a key moves it, it stays on the first row.
 * Owner: the view; list_release() when done.
 */
#ifndef VIEW_TUI_PANEL_LIST_H
#define VIEW_TUI_PANEL_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/tui/cells/cells.h"
#include "view/tui/input/keymap.h"
#include "view/tui/panel/marks.h"

#define LIST_NONE UINT64_MAX

struct list_column {
    const char *title;
    const char *full; /* title in wide lists; NULL: the same */
    uint8_t narrow;   /* width at least; 0: not shown unless the list is wide */
    uint8_t wide;     /* width in wide lists */
    uint8_t most;     /* width that it grows to where there is room; 0: it does not */
    uint8_t least;    /* width that text makes do with where numbers need the room; 0: what is in it now */
    bool right;       /* numbers */
    bool whole;       /* never cut: it is as wide as what is in it; so are numbers */
    bool middle;      /* what is too long keeps its beginning and its end */
    const char *help; /* where there is no field; NULL: none */
    int field;        /* enum field_symbol that it shows, for sorting and filters; -1: none */
};

struct list_ops {
    uint64_t (*count)(void *user);
    uint64_t (*id)(void *user, uint64_t row);  /* what stays the same; NULL: the number of the row */
    uint64_t (*find)(void *user, uint64_t id); /* its row; LIST_NONE: it is not there (any more) */
    /* Adds the text of a cell; *role is that of an ordinary one. `wide`: there is room for more of it. */
    void (*cell)(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role);
    bool (*problem)(void *user, uint64_t row); /* something is wrong with it; NULL: never */
};

#define LIST_WIDE    110 /* columns of the screen from which a list is wide */
#define LIST_COLUMNS 32

struct list {
    const struct list_ops *ops;
    void *user;
    const struct list_column *columns;
    unsigned column_count;
    uint64_t top, cursor; /* rows */
    uint64_t id;          /* of the cursor's row; LIST_NONE: none yet */
    unsigned column;      /* where Left and Right are */
    unsigned first;       /* column shown first */
    int sorted;           /* column by which rows are in order; -1: none */
    bool descending;
    bool moved;                /* a key moved the cursor */
    bool hidden[LIST_COLUMNS]; /* columns that are not wanted */
    bool markable;             /* rows can be marked */
    struct marks marks;        /* of ids */
    bool focus;
    bool wide;                    /* said by the view, before it is drawn */
    uint32_t right;               /* ... and columns, one bit each, that hold numbers just now */
    bool fitting;                 /* cells see to it that they fit their columns */
    uint8_t needed[LIST_COLUMNS]; /* widest text since rows came or went; 0: not looked at */
    bool partial; /* before list_sync(): more rows come, and a record that is not there may be among them */
    /* of the last time it was drawn: */
    struct area area;
    int page; /* rows shown */
    struct {
        int left, width; /* width 0: not shown */
    } place[LIST_COLUMNS];
    struct strbuf text;
};

void list_release(struct list *list);

/* The first row of the area is the heading. */
void list_draw(struct list *list, struct cells *cells, struct area area);

/* False: this is none of its requests. */
bool list_act(struct list *list, enum request request, const struct event *event);

/* REQUEST_ROW_NEXT and REQUEST_ROW_PREVIOUS, from wherever the focus is. */
bool list_step(struct list *list, enum request request, const struct event *event);

/* A click or the wheel within its area. *heading: that column's heading was clicked, else -1. False: outside. */
bool list_mouse(struct list *list, const struct event *event, int *heading);

/* For list_ops.id and .find where ids are numbers in an array, one a row. */
uint64_t list_number_at(const uint32_t *numbers, uint64_t count, uint64_t row);
uint64_t list_number_find(const uint32_t *numbers, uint64_t count, uint64_t number);

void list_sync(struct list *list);
void list_go(struct list *list, uint64_t row); /* as a key would */
uint64_t list_id(const struct list *list, uint64_t row);
bool list_marked(const struct list *list, uint64_t row);

/* The text of a cell, in full. */
void list_cell(struct list *list, uint64_t row, unsigned column, struct strbuf *out);

/* Whether some cell of a row that is not hidden holds text, whatever the case of its letters. */
bool list_row_holds(struct list *list, uint64_t row, const char *text);

#endif
