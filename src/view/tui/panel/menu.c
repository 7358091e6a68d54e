/* SPDX-License-Identifier: MIT */
#include "view/tui/panel/menu.h"

#include <stdio.h>
#include <string.h>

void menu_begin(struct menu *menu, const char *title)
{
    *menu = (struct menu) { .count = 0 };
    snprintf(menu->title, sizeof menu->title, "%s", title);
}

void menu_add(struct menu *menu, uint32_t key, const char *text, int tag)
{
    if (menu->count == MENU_ITEMS)
        return;
    struct menu_item *item = &menu->item[menu->count++];
    *item = (struct menu_item) { .key = key, .tag = tag };
    snprintf(item->text, sizeof item->text, "%s", text);
}

/* A click chooses, or leaves where it is beside the menu. */
static enum menu_answer take_click(struct menu *menu, const struct event *event)
{
    const struct area *rows = &menu->rows;
    int row = event->row - rows->top, index = menu->top + row;
    if (row < 0 || row >= rows->height || event->column < rows->left ||
        event->column >= rows->left + rows->width)
        return MENU_LEFT;
    if (index >= menu->count)
        return MENU_OPEN;
    menu->cursor = index;
    if (!menu->ticks)
        return MENU_CHOSEN;
    menu->item[index].ticked = !menu->item[index].ticked;
    return MENU_TICKED;
}

static enum menu_answer take_wheel(struct menu *menu, int delta)
{
    int cursor = menu->cursor + (delta < 0 ? -1 : 1);
    if (cursor >= 0 && cursor < menu->count)
        menu->cursor = cursor;
    return MENU_OPEN;
}

enum menu_answer menu_take(struct menu *menu, const struct event *event)
{
    if (event->kind == EVENT_CLICK)
        return menu->read ? MENU_LEFT : take_click(menu, event);
    if (event->kind == EVENT_WHEEL)
        return take_wheel(menu, event->delta);
    if (menu->read && event->kind == EVENT_KEY)
        return MENU_LEFT;
    if (event->kind != EVENT_KEY || menu->count == 0)
        return menu->count == 0 ? MENU_LEFT : MENU_OPEN;
    for (int i = 0; i < menu->count; i++) {
        if (menu->item[i].key && menu->item[i].key == event->key) {
            menu->cursor = i;
            return MENU_CHOSEN;
        }
    }
    switch (event->key) {
    case KEY_CODE_UP:
    case 'k':
        menu->cursor = menu->cursor > 0 ? menu->cursor - 1 : menu->count - 1;
        return MENU_OPEN;
    case KEY_CODE_DOWN:
    case 'j':
        menu->cursor = menu->cursor + 1 < menu->count ? menu->cursor + 1 : 0;
        return MENU_OPEN;
    case KEY_CODE_HOME:
    case KEY_CODE_PAGE_UP:
        menu->cursor = 0;
        return MENU_OPEN;
    case KEY_CODE_END:
    case KEY_CODE_PAGE_DOWN:
        menu->cursor = menu->count - 1;
        return MENU_OPEN;
    case KEY_CODE_SPACE:
        if (!menu->ticks)
            return MENU_OPEN;
        menu->item[menu->cursor].ticked = !menu->item[menu->cursor].ticked;
        return MENU_TICKED;
    case KEY_CODE_ENTER:
        return MENU_CHOSEN;
    case KEY_CODE_ESC:
    case 'q':
        return MENU_LEFT;
    default:
        return MENU_OPEN;
    }
}

static void draw_item(const struct menu *menu, int index, struct cells *cells, struct area box, int row)
{
    const struct menu_item *item = &menu->item[index];
    enum role role = index == menu->cursor && !menu->read ? ROLE_CURSOR : ROLE_BOX;
    char key[KEY_NAME] = "", text[MENU_TEXT + 32];
    if (menu->read) {
        cells_field(cells, box, row, 2, box.width - 4, role, false, item->text);
        return;
    }
    if (item->key)
        key_label(item->key, key);
    snprintf(text, sizeof text, "%s%s%s%-*s %s", index == menu->cursor ? ">" : " ",
             menu->ticks ? item->ticked ? "[x] " : "[ ] " : "", "", menu->ticks ? 0 : 2, key, item->text);
    cells_field(cells, box, row, 1, box.width - 2, role, false, text);
}

void menu_draw(struct menu *menu, struct cells *cells, struct area area)
{
    int width = cells_width(cells, menu->title) + 2, height = menu->count + 2;
    for (int i = 0; i < menu->count; i++) {
        int needed = cells_width(cells, menu->item[i].text) + 6;
        width = needed > width ? needed : width;
    }
    width = width + 4 > area.width ? area.width : width + 4;
    height = height > area.height ? area.height : height;
    struct area box = area_columns(area_rows(area, area.height - height, height), 0, width);
    int rows = box.height - 2;
    menu->rows = area_rows(box, 1, rows);
    if (menu->cursor < menu->top)
        menu->top = menu->cursor;
    if (menu->cursor >= menu->top + rows)
        menu->top = menu->cursor - rows + 1;
    for (int row = 0; row < box.height; row++)
        cells_fill(cells, box, row, 0, ROLE_BOX, " ");
    cells_fill(cells, box, 0, 0, ROLE_BOX, "─");
    cells_fill(cells, box, box.height - 1, 0, ROLE_BOX, "─");
    struct area middle = area_rows(box, 1, rows);
    for (int row = 0; row < middle.height; row++) {
        cells_put(cells, middle, row, 0, ROLE_BOX, "│");
        cells_put(cells, middle, row, box.width - 1, ROLE_BOX, "│");
    }
    cells_put(cells, box, 0, 0, ROLE_BOX, "┌");
    cells_put(cells, box, 0, box.width - 1, ROLE_BOX, "┐");
    cells_put(cells, box, box.height - 1, 0, ROLE_BOX, "└");
    cells_put(cells, box, box.height - 1, box.width - 1, ROLE_BOX, "┘");
    int used = cells_put(cells, area_columns(box, 0, box.width - 2), 0, 2, ROLE_RULE_TITLE, menu->title);
    cells_put(cells, box, 0, 1, ROLE_BOX, " ");
    if (used + 2 < box.width - 1)
        cells_put(cells, box, 0, used + 2, ROLE_BOX, " ");
    for (int row = 0; row < rows && menu->top + row < menu->count; row++)
        draw_item(menu, menu->top + row, cells, box, row + 1);
    if (menu->top > 0)
        cells_put(cells, box, 1, box.width - 1, ROLE_BOX, "↑");
    if (menu->top + rows < menu->count)
        cells_put(cells, box, box.height - 2, box.width - 1, ROLE_BOX, "↓");
}
