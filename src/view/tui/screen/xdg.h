/* SPDX-License-Identifier: MIT */
/* Files of the person's own, where the XDG base directory specification has them. */
#ifndef VIEW_TUI_SCREEN_XDG_H
#define VIEW_TUI_SCREEN_XDG_H

#include <stdbool.h>

#include "base/strbuf.h"

/* Adds $VARIABLE/nfscope/NAME, or ~/FALLBACK/nfscope/NAME. False: there is neither. */
bool xdg_path(const char *variable, const char *fallback, const char *name, struct strbuf *out);

/* Calls `take` for each line, without its end, which it may change; of a very long file for the first ones. */
void xdg_each_line(const char *path, void (*take)(void *user, char *line, unsigned number), void *user);

/* Makes all folders of a path. */
void xdg_make_folders(char *path);

#endif
