/* SPDX-License-Identifier: MIT */
/* Menus: what to sort by, what to make of a cell, what to copy, which columns to show. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query/field.h"
#include "view/tui/screen/state.h"

enum cell_choice { CELL_ONLY, CELL_NOT, CELL_AND, CELL_AND_NOT, CELL_OR };
enum copy_choice {
    COPY_CELL,
    COPY_ROW,
    COPY_JSON,
    COPY_CELL_FILTER,
    COPY_FILTER /* + enum filter_language */
};

int app_sorted(const struct rows *rows, const struct list_column *columns, unsigned count, bool *descending)
{
    int field = rows_field(rows) == ROWS_NATURAL ? rows_natural_field(rows) : rows_field(rows);
    *descending = rows_descending(rows);
    for (unsigned i = 0; i < count && field != ROWS_NATURAL; i++)
        if (columns[i].field == field)
            return (int)i;
    return -1;
}

static bool counts(int field)
{
    enum field_kind kind = (enum field_kind)field_table[field].kind;
    return kind == FIELD_KIND_COUNTER || kind == FIELD_KIND_DURATION;
}

/* By another field: the largest counters first, all else from the least on. By the same: the other way round. */
static void sort_by(struct app *app, int field)
{
    struct rows *rows = app_current_rows(app);
    if (!rows || field < 0)
        return;
    bool natural = rows_field(rows) == ROWS_NATURAL && field == rows_natural_field(rows);
    if (rows_field(rows) == field || natural)
        rows_sort(rows, field, !rows_descending(rows));
    else
        rows_sort(rows, field, counts(field));
    app->dirty = true;
}

void app_sort_by(struct app *app, struct list *list, unsigned column)
{
    sort_by(app, list->columns[column].field);
}

static bool sortable(const struct app *app, const struct rows *rows, const struct list_column *column)
{
    struct field field = { .symbol = (uint8_t)column->field };
    return column->field >= 0 && !rows_refuses(rows, &field) && app;
}

void sort_neighbour(struct app *app, int step)
{
    struct rows *rows = app_current_rows(app);
    struct list *list = app_list(app);
    bool descending;
    if (!rows || !list)
        return;
    int at = app_sorted(rows, list->columns, list->column_count, &descending);
    if (step == 0) {
        if (at >= 0)
            sort_by(app, list->columns[at].field);
        return;
    }
    for (int i = at + step; i >= 0 && i < (int)list->column_count; i += step) {
        if (list->hidden[i] || !sortable(app, rows, &list->columns[i]))
            continue;
        sort_by(app, list->columns[i].field);
        return;
    }
}

/* What a column is called, in as many columns as the longest, and what its field is. */
static void column_text(const struct app *app, const struct list_column *column, char text[MENU_TEXT])
{
    const char *title = column->full ? column->full : column->title;
    int more = (int)strlen(title) - cells_width(&app->cells, title);
    snprintf(text, MENU_TEXT, "%-*s %s", 11 + more, title,
             column->help         ? column->help
             : column->field >= 0 ? field_table[column->field].help
                                  : "");
}

static void add_sort_items(struct app *app, struct menu *menu)
{
    struct rows *rows = app_current_rows(app);
    struct list *list = app_list(app);
    bool descending;
    int at = app_sorted(rows, list->columns, list->column_count, &descending);
    menu_begin(menu, "sort by");
    for (unsigned i = 0; i < list->column_count; i++) {
        const struct list_column *column = &list->columns[i];
        char text[MENU_TEXT];
        if (!sortable(app, rows, column))
            continue;
        column_text(app, column, text);
        if ((int)i == at)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s", descending ? "  ▼" : "  ▲");
        menu_add(menu, 0, text, column->field);
        if ((int)i == at)
            menu->cursor = menu->count - 1;
    }
}

/* "client.ip == 10.0.0.1" of the cell under the cursor; false: it makes no filter. */
static bool cell_filter(struct app *app, struct strbuf *out)
{
    struct opened *top = app_top(app);
    struct list *list = app_list(app);
    struct strbuf value = { 0 };
    if (!list || !top->ops->cell_value || list->column >= list->column_count)
        return false;
    int field = list->columns[list->column].field;
    bool made = field >= 0 && top->ops->cell_value(top->view, list->column, &value) && value.length > 0;
    if (made && (field_table[field].kind == FIELD_KIND_TEXT))
        strbuf_format(out, "%s == \"%s\"", field_table[field].name, value.data);
    else if (made)
        strbuf_format(out, "%s == %s", field_table[field].name, value.data);
    strbuf_release(&value);
    return made;
}

