/* SPDX-License-Identifier: MIT */
#include "view/tui/cells/cells.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/utf8.h"

static const struct {
    uint32_t point;
    char ascii[2];
} glyphs[] = {
#define GLYPH(point, ascii) { point, ascii },
#include "view/tui/cells/glyphs.def"
#undef GLYPH
};

/* What one character of text becomes: up to UTF8_CLEAN octets, cells of which all but a lone character are ASCII. */
struct shown {
    char text[UTF8_CLEAN];
    size_t length;
    int width;
};

static const char *stand_in(uint32_t point)
{
    for (size_t i = 0; i < sizeof glyphs / sizeof *glyphs; i++)
        if (glyphs[i].point == point)
            return glyphs[i].ascii;
    return NULL;
}

/* "\u{301}", for what utf8_clean() would let through. */
static void escape(struct shown *shown, uint32_t point)
{
    static const char hex[] = "0123456789abcdef";
    int shift = 20;
    memcpy(shown->text, "\\u{", 3);
    shown->length = 3;
    while (shift > 4 && point >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        shown->text[shown->length++] = hex[point >> shift & 0xF];
    shown->text[shown->length++] = '}';
    shown->width = (int)shown->length;
}

/* Takes the first character of text apart; returns its octets. */
static size_t show(const struct cells *cells, const char *text, size_t length, struct shown *shown)
{
    uint32_t point = 0;
    size_t n = utf8_decode(text, length, &point);
    if (n == 1 && point >= 0x20 && point < 0x7F) {
        *shown = (struct shown) { .text = { text[0] }, .length = 1, .width = 1 };
        return 1;
    }
    size_t octets = utf8_clean(text, length, shown->text, &shown->length);
    shown->width = (int)shown->length;
    if (shown->text[0] == '\\')
        return octets;
    const char *ascii = cells->ascii ? stand_in(point) : NULL;
    if (ascii) {
        *shown = (struct shown) { .text = { ascii[0] }, .length = 1, .width = 1 };
        return octets;
    }
    shown->width = cells->ascii ? 0 : wcwidth((wchar_t)point);
    if (shown->width < 1 || shown->width > 2)
        escape(shown, point);
    return octets;
}

void cells_size(struct cells *cells, int height, int width)
{
    cells->height = height;
    cells->width = width;
    cells->cell = alloc_resize(cells->cell, (size_t)height * (size_t)width, sizeof *cells->cell);
    cells_blank(cells);
}

void cells_blank(struct cells *cells)
{
    struct cell blank = { .glyph = { ' ' }, .length = 1, .width = 1, .role = ROLE_NORMAL };
    size_t count = (size_t)cells->height * (size_t)cells->width;
    for (size_t i = 0; i < count; i++)
        cells->cell[i] = blank;
    cells->cursor_row = cells->cursor_column = -1;
}

void cells_release(struct cells *cells)
{
    free(cells->cell);
    *cells = (struct cells) { 0 };
}

struct area cells_all(const struct cells *cells)
{
    return (struct area) { .height = cells->height, .width = cells->width };
}

static int clamp(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

struct area area_rows(struct area area, int top, int height)
{
    int from = clamp(top, area.height);
    return (struct area) { .top = area.top + from,
                           .left = area.left,
                           .height = clamp(height, area.height - from),
                           .width = area.width };
}

struct area area_columns(struct area area, int left, int width)
{
    int from = clamp(left, area.width);
    return (struct area) { .top = area.top,
                           .left = area.left + from,
                           .height = area.height,
                           .width = clamp(width, area.width - from) };
}

static struct cell *at(struct cells *cells, int row, int column)
{
    return &cells->cell[(size_t)row * (size_t)cells->width + (size_t)column];
}

/* A cell that is written over may be half of a wide character, whose other half then is a blank. */
static void mend(struct cells *cells, int row, int column)
{
    struct cell *cell = at(cells, row, column);
    if (cell->width == 0 && column > 0)
        *at(cells, row, column - 1) =
            (struct cell) { .glyph = { ' ' }, .length = 1, .width = 1, .role = cell->role };
    if (cell->width == 2 && column + 1 < cells->width)
        *at(cells, row, column + 1) =
            (struct cell) { .glyph = { ' ' }, .length = 1, .width = 1, .role = cell->role };
}

static void set(struct cells *cells, int row, int column, enum role role, const char *glyph, size_t length,
                int width)
{
    mend(cells, row, column);
    if (width == 2)
        mend(cells, row, column + 1);
    struct cell *cell = at(cells, row, column);
    *cell = (struct cell) { .length = (uint8_t)length, .width = (uint8_t)width, .role = (uint8_t)role };
    memcpy(cell->glyph, glyph, length);
    if (width == 2)
        *at(cells, row, column + 1) = (struct cell) { .role = (uint8_t)role };
}

/* Whether a place is in the area, and the area in the cells. */
static bool inside(const struct cells *cells, struct area area, int row)
{
    return row >= 0 && row < area.height && area.top + row >= 0 && area.top + row < cells->height &&
           area.left >= 0 && area.left + area.width <= cells->width;
}

int cells_put_n(struct cells *cells, struct area area, int row, int column, enum role role, const char *text,
                size_t length)
{
    int used = 0;
    if (!inside(cells, area, row) || column < 0)
        return 0;
    for (size_t i = 0; i < length;) {
        struct shown shown;
        i += show(cells, text + i, length - i, &shown);
        bool one = shown.width <= 2 && shown.text[0] != '\\';
        if (one && column + used + shown.width > area.width)
            break;
        if (one) {
            set(cells, area.top + row, area.left + column + used, role, shown.text, shown.length,
                shown.width);
            used += shown.width;
            continue;
        }
        for (size_t k = 0; k < shown.length && column + used < area.width; k++)
            set(cells, area.top + row, area.left + column + used++, role, shown.text + k, 1, 1);
        if (column + used >= area.width)
            break;
    }
    return used;
}

int cells_put(struct cells *cells, struct area area, int row, int column, enum role role, const char *text)
{
    return cells_put_n(cells, area, row, column, role, text, strlen(text));
}

int cells_width(const struct cells *cells, const char *text)
{
    size_t length = strlen(text);
    int width = 0;
    for (size_t i = 0; i < length;) {
        struct shown shown;
        i += show(cells, text + i, length - i, &shown);
        width += shown.width;
    }
    return width;
}

void cells_fill(struct cells *cells, struct area area, int row, int column, enum role role, const char *sign)
{
    while (column < area.width && inside(cells, area, row)) {
        int used = cells_put(cells, area, row, column, role, sign);
        if (used <= 0)
            break;
        column += used;
    }
}

void cells_field(struct cells *cells, struct area area, int row, int column, int width, enum role role,
                 bool right, const char *text)
{
    struct area field = area_columns(area, column, width);
    int needed = cells_width(cells, text), used = 0;
    if (field.width <= 0)
        return;
    if (needed > field.width) {
        struct area most = area_columns(field, 0, field.width - 1);
        cells_fill(cells, field, row, 0, role, " ");
        used = cells_put(cells, most, row, 0, role, text);
        cells_put(cells, field, row, used, role, "…");
        return;
    }
    for (; right && used < field.width - needed; used++)
        cells_put(cells, field, row, used, role, " ");
    used += cells_put(cells, field, row, used, role, text);
    cells_fill(cells, field, row, used, role, " ");
}

/*
 * Octets of text up to the last blank where it still fits, with `clauses` the last one behind a semicolon, if any; all of
 * them, if it fits whole; 0: there is no such place.
 */
static size_t fitting(const struct cells *cells, const char *text, int columns, bool clauses)
{
    size_t length = strlen(text), blank = 0;
    int width = 0;
    for (size_t i = 0; i < length;) {
        struct shown shown;
        bool clause = clauses && blank > 0 && text[blank - 1] == ';';
        if (text[i] == ' ' && i > 0 && (!clause || text[i - 1] == ';'))
            blank = i;
        i += show(cells, text + i, length - i, &shown);
        width += shown.width;
        if (width > columns)
            return blank;
    }
    return length;
}

int cells_words(struct cells *cells, struct area area, int row, int most, enum role role, const char *text)
{
    int used = 0;
    while (used + 1 < most) {
        size_t end = fitting(cells, text, area.width, true);
        if (used + 2 == most &&
            cells_width(cells, text + end) > area.width) /* the last row could not hold the rest */
            end = fitting(cells, text, area.width, false);
        if (end == 0 || text[end] == '\0')
            break;
        cells_put_n(cells, area, row + used++, 0, role, text, end);
        text += end + strspn(text + end, " ");
    }
    cells_field(cells, area, row + used, 0, area.width, role, false, text);
    return used + 1;
}

void cells_tint(struct cells *cells, struct area area, int row, int column, int width, enum role role)
{
    if (!inside(cells, area, row))
        return;
    for (int i = column < 0 ? 0 : column; i < column + width && i < area.width; i++)
        at(cells, area.top + row, area.left + i)->role = (uint8_t)role;
}

void cells_rule(struct cells *cells, struct area area, int row, const char *title)
{
    cells_fill(cells, area, row, 0, ROLE_RULE, "─");
    if (title && *title && area.width > 8) {
        struct area room = area_columns(area, 3, area.width - 6);
        int width = cells_width(cells, title);
        if (width > room.width)
            cells_field(cells, room, row, 0, room.width, ROLE_RULE_TITLE, false, title);
        else
            cells_put(cells, room, row, 0, ROLE_RULE_TITLE, title);
        cells_put(cells, area, row, 2, ROLE_RULE, " ");
        cells_put(cells, area, row, 3 + (width < room.width ? width : room.width), ROLE_RULE, " ");
    }
}

void cells_bar(struct cells *cells, struct area area, int column)
{
    for (int row = 0; row < area.height; row++)
        cells_put(cells, area, row, column, ROLE_RULE, "│");
}

const char *cells_block(unsigned eighths)
{
    static const char *const block[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    return block[eighths > 8 ? 8 : eighths];
}

const char *cells_block_left(unsigned eighths)
{
    static const char *const block[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };
    return block[eighths > 8 ? 8 : eighths];
}

void cells_text(const struct cells *cells, struct strbuf *out)
{
    for (int row = 0; row < cells->height; row++) {
        const struct cell *cell = cells->cell + (size_t)row * (size_t)cells->width;
        size_t end = out->length;
        for (int column = 0; column < cells->width; column++) {
            strbuf_add(out, cell[column].glyph, cell[column].length);
            if (cell[column].length != 1 || cell[column].glyph[0] != ' ')
                end = out->length;
        }
        out->length = end;
        strbuf_char(out, '\n');
    }
}

void cells_roles(const struct cells *cells, struct strbuf *out)
{
    for (int row = 0; row < cells->height; row++) {
        const struct cell *cell = cells->cell + (size_t)row * (size_t)cells->width;
        for (int column = 0; column < cells->width; column++)
            strbuf_char(out, role_looks[cell[column].role].letter);
        strbuf_char(out, '\n');
    }
}

void cells_looks(const struct cells *cells, struct strbuf *out)
{
    static const char letter[] = ".123456789abcdef";
    for (int row = 0; row < cells->height; row++) {
        const struct cell *cell = cells->cell + (size_t)row * (size_t)cells->width;
        for (int column = 0; column < cells->width; column++)
            strbuf_char(out, letter[role_looks[cell[column].role].mono & 0xF]);
        strbuf_char(out, '\n');
    }
}
