/* SPDX-License-Identifier: MIT */
#include "view/tui/panel/marks.h"

#include <stdlib.h>

#include "base/alloc.h"

/* Where an id is, or the free place where it would be. There is always a free one. */
static size_t place_of(const struct marks *marks, uint64_t id)
{
    size_t at = (size_t)((id * UINT64_C(0x9E3779B97F4A7C15)) >> 20) & (marks->room - 1);
    while (marks->slot[at] && marks->slot[at] != id + 1)
        at = (at + 1) & (marks->room - 1);
    return at;
}

bool marks_has(const struct marks *marks, uint64_t id)
{
    return marks->count > 0 && marks->slot[place_of(marks, id)];
}

static void rebuild(struct marks *marks, size_t room, uint64_t without)
{
    struct marks made = { .room = room, .slot = alloc_array(room, sizeof *made.slot) };
    for (size_t i = 0; i < marks->room; i++) {
        if (!marks->slot[i] || marks->slot[i] == without)
            continue;
        made.slot[place_of(&made, marks->slot[i] - 1)] = marks->slot[i];
        made.count++;
    }
    free(marks->slot);
    *marks = made;
}

void marks_toggle(struct marks *marks, uint64_t id)
{
    if (marks_has(marks, id)) {
        rebuild(marks, marks->room, id + 1);
        return;
    }
    if (2 * (marks->count + 1) > marks->room)
        rebuild(marks, marks->room ? 2 * marks->room : 64, 0);
    marks->slot[place_of(marks, id)] = id + 1;
    marks->count++;
}

void marks_clear(struct marks *marks)
{
    free(marks->slot);
    *marks = (struct marks) { .count = 0 };
}
