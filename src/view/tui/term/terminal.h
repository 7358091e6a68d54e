/* SPDX-License-Identifier: MIT */
/*
 * The terminal, by way of curses, which nobody else sees.
 *
 *     struct terminal *terminal = terminal_new(&config, error);
 *     struct display display = terminal_display(terminal);
 *     ...display.ops...
 *     terminal_free(terminal);       // it is as it was before
 *
 * One at a time: signals are the process's.
 */
#ifndef VIEW_TUI_TERM_TERMINAL_H
#define VIEW_TUI_TERM_TERMINAL_H

#include <stdbool.h>

#include "view/tui/term/display.h"

enum terminal_colour { TERMINAL_COLOUR_AUTO, TERMINAL_COLOUR_ALWAYS, TERMINAL_COLOUR_NEVER };

struct terminal_config {
    enum terminal_colour colour; /* AUTO: unless NO_COLOR is set */
    bool ascii;                  /* ASCII only, whatever the locale */
    bool no_mouse;
    int idle; /* where an octet goes each time nothing is left to do, for tests; -1: nowhere */
};

struct terminal;

/* Takes the terminal over. NULL and one line in `error` where it cannot be used. */
struct terminal *terminal_new(const struct terminal_config *config, char error[256]);
struct display terminal_display(struct terminal *terminal);
void terminal_free(struct terminal *terminal); /* NULL is fine */

/* Whether there is one that can show a screen; false and a line that says why not. Touches nothing. */
bool terminal_usable(char error[256]);

#endif
