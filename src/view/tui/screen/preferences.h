/* SPDX-License-Identifier: MIT */
/*
 * What a person wants the screen to begin with: the config file, which is read and never written.
 *
 *     struct preferences wanted;
 *     preferences_read(&wanted);      // what the file does not say is as it is without one
 *     preferences_release(&wanted);
 */
#ifndef VIEW_TUI_SCREEN_PREFERENCES_H
#define VIEW_TUI_SCREEN_PREFERENCES_H

#include <stdbool.h>

#include "view/tui/input/keymap.h"
#include "view/tui/screen/forms.h"
#include "view/tui/term/terminal.h"

struct preferences {
    enum terminal_colour colour;
    bool ascii;
    struct app_forms forms;
    unsigned said; /* bits of enum form that the file has */
    struct own_keys keys;
    char complaint[160]; /* about its first line that is none; "": all is well */
};

void preferences_read(struct preferences *wanted);
void preferences_release(struct preferences *wanted);

#endif
