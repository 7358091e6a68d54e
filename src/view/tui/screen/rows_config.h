/* SPDX-License-Identifier: MIT */
/* What rows are made of and with. See rows.h. */
#ifndef VIEW_TUI_SCREEN_ROWS_CONFIG_H
#define VIEW_TUI_SCREEN_ROWS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "names/names.h"
#include "view/tui/screen/shared_filter.h"
#include "view/tui/work/jobs.h"
#include "view/tui/work/load.h"

#define ROWS_NATURAL (-1) /* no field: the order in which they are numbered */

struct rows_config {
    bool connections;
    struct load *load;
    struct jobs *jobs;
    const struct names *names; /* of services; NULL: none */
    const char *const *files;
    size_t file_count;
    unsigned threads;
    void (*changed)(void *user); /* on the screen's thread: other rows, or a count */
    void *user;
};

#endif
