/* SPDX-License-Identifier: MIT */
/*
 * A choice out of a few lines, in a box over what is there. Owner: whoever has the struct; menu_release() when done.
 *
 *     menu_begin(&menu, "Sort by");
 *     menu_add(&menu, 'b', "Bytes", tag);
 *     ...menu_take(&menu, event) ... MENU_CHOSEN: menu.item[menu.cursor].tag
 */
#ifndef VIEW_TUI_PANEL_MENU_H
#define VIEW_TUI_PANEL_MENU_H

#include <stdbool.h>

#include "view/tui/cells/cells.h"
#include "view/tui/input/key.h"

#define MENU_ITEMS 64
#define MENU_TEXT  96

struct menu_item {
    char text[MENU_TEXT];
    uint32_t key; /* that chooses it at once; 0: none */
    int tag;
    bool ticked;
};

struct menu {
    char title[MENU_TEXT];
    struct menu_item item[MENU_ITEMS];
    int count, cursor, top;
    bool ticks;       /* Space ticks items; Enter takes all of them */
    struct area rows; /* of items, when it was drawn last */
    bool read;        /* there is nothing to choose: it is a text */
};

enum menu_answer { MENU_OPEN, MENU_CHOSEN, MENU_TICKED, MENU_LEFT };

void menu_begin(struct menu *menu, const char *title);
void menu_add(struct menu *menu, uint32_t key, const char *text, int tag);
enum menu_answer menu_take(struct menu *menu, const struct event *event);
void menu_draw(struct menu *menu, struct cells *cells, struct area area);

#endif
