/* SPDX-License-Identifier: MIT */
/* Lines of text that are read: scrolled, and searched. Owner: whoever has the struct; pager_release() when done. */
#ifndef VIEW_TUI_PANEL_PAGER_H
#define VIEW_TUI_PANEL_PAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "view/tui/cells/cells.h"
#include "view/tui/input/keymap.h"

struct pager_line {
    size_t from, length; /* in text */
    enum role role;
};

struct pager {
    struct strbuf text;
    struct pager_line *line;
    size_t count, capacity;
    size_t top;
    size_t found; /* 1 + the line that was found last; 0: none */
    int page;     /* rows of the last time it was drawn */
};

void pager_clear(struct pager *pager);
void pager_release(struct pager *pager);
void pager_add(struct pager *pager, enum role role, const char *line);
void pager_wrap(struct pager *pager, enum role role, const char *paragraph, size_t width);
void pager_draw(struct pager *pager, struct cells *cells, struct area area);
bool pager_act(struct pager *pager, enum request request, const struct event *event);
/* The next line behind (or before) the one found last, or the first one shown, that holds text, whatever the case of its letters. */
bool pager_find(struct pager *pager, const char *text, bool forward);

#endif
