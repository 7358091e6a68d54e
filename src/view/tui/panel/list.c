/* SPDX-License-Identifier: MIT */
#include "view/tui/panel/list.h"

#include <string.h>

#define GAP          1  /* blanks between columns */
#define TIGHT        66 /* columns of a list below which addresses have less room, so that both are seen */
#define TIGHT_MIDDLE 18
#define WIDEST       UINT8_MAX

void list_release(struct list *list)
{
    strbuf_release(&list->text);
    marks_clear(&list->marks);
}

static uint64_t count_of(const struct list *list)
{
    return list->ops->count(list->user);
}

uint64_t list_id(const struct list *list, uint64_t row)
{
    return list->ops->id ? list->ops->id(list->user, row) : row;
}

bool list_marked(const struct list *list, uint64_t row)
{
    return list->marks.count > 0 && marks_has(&list->marks, list_id(list, row));
}

/* Keeps the cursor among the rows, and on the screen. */
static void settle(struct list *list)
{
    uint64_t count = count_of(list), page = list->page > 0 ? (uint64_t)list->page : 1;
    if (list->cursor >= count)
        list->cursor = count ? count - 1 : 0;
    if (list->top > list->cursor)
        list->top = list->cursor;
    if (list->cursor - list->top >= page)
        list->top = list->cursor - page + 1;
    if (count <= page)
        list->top = 0;
    else if (list->top > count - page)
        list->top = count - page;
}

void list_sync(struct list *list)
{
    uint64_t offset = list->cursor - list->top, count = count_of(list);
    uint64_t row = LIST_NONE;
    memset(list->needed, 0, sizeof list->needed);
    if (list->moved && list->id != LIST_NONE && list->ops->find)
        row = list->ops->find(list->user, list->id);
    if (row != LIST_NONE) {
        list->cursor = row;
        list->top = row >= offset ? row - offset : 0;
    }
    settle(list);
    if (row != LIST_NONE || !list->partial || !list->moved)
        list->id = count ? list_id(list, list->cursor) : LIST_NONE;
}

void list_go(struct list *list, uint64_t row)
{
    list->cursor = row;
    list->moved = true;
    settle(list);
    list->id = count_of(list) ? list_id(list, list->cursor) : LIST_NONE;
}

/* --- columns --- */

static bool is_right(const struct list *list, unsigned column)
{
    return list->columns[column].right || (list->right >> column & 1);
}

/* How wide it usually is; 0: it is not shown, wherever the list begins. */
static int width_of(const struct list *list, unsigned column)
{
    const struct list_column *c = &list->columns[column];
    if (list->hidden[column])
        return 0;
    if (list->wide)
        return c->wide;
    bool less = c->middle && list->area.width < TIGHT && c->narrow > TIGHT_MIDDLE;
    return less ? TIGHT_MIDDLE : c->narrow;
}

static void need(struct list *list, unsigned column, int width)
{
    if (width > list->needed[column])
        list->needed[column] = (uint8_t)(width < WIDEST ? width : WIDEST);
}

/* Looks at the heading of a column, and at the rows on the screen. */
static void measure(struct list *list, const struct cells *cells, unsigned column)
{
    const struct list_column *c = &list->columns[column];
    uint64_t count = list->ops->count(list->user);
    need(list, column, cells_width(cells, list->wide && c->full ? c->full : c->title));
    for (uint64_t row = list->top; row < count && row - list->top < (uint64_t)list->page; row++) {
        enum role role = ROLE_NORMAL;
        strbuf_clear(&list->text);
        strbuf_text(&list->text, "");
        list->ops->cell(list->user, row, column, list->wide, &list->text, &role);
        need(list, column, cells_width(cells, list->text.data));
    }
}

/* Shows columns from `first` on, as far as they fit as they usually are. Returns what is left of the width. */
static int show(struct list *list)
{
    int left = list->area.width - 1 + GAP;
    bool fits = true;
    for (unsigned i = 0; i < list->column_count; i++) {
        int wanted = width_of(list, i);
        fits &= i < list->first || wanted + GAP <= left; /* none behind one that did not fit */
        list->place[i].width = i >= list->first && fits ? wanted : 0;
        left -= list->place[i].width ? list->place[i].width + GAP : 0;
    }
    return left;
}

static bool is_whole(const struct list *list, unsigned column)
{
    return !list->fitting && (is_right(list, column) || list->columns[column].whole);
}