static void add_cell_items(struct app *app, struct menu *menu)
{
    struct strbuf filter = { 0 };
    menu_begin(menu, "filter by this cell");
    if (!cell_filter(app, &filter)) {
        app_say(app, "this cell makes no filter: choose another column with ← and →");
        strbuf_release(&filter);
        return;
    }
    char text[MENU_TEXT];
    const char *used = app_filter_text(app);
    snprintf(menu->title, sizeof menu->title, "%s", filter.data);
    menu_add(menu, 's', "selected: only what is so", CELL_ONLY);
    menu_add(menu, 'n', "not selected: all but what is so", CELL_NOT);
    if (*used) {
        snprintf(text, sizeof text, "… and: what is so, too, of what is there");
        menu_add(menu, 'a', text, CELL_AND);
        menu_add(menu, 'x', "… and not: what is there without it", CELL_AND_NOT);
        menu_add(menu, 'o', "… or: it as well", CELL_OR);
    }
    strbuf_release(&filter);
}

/* By enum filter_language. */
static const struct {
    uint32_t key;
    const char *text;
} languages[] = { { 'f', "a filter for this row" },
                  { 't', "the same for tcpdump" },
                  { 's', "the same for tshark and Wireshark" },
                  { 'n', "the same for nfdump" } };

static void add_copy_items(struct app *app, struct menu *menu)
{
    menu_begin(menu, "copy");
    menu_add(menu, 'c', "the cell", COPY_CELL);
    menu_add(menu, 'r', "the row, with tabs between the cells", COPY_ROW);
    struct opened *top = app_top(app);
    struct strbuf text = { 0 };
    if (app_contexts(app) & IN_WRITE)
        menu_add(menu, 'o', "the row as JSON, with all that is known of it", COPY_JSON);
    if (cell_filter(app, &text))
        menu_add(menu, 'v', "a filter for this cell", COPY_CELL_FILTER);
    for (int language = 0; top->ops->filter && language < FILTER_LANGUAGES; language++)
        if (top->ops->filter(top->view, (enum filter_language)language, &text))
            menu_add(menu, languages[language].key, languages[language].text, COPY_FILTER + language);
    strbuf_release(&text);
}

static void add_column_items(struct app *app, struct menu *menu)
{
    struct list *list = app_list(app);
    menu_begin(menu, "columns: Space shows or hides");
    menu->ticks = true;
    for (unsigned i = 0; i < list->column_count; i++) {
        const struct list_column *column = &list->columns[i];
        char text[MENU_TEXT];
        column_text(app, column, text);
        menu_add(menu, 0, text, (int)i);
        menu->item[menu->count - 1].ticked = !list->hidden[i];
        if (i == list->column)
            menu->cursor = menu->count - 1;
    }
}

static void add_export_items(struct app *app, struct menu *menu)
{
    const struct list *list = app_list(app);
    char text[MENU_TEXT];
    const char *rows = list->marks.count == 1 ? "row" : "rows";
    menu_begin(menu, "write to a file");
    if (list->marks.count) {
        snprintf(text, sizeof text, "packets of the %zu marked %s, as pcap", list->marks.count, rows);
        menu_add(menu, 'm', text, EXPORT_MARKED_PACKETS);
        snprintf(text, sizeof text, "the %zu marked %s, as CSV", list->marks.count, rows);
        menu_add(menu, 'r', text, EXPORT_MARKED_ROWS);
        snprintf(text, sizeof text, "the %zu marked %s, as lines of JSON", list->marks.count, rows);
        menu_add(menu, 'n', text, EXPORT_MARKED_JSON);
    }
    if (app_contexts(app) & IN_EXPORTERS) {
        menu_add(menu, 'p', "packets of this exporter, as pcap", EXPORT_ROW_PACKETS);
    } else if (app_contexts(app) & IN_TEMPLATES) {
        menu_add(menu, 'p', "packets with records of this template, as pcap", EXPORT_ROW_PACKETS);
    } else {
        menu_add(menu, 'p', "packets of all rows that are listed, as pcap", EXPORT_PACKETS);
        menu_add(menu, 'c', "all rows that are listed, as CSV", EXPORT_ROWS);
    }
    menu_add(menu, 'l', "all rows that are listed, as lines of JSON", EXPORT_JSON);
}

void choices_open(struct app *app, enum menu_kind kind)
{
    struct menu *menu = &app->menu;
    if (!app_list(app) || (kind == MENU_SORT && !app_current_rows(app)))
        return;
    switch (kind) {
    case MENU_SORT:
        add_sort_items(app, menu);
        break;
    case MENU_CELL:
        add_cell_items(app, menu);
        break;
    case MENU_COPY:
        add_copy_items(app, menu);
        break;
    case MENU_SHOWN:
        add_column_items(app, menu);
        break;
    case MENU_EXPORT:
        add_export_items(app, menu);
        break;
    case MENU_NOTE:
        break;
    }
    if (menu->count == 0)
        return;
    app->menu_kind = kind;
    app->modal = MODAL_MENU;
    app->dirty = true;
}

