/* SPDX-License-Identifier: MIT */
#include "view/tui/panel/pager.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pager_clear(struct pager *pager)
{
    strbuf_clear(&pager->text);
    pager->count = 0;
    pager->found = 0;
}

void pager_release(struct pager *pager)
{
    strbuf_release(&pager->text);
    free(pager->line);
    *pager = (struct pager) { .count = 0 };
}

static void add(struct pager *pager, enum role role, const char *text, size_t length)
{
    pager->line = alloc_grow(pager->line, pager->count, &pager->capacity, sizeof *pager->line);
    pager->line[pager->count++] =
        (struct pager_line) { .from = pager->text.length, .length = length, .role = role };
    strbuf_add(&pager->text, text, length);
    strbuf_char(&pager->text, '\n');
}

void pager_add(struct pager *pager, enum role role, const char *line)
{
    add(pager, role, line, strlen(line));
}

/* Whole words as long as they fit, and what a newline parts in lines of its own; ASCII is what is wrapped here. */
void pager_wrap(struct pager *pager, enum role role, const char *paragraph, size_t width)
{
    while (*paragraph) {
        size_t end = strcspn(paragraph, "\n");
        if (end > width && width > 0) {
            end = width;
            while (end > 0 && paragraph[end] != ' ')
                end--;
            if (end == 0)
                end = width;
        }
        add(pager, role, paragraph, end);
        paragraph += end;
        paragraph += strspn(paragraph, " \n");
    }
}

static void settle(struct pager *pager)
{
    size_t page = pager->page > 0 ? (size_t)pager->page : 1;
    if (pager->count <= page)
        pager->top = 0;
    else if (pager->top > pager->count - page)
        pager->top = pager->count - page;
}

void pager_draw(struct pager *pager, struct cells *cells, struct area area)
{
    pager->page = area.height;
    settle(pager);
    for (int row = 0; row < area.height && pager->top + (size_t)row < pager->count; row++) {
        const struct pager_line *line = &pager->line[pager->top + (size_t)row];
        enum role role = pager->found == pager->top + (size_t)row + 1 ? ROLE_MATCH : line->role;
        cells_put_n(cells, area, row, 0, role, pager->text.data + line->from, line->length);
    }
}

bool pager_act(struct pager *pager, enum request request, const struct event *event)
{
    size_t page = pager->page > 1 ? (size_t)pager->page - 1 : 1, by = 0;
    size_t times = event && event->count ? (size_t)event->count : 1;
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
        by = page / 2 + 1;
        break;
    case REQUEST_HALF_DOWN:
        by = page / 2 + 1, down = true;
        break;
    case REQUEST_FIRST:
        by = pager->count;
        break;
    case REQUEST_LAST:
        by = pager->count, down = true;
        break;
    default:
        return false;
    }
    pager->top = down ? pager->top + by : pager->top > by ? pager->top - by : 0;
    settle(pager);
    return true;
}

bool pager_find(struct pager *pager, const char *text, bool forward)
{
    size_t begin = pager->found ? pager->found - 1 : forward ? pager->top + pager->count - 1 : pager->top;
    for (size_t i = 1; i <= pager->count; i++) {
        size_t at = (forward ? begin + i : begin + pager->count - i) % pager->count;
        char *copy = strndup(pager->text.data + pager->line[at].from, pager->line[at].length);
        bool found = copy && strcasestr(copy, text);
        free(copy);
        if (found) {
            pager->found = at + 1;
            if (at < pager->top || at >= pager->top + (size_t)(pager->page > 0 ? pager->page : 1))
                pager->top = at;
            settle(pager);
            return true;
        }
    }
    return false;
}