/* Room for whole numbers; returns what is left of the width: less than 0 where that is more than there is. */
static int widen(struct list *list, const struct cells *cells, int left)
{
    for (unsigned i = 0; i < list->column_count; i++) {
        int *width = &list->place[i].width;
        if (*width == 0 || !is_whole(list, i))
            continue;
        measure(list, cells, i);
        if (list->needed[i] <= *width)
            continue;
        left -= list->needed[i] - *width;
        *width = list->needed[i];
    }
    return left;
}

/* Makes a column narrower, for the others; returns what is left then. */
static int give(struct list *list, unsigned column, int least, int left)
{
    int *width = &list->place[column].width, more = *width - least;
    if (left >= 0 || *width == 0 || more <= 0)
        return left;
    more = more < -left ? more : -left;
    *width -= more;
    return left + more;
}

/* Takes room from columns whose text has more than it needs, then from text, then whole columns. */
static void narrow(struct list *list, const struct cells *cells, int left)
{
    for (unsigned i = list->column_count; i-- > 0 && left < 0;) {
        if (list->place[i].width > 0)
            measure(list, cells, i);
        left = give(list, i, list->needed[i], left);
    }
    for (unsigned i = list->column_count; i-- > 0 && left < 0;)
        if (list->columns[i].least)
            left = give(list, i, list->columns[i].least, left);
    for (unsigned i = list->column_count; i-- > 0 && left < 0;)
        if (list->columns[i].middle)
            left = give(list, i, TIGHT_MIDDLE, left);
    for (unsigned i = list->column_count; i-- > list->first + 1 && left < 0;) {
        left += list->place[i].width ? list->place[i].width + GAP : 0;
        list->place[i].width = 0;
    }
}

/* What is left goes to text that is cut, and then to all that can do with more. */
static void grow(struct list *list, const struct cells *cells, int spare)
{
    for (unsigned i = 0; i < list->column_count && spare > 0; i++) {
        int *width = &list->place[i].width;
        if (*width == 0 || !list->columns[i].least)
            continue;
        measure(list, cells, i);
        int wanted = list->needed[i] < list->columns[i].most ? list->needed[i] : list->columns[i].most,
            more = wanted - *width < spare ? wanted - *width : spare;
        *width += more > 0 ? more : 0;
        spare -= more > 0 ? more : 0;
    }
    for (bool growing = true; growing && spare > 0;) {
        growing = false;
        for (unsigned i = 0; i < list->column_count && spare > 0; i++) {
            if (list->place[i].width == 0 || list->place[i].width >= list->columns[i].most)
                continue;
            list->place[i].width++;
            spare--;
            growing = true;
        }
    }
}

/* False: the current column is not among those that are shown. */
static bool place(struct list *list, const struct cells *cells)
{
    int left = widen(list, cells, show(list));
    if (left < 0)
        narrow(list, cells, left);
    else
        grow(list, cells, left);
    int at = 1;
    for (unsigned i = 0; i < list->column_count; i++) {
        list->place[i].left = at;
        at += list->place[i].width ? list->place[i].width + GAP : 0;
    }
    return list->column >= list->column_count || list->place[list->column].width > 0 ||
           width_of(list, list->column) == 0;
}

/* Which columns are shown, the current one among them, and how wide: numbers are whole, whatever the others lose. */
static void place_columns(struct list *list, const struct cells *cells)
{
    if (list->first > list->column)
        list->first = list->column;
    while (!place(list, cells) && list->first < list->column)
        list->first++;
}

/* --- drawing --- */

