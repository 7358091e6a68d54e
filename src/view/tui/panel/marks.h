/* SPDX-License-Identifier: MIT */
/* A set of ids: the rows that were marked. Zeroed memory is an empty one. Owner: whoever has it; marks_clear() frees. */
#ifndef VIEW_TUI_PANEL_MARKS_H
#define VIEW_TUI_PANEL_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct marks {
    uint64_t *slot; /* id + 1; 0: free */
    size_t count, room;
};

bool marks_has(const struct marks *marks, uint64_t id);
void marks_toggle(struct marks *marks, uint64_t id);
void marks_clear(struct marks *marks);

#endif
