/* SPDX-License-Identifier: MIT */
/* To the clipboard, through the terminal (OSC 52): it works over ssh as well. */
#ifndef VIEW_TUI_SCREEN_COPY_H
#define VIEW_TUI_SCREEN_COPY_H

#include <stddef.h>

#include "view/tui/term/display.h"

#define COPY_MOST 74994u /* octets: what xterm takes, and with it most others */

void copy_text(const struct display *display, const char *text, size_t length); /* longer text is cut */

#endif