static void draw_heading(struct list *list, struct cells *cells, struct area area)
{
    cells_fill(cells, area, 0, 0, ROLE_HEADING, " ");
    for (unsigned i = 0; i < list->column_count; i++) {
        const struct list_column *c = &list->columns[i];
        bool sorted = (int)i == list->sorted;
        enum role role = sorted || (list->focus && i == list->column) ? ROLE_HEADING_KEY : ROLE_HEADING;
        if (list->place[i].width == 0)
            continue;
        strbuf_clear(&list->text);
        strbuf_text(&list->text, list->wide && c->full ? c->full : c->title);
        int room = list->place[i].width - (sorted ? 1 : 0), wanted = cells_width(cells, list->text.data);
        int left = list->place[i].left + (is_right(list, i) && wanted < room ? room - wanted : 0);
        int used = cells_put(cells, area_columns(area, left, room), 0, 0, role, list->text.data);
        if (sorted)
            cells_put(cells, area, 0, left + used, role, list->descending ? "▼" : "▲");
        if (list->focus && i == list->column && !sorted && role == ROLE_HEADING_KEY)
            cells_tint(cells, area, 0, list->place[i].left, list->place[i].width, ROLE_HEADING_KEY);
    }
    if (list->first > 0)
        cells_put(cells, area, 0, 0, ROLE_HEADING_KEY, "←");
    /* more to the right, where there is a place for the sign */
    unsigned last = list->column_count;
    while (last > list->first && (list->place[last - 1].width > 0 || width_of(list, last - 1) == 0))
        last--;
    int end = 0;
    for (unsigned i = 0; i < last; i++)
        end = list->place[i].width ? list->place[i].left + list->place[i].width : end;
    if (last > list->first && end < area.width)
        cells_put(cells, area, 0, area.width - 1, ROLE_HEADING_KEY, "→");
}

/* Text that keeps its beginning and its end; the middle is what can be done without. */
static void shorten(struct cells *cells, struct strbuf *text, int width)
{
    struct strbuf kept = { 0 };
    int have = cells_width(cells, text->data);
    if (have <= width || width < 5 || have != (int)text->length)
        return;
    size_t tail = (size_t)(width - 1) * 3 / 5, head = (size_t)(width - 1) - tail;
    strbuf_add(&kept, text->data, head);
    strbuf_text(&kept, "…");
    strbuf_text(&kept, text->data + text->length - tail);
    strbuf_clear(text);
    strbuf_add(text, kept.data, kept.length);
    strbuf_release(&kept);
}

/* What a cell means in a row that means something as a whole; ROLE_COUNT: it does not. */
static enum role role_in_row(enum role row, enum role cell)
{
    if (row == ROLE_CURSOR && cell == ROLE_BAR)
        return ROLE_CURSOR_BAR;
    if (cell == ROLE_BAR)
        return ROLE_BAR;
    return row != ROLE_COUNT ? row : cell;
}

static void draw_row(struct list *list, struct cells *cells, struct area area, int y, uint64_t row)
{
    bool current = row == list->cursor;
    bool marked = list_marked(list, row);
    bool problem = list->ops->problem && list->ops->problem(list->user, row);
    enum role all = current  ? list->focus ? ROLE_CURSOR : ROLE_CURSOR_IDLE
                    : marked ? ROLE_MARKED
                             : ROLE_COUNT;
    if (all != ROLE_COUNT)
        cells_fill(cells, area, y, 0, all, " ");
    const char *sign = current ? ">" : marked ? "*" : problem ? "!" : " ";
    cells_put(cells, area, y, 0, all != ROLE_COUNT ? all : problem ? ROLE_PROBLEM : ROLE_NORMAL, sign);
    for (unsigned i = 0; i < list->column_count; i++) {
        const struct list_column *c = &list->columns[i];
        enum role role = ROLE_NORMAL;
        int width = list->place[i].width;
        if (width == 0)
            continue;
        strbuf_clear(&list->text);
        strbuf_text(&list->text, "");
        list->ops->cell(list->user, row, i, list->wide, &list->text, &role);
        if (c->middle)
            shorten(cells, &list->text, width);
        cells_field(cells, area, y, list->place[i].left, width, role_in_row(all, role), is_right(list, i),
                    list->text.data);
    }
}

void list_draw(struct list *list, struct cells *cells, struct area area)
{
    uint64_t count = count_of(list);
    list->area = area;
    list->page = area.height - 1;
    settle(list);
    if (list->id == LIST_NONE && count > 0)
        list->id = list_id(list, list->cursor);
    place_columns(list, cells);
    draw_heading(list, cells, area);
    for (int y = 0; y < list->page && list->top + (uint64_t)y < count; y++)
        draw_row(list, cells, area, y + 1, list->top + (uint64_t)y);
}

