/* SPDX-License-Identifier: MIT */
#include "view/tui/packet/hex.h"

#include <stdio.h>

static uint32_t row_count(const struct hex *hex)
{
    return hex->in_row ? (hex->length + hex->in_row - 1) / hex->in_row : 0;
}

/* Columns of the offset in front. */
static int offset_width(const struct hex *hex)
{
    return hex->length > 0x10000 ? 6 : 4;
}

static int octet_column(const struct hex *hex, uint32_t i)
{
    return offset_width(hex) + 2 + 3 * (int)i + (i >= 8);
}

static int text_column(const struct hex *hex)
{
    return octet_column(hex, hex->in_row - 1) + 4;
}

static bool among(uint32_t at, uint32_t first, uint32_t count)
{
    return at >= first && at - first < count;
}

static enum role role_of(const struct hex *hex, uint32_t at)
{
    if (hex->focus && at == hex->cursor)
        return ROLE_CURSOR;
    if (among(at, hex->first, hex->marked))
        return hex->calm ? ROLE_LAYER : ROLE_FIELD;
    return among(at, hex->layer_first, hex->layer_marked) ? ROLE_LAYER : ROLE_NORMAL;
}

static void draw_row(struct hex *hex, struct cells *cells, struct area area, int y, uint32_t row)
{
    uint32_t begin = row * hex->in_row;
    char text[16];
    snprintf(text, sizeof text, offset_width(hex) == 6 ? "%06x" : "%04x", begin);
    cells_put(cells, area, y, 0, ROLE_DIM, text);
    for (uint32_t i = 0; i < hex->in_row && begin + i < hex->length; i++) {
        uint32_t at = begin + i;
        uint8_t octet = hex->octets[at];
        enum role role = role_of(hex, at);
        int column = octet_column(hex, i);
        bool joined = i > 0 && role != ROLE_NORMAL && role != ROLE_CURSOR && role_of(hex, at - 1) == role;
        snprintf(text, sizeof text, "%02x", octet);
        cells_put(cells, area, y, column, role, text);
        if (joined)
            cells_fill(cells, area_columns(area, 0, column), y, octet_column(hex, i - 1) + 2, role, " ");
        if (at == hex->first && hex->marked > 0)
            cells_put(cells, area, y, column - 1, ROLE_VALUE, "[");
        if (hex->marked > 0 && at == hex->first + hex->marked - 1)
            cells_put(cells, area, y, column + 2, ROLE_VALUE, "]");
        text[0] = (char)octet;
        text[1] = '\0';
        cells_put(cells, area, y, text_column(hex) + (int)i, role == ROLE_NORMAL ? ROLE_DIM : role,
                  octet >= 0x20 && octet < 0x7F ? text : "·");
    }
}

/* Keeps an octet, or the first of those that are marked, on the screen. */
static void settle(struct hex *hex)
{
    uint32_t rows = row_count(hex), shown = hex->area.height > 0 ? (uint32_t)hex->area.height : 1;
    uint32_t row =
        hex->in_row ? (hex->focus || hex->marked == 0 ? hex->cursor : hex->first) / hex->in_row : 0;
    uint32_t end = hex->in_row && hex->marked ? (hex->first + hex->marked - 1) / hex->in_row : row;
    if (!hex->focus && end - row < shown && (row < hex->top || end >= hex->top + shown))
        hex->top = row > 0 && end - row + 1 < shown ? row - 1 : row; /* with what stands in front of it */
    if (row < hex->top)
        hex->top = row;
    if (row >= hex->top + shown)
        hex->top = row - shown + 1;
    if (rows <= shown)
        hex->top = 0;
    else if (hex->top > rows - shown)
        hex->top = rows - shown;
}

void hex_draw(struct hex *hex, struct cells *cells, struct area area)
{
    hex->area = area;
    hex->in_row = area.width >= HEX_WIDTH + (hex->length > 0x10000 ? 2 : 0) ? 16 : 8;
    settle(hex);
    for (int y = 0; y < area.height && hex->top + (uint32_t)y < row_count(hex); y++)
        draw_row(hex, cells, area, y, hex->top + (uint32_t)y);
}

void hex_mark(struct hex *hex, uint32_t first, uint32_t count)
{
    hex->first = first;
    hex->marked = first < hex->length ? count : 0;
    if (!among(hex->cursor, first, count) && first < hex->length)
        hex->cursor = first;
}

bool hex_act(struct hex *hex, enum request request, uint64_t count)
{
    uint32_t last = hex->length ? hex->length - 1 : 0, row = hex->in_row ? hex->in_row : 16, by = 0;
    uint32_t page = row * (hex->area.height > 1 ? (uint32_t)hex->area.height : 1);
    uint32_t times = count > 0 && count < hex->length ? (uint32_t)count : 1;
    bool back = request == REQUEST_UP || request == REQUEST_PAGE_UP || request == REQUEST_HALF_UP ||
                request == REQUEST_OCTET_BACK;
    switch (request) {
    case REQUEST_OCTET_BACK:
    case REQUEST_OCTET_NEXT:
        by = times;
        break;
    case REQUEST_UP:
    case REQUEST_DOWN:
        by = row * times;
        break;
    case REQUEST_PAGE_UP:
    case REQUEST_PAGE_DOWN:
        by = page;
        break;
    case REQUEST_HALF_UP:
    case REQUEST_HALF_DOWN:
        by = (page / row + 1) / 2 * row;
        break;
    case REQUEST_FIRST:
        hex->cursor = 0;
        return true;
    case REQUEST_LAST:
        hex->cursor = last;
        return true;
    default:
        return false;
    }
    if (back && hex->cursor >= by)
        hex->cursor -= by;
    else if (!back && by <= last - hex->cursor)
        hex->cursor += by;
    else if (by < row || request == REQUEST_PAGE_UP || request == REQUEST_PAGE_DOWN)
        hex->cursor = back ? 0 : last;
    return true;
}

uint32_t hex_at(const struct hex *hex, int row, int column)
{
    int y = row - hex->area.top, x = column - hex->area.left;
    if (y < 0 || y >= hex->area.height || hex->in_row == 0)
        return UINT32_MAX;
    for (uint32_t i = 0; i < hex->in_row; i++) {
        int left = octet_column(hex, i);
        uint32_t at = (hex->top + (uint32_t)y) * hex->in_row + i;
        bool hit = (x >= left && x < left + 2) || x == text_column(hex) + (int)i;
        if (hit && at < hex->length)
            return at;
    }
    return UINT32_MAX;
}