/* Lines of a text, broken at blanks where there are some. */
static void add_lines(struct menu *menu, const char *text, size_t width)
{
    char line[MENU_TEXT];
    while (*text) {
        size_t length = strlen(text), end = length;
        if (length > width) {
            for (end = width; end > width / 2 && text[end] != ' ';)
                end--;
            end = text[end] == ' ' ? end : width;
        }
        snprintf(line, sizeof line, "%.*s", (int)end, text);
        menu_add(menu, 0, line, 0);
        text += end + strspn(text + end, " ");
    }
}

void choices_note(struct app *app, const char *title, const char *text)
{
    size_t width = (size_t)app->cells.width;
    app_copy(app, text, strlen(text));
    if ((size_t)cells_width(&app->cells, app->message.data) <= width && strlen(text) < 200)
        return;
    app->message_shown = false;
    menu_begin(&app->menu, title);
    app->menu.read = true;
    add_lines(&app->menu, text, (width < MENU_TEXT ? width : MENU_TEXT) - 6);
    app->menu_kind = MENU_NOTE;
    app->modal = MODAL_MENU;
}

static void use_cell(struct app *app, enum cell_choice choice)
{
    struct strbuf cell = { 0 }, text = { 0 };
    const char *used = app_filter_text(app);
    if (cell_filter(app, &cell)) {
        switch (choice) {
        case CELL_ONLY:
            strbuf_text(&text, cell.data);
            break;
        case CELL_NOT:
            strbuf_format(&text, "not %s", cell.data);
            break;
        case CELL_AND:
            strbuf_format(&text, "(%s) and %s", used, cell.data);
            break;
        case CELL_AND_NOT:
            strbuf_format(&text, "(%s) and not %s", used, cell.data);
            break;
        case CELL_OR:
            strbuf_format(&text, "(%s) or %s", used, cell.data);
            break;
        }
        (void)app_set_filter(app, text.data);
    }
    strbuf_release(&cell);
    strbuf_release(&text);
}

static void copy(struct app *app, enum copy_choice choice)
{
    struct opened *top = app_top(app);
    struct list *list = app_list(app);
    struct strbuf text = { 0 };
    strbuf_text(&text, "");
    if (choice == COPY_CELL)
        list_cell(list, list->cursor, list->column, &text);
    for (unsigned i = 0; choice == COPY_ROW && i < list->column_count; i++) {
        if (list->hidden[i])
            continue;
        strbuf_text(&text, text.length ? "\t" : "");
        list_cell(list, list->cursor, i, &text);
    }
    if (choice == COPY_JSON && !export_json_row(app, &text)) {
        strbuf_release(&text);
        return;
    }
    if (choice == COPY_CELL_FILTER)
        (void)cell_filter(app, &text);
    else if (choice >= COPY_FILTER)
        (void)top->ops->filter(top->view, (enum filter_language)(choice - COPY_FILTER), &text);
    app_copy(app, text.data, text.length);
    strbuf_release(&text);
}

void choices_take(struct app *app, const struct event *event)
{
    struct menu *menu = &app->menu;
    enum menu_answer answer = menu_take(menu, event);
    const struct menu_item *item = &menu->item[menu->cursor];
    struct list *list = app_list(app);
    app->dirty = true;
    if (!list || app->menu_kind ==
                     MENU_NOTE) { /* the focus went elsewhere while the screen was too small for a menu */
        app->modal = MODAL_NONE;
        return;
    }
    if (answer == MENU_OPEN)
        return;
    if (app->menu_kind == MENU_SHOWN) {
        for (int i = 0; i < menu->count; i++)
            list->hidden[menu->item[i].tag] = !menu->item[i].ticked;
        if (answer == MENU_TICKED)
            return;
    }
    app->modal = MODAL_NONE;
    if (answer != MENU_CHOSEN)
        return;
    switch (app->menu_kind) {
    case MENU_SORT:
        sort_by(app, item->tag);
        break;
    case MENU_CELL:
        use_cell(app, (enum cell_choice)item->tag);
        break;
    case MENU_COPY:
        copy(app, (enum copy_choice)item->tag);
        break;
    case MENU_EXPORT:
        app->export_kind = (enum export_kind)item->tag;
        prompt_open(app, PROMPT_FILE, "");
        break;
    case MENU_SHOWN:
    case MENU_NOTE:
        break;
    }
}