/* Rows the cursor is moved by, or where it goes. */
static bool move_cursor(struct list *list, enum request request, const struct event *event)
{
    uint64_t count = count_of(list), last = count ? count - 1 : 0,
             page = list->page > 1 ? (uint64_t)list->page : 1;
    uint64_t times = event && event->count ? event->count : 1, at = list->cursor, by = 0;
    bool down = false;
    switch (request) {
    case REQUEST_UP:
        by = times;
        break;
    case REQUEST_DOWN:
        by = times, down = true;
        break;
    case REQUEST_PAGE_UP:
        by = page;
        break;
    case REQUEST_PAGE_DOWN:
        by = page, down = true;
        break;
    case REQUEST_HALF_UP:
        by = page / 2 + page % 2;
        break;
    case REQUEST_HALF_DOWN:
        by = page / 2 + page % 2, down = true;
        break;
    case REQUEST_FIRST:
        list_go(list, event && event->count ? event->count - 1 : 0);
        return true;
    case REQUEST_LAST:
        list_go(list, event && event->count ? event->count - 1 : last);
        return true;
    default:
        return false;
    }
    if (request == REQUEST_PAGE_DOWN || request == REQUEST_HALF_DOWN)
        list->top = list->top + by; /* the page moves with it, as far as there are rows */
    else if (request == REQUEST_PAGE_UP || request == REQUEST_HALF_UP)
        list->top = list->top > by ? list->top - by : 0;
    if (down)
        list_go(list, by > last - (at < last ? at : last) ? last : at + by);
    else
        list_go(list, at > by ? at - by : 0);
    return true;
}

static bool move_column(struct list *list, bool right)
{
    unsigned column = list->column;
    do {
        if (right ? column + 1 >= list->column_count : column == 0)
            return true;
        column = right ? column + 1 : column - 1;
    } while (width_of(list, column) == 0);
    list->column = column;
    return true;
}

static bool mark(struct list *list)
{
    uint64_t count = count_of(list);
    if (!list->markable || list->cursor >= count || list_id(list, list->cursor) == LIST_NONE)
        return false;
    marks_toggle(&list->marks, list_id(list, list->cursor));
    if (list->cursor + 1 < count)
        list_go(list, list->cursor + 1);
    return true;
}

bool list_act(struct list *list, enum request request, const struct event *event)
{
    switch (request) {
    case REQUEST_LEFT:
    case REQUEST_RIGHT:
        return move_column(list, request == REQUEST_RIGHT);
    case REQUEST_MARK:
        return mark(list);
    case REQUEST_UNMARK_ALL:
        marks_clear(&list->marks);
        return true;
    default:
        return move_cursor(list, request, event);
    }
}

bool list_step(struct list *list, enum request request, const struct event *event)
{
    return list_act(list, request == REQUEST_ROW_NEXT ? REQUEST_DOWN : REQUEST_UP, event);
}

bool list_mouse(struct list *list, const struct event *event, int *heading)
{
    int y = event->row - list->area.top, x = event->column - list->area.left;
    *heading = -1;
    if (y < 0 || y >= list->area.height || x < 0 || x >= list->area.width)
        return false;
    if (event->kind == EVENT_WHEEL) {
        struct event lines = { .count = (uint64_t)(event->delta < 0 ? -event->delta : event->delta) };
        return move_cursor(list, event->delta < 0 ? REQUEST_UP : REQUEST_DOWN, &lines);
    }
    for (unsigned i = 0; i < list->column_count; i++) {
        if (list->place[i].width == 0 || x < list->place[i].left ||
            x >= list->place[i].left + list->place[i].width)
            continue;
        list->column = i;
        if (y == 0)
            *heading = (int)i;
    }
    if (y > 0 && list->top + (uint64_t)(y - 1) < count_of(list))
        list_go(list, list->top + (uint64_t)(y - 1));
    return true;
}

void list_cell(struct list *list, uint64_t row, unsigned column, struct strbuf *out)
{
    enum role role = ROLE_NORMAL;
    strbuf_text(out, "");
    if (row < count_of(list))
        list->ops->cell(list->user, row, column, true, out, &role);
}

bool list_row_holds(struct list *list, uint64_t row, const char *text)
{
    for (unsigned i = 0; i < list->column_count; i++) {
        if (width_of(list, i) == 0)
            continue;
        strbuf_clear(&list->text);
        list_cell(list, row, i, &list->text);
        if (strcasestr(list->text.data, text))
            return true;
    }
    return false;
}

uint64_t list_number_at(const uint32_t *numbers, uint64_t count, uint64_t row)
{
    return row < count ? numbers[row] : LIST_NONE;
}

uint64_t list_number_find(const uint32_t *numbers, uint64_t count, uint64_t number)
{
    for (uint64_t row = 0; row < count; row++)
        if (numbers[row] == number)
            return row;
    return LIST_NONE;
}
