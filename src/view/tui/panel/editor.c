/* SPDX-License-Identifier: MIT */
#include "view/tui/panel/editor.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void editor_set(struct editor *editor, const char *text)
{
    strbuf_clear(&editor->text);
    strbuf_text(&editor->text, text);
    editor->cursor = editor->text.length;
    editor->place = editor->history ? editor->history->count : 0;
}

void editor_release(struct editor *editor)
{
    strbuf_release(&editor->text);
    free(editor->kept);
    *editor = (struct editor) { .cursor = 0 };
}

void editor_replace(struct editor *editor, size_t from, size_t to, const char *text)
{
    struct strbuf made = { 0 };
    size_t length = strlen(text);
    if (editor->text.length - (to - from) + length > EDITOR_MOST)
        return;
    strbuf_add(&made, editor->text.data, from);
    strbuf_text(&made, text);
    strbuf_add(&made, editor->text.data + to, editor->text.length - to);
    strbuf_release(&editor->text);
    editor->text = made;
    editor->cursor = from + length;
}

static bool continues(char octet)
{
    return ((unsigned char)octet & 0xC0) == 0x80;
}

static size_t before(const struct editor *editor, size_t at)
{
    while (at > 0 && continues(editor->text.data[--at]))
        continue;
    return at;
}

static size_t behind(const struct editor *editor, size_t at)
{
    if (at < editor->text.length)
        at++;
    while (at < editor->text.length && continues(editor->text.data[at]))
        at++;
    return at;
}

/* Where the word before a place begins. */
static size_t word_before(const struct editor *editor, size_t at)
{
    while (at > 0 && editor->text.data[at - 1] == ' ')
        at--;
    while (at > 0 && editor->text.data[at - 1] != ' ')
        at--;
    return at;
}

static void go_through_history(struct editor *editor, bool older)
{
    struct editor_history *history = editor->history;
    if (!history || (older ? editor->place == 0 : editor->place >= history->count))
        return;
    if (editor->place == history->count) {
        free(editor->kept);
        editor->kept = alloc_text(editor->text.data ? editor->text.data : "");
    }
    size_t place = older ? editor->place - 1 : editor->place + 1;
    const char *line = place == history->count ? editor->kept : history->line[place];
    editor_set(editor, line ? line : ""); /* the history may have grown meanwhile */
    editor->place = place;
}

static bool take_key(struct editor *editor, uint32_t key)
{
    char text[KEY_TEXT + 1] = "";
    if (key_is_text(key)) {
        text[key_text(key, text)] = '\0';
        editor_replace(editor, editor->cursor, editor->cursor, text);
        return true;
    }
    switch (key) {
    case KEY_CODE_LEFT:
        editor->cursor = before(editor, editor->cursor);
        return true;
    case KEY_CODE_RIGHT:
        editor->cursor = behind(editor, editor->cursor);
        return true;
    case 'A' - '@':
    case KEY_CODE_HOME:
        editor->cursor = 0;
        return true;
    case 'E' - '@':
    case KEY_CODE_END:
        editor->cursor = editor->text.length;
        return true;
    case KEY_CODE_BACKSPACE:
        editor_replace(editor, before(editor, editor->cursor), editor->cursor, "");
        return true;
    case 'D' - '@':
    case KEY_CODE_DELETE:
        text[0] = '\0';
        size_t at = editor->cursor;
        editor_replace(editor, at, behind(editor, at), text);
        return true;
    case 'U' - '@':
        editor_replace(editor, 0, editor->text.length, "");
        return true;
    case 'K' - '@':
        editor_replace(editor, editor->cursor, editor->text.length, "");
        return true;
    case 'W' - '@':
        editor_replace(editor, word_before(editor, editor->cursor), editor->cursor, "");
        return true;
    case KEY_CODE_UP:
        go_through_history(editor, true);
        return true;
    case KEY_CODE_DOWN:
        go_through_history(editor, false);
        return true;
    default:
        return false;
    }
}

bool editor_take(struct editor *editor, const struct event *event)
{
    strbuf_text(&editor->text, "");
    if (event->kind == EVENT_KEY)
        return take_key(editor, event->key);
    if (event->kind != EVENT_PASTE)
        return false;
    struct strbuf text = { 0 };
    strbuf_add(&text, event->text ? event->text : "", event->length);
    editor_replace(editor, editor->cursor, editor->cursor, text.data);
    strbuf_release(&text);
    return true;
}

/* Columns of the first octets of the text. */
static int columns_of(const struct editor *editor, const struct cells *cells, size_t from, size_t to)
{
    struct strbuf part = { 0 };
    strbuf_add(&part, editor->text.data + from, to - from);
    int width = cells_width(cells, part.data);
    strbuf_release(&part);
    return width;
}

int editor_draw(const struct editor *editor, struct cells *cells, struct area area, int row, int column)
{
    const char *text = editor->text.data ? editor->text.data : "";
    struct area room = area_columns(area, column, area.width - column);
    size_t from = 0;
    int hidden = 0;
    cells_fill(cells, room, row, 0, ROLE_INPUT, " ");
    if (editor->text.length == 0) {
        cells->cursor_row = area.top + row;
        cells->cursor_column = room.left;
        return column;
    }
    while (from < editor->cursor && columns_of(editor, cells, from, editor->cursor) >= room.width)
        from = behind(editor, from);
    hidden = columns_of(editor, cells, 0, from);
    cells_put(cells, room, row, 0, ROLE_INPUT, text + from);
    if (from > 0)
        cells_put(cells, room, row, 0, ROLE_DIM, "…");
    cells->cursor_row = area.top + row;
    cells->cursor_column = room.left + columns_of(editor, cells, from, editor->cursor);
    return column - hidden;
}

void editor_remember(struct editor_history *history, const char *line)
{
    if (!*line || (history->count && strcmp(history->line[history->count - 1], line) == 0))
        return;
    if (history->count == EDITOR_HISTORY) {
        free(history->line[0]);
        memmove(history->line, history->line + 1, (EDITOR_HISTORY - 1) * sizeof *history->line);
        history->count--;
    }
    history->line[history->count++] = alloc_text(line);
}

void editor_history_release(struct editor_history *history)
{
    for (size_t i = 0; i < history->count; i++)
        free(history->line[i]);
    history->count = 0;
}
