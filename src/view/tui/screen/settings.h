/* SPDX-License-Identifier: MIT */
/*
 * What a person wants always, and what was so last time.
 *
 * The config file, $XDG_CONFIG_HOME/nfscope/config, is the person's: it is read, and never written. Lines are
 * "name = value"; # begins a remark. The state file, $XDG_STATE_HOME/nfscope/state, is ours: histories, hidden columns,
 * orders. It is written when the screen is left, whole or not at all.
 */
#ifndef VIEW_TUI_SCREEN_SETTINGS_H
#define VIEW_TUI_SCREEN_SETTINGS_H

#include <stdbool.h>

struct app;

/* Reads both. A line of the config file that is wrong is told of in the status line. */
void settings_read(struct app *app);
void settings_write(struct app *app);

/* Applies what the state file says about a view that was opened. */
void settings_apply(struct app *app, const char *view, void *list);

#endif
