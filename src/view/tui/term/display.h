/* SPDX-License-Identifier: MIT */
/*
 * Where the screen is shown and events come from: a terminal (terminal.h), or a script (script.h) for tests.
 */
#ifndef VIEW_TUI_TERM_DISPLAY_H
#define VIEW_TUI_TERM_DISPLAY_H

#include "view/tui/cells/cells.h"
#include "view/tui/input/key.h"

struct display_ops {
    /* Waits at most that many ms (-1: for ever) for an event. EVENT_NONE: the time is over. */
    void (*next)(void *display, int milliseconds, struct event *event);
    /* Whether an event can be had at once. */
    bool (*pending)(void *display);
    void (*paint)(void *display, const struct cells *cells); /* brings what changed to the screen */
    void (*redraw)(void *display);                           /* the next paint is of everything */
    void (*size)(void *display, int *height, int *width);
    void (*suspend)(void *display); /* returns when the program is to go on */
    void (*mouse)(void *display, bool on);
    void (*send)(void *display, const char *text, size_t length); /* octets for the terminal itself: OSC 52 */
    void (*idle)(void *display);     /* nothing is left to do until something happens */
    int64_t (*clock)(void *display); /* ms, for what is done soon after each other */
    void (*wake)(void *display);     /* from any thread: makes next() return EVENT_WAKE */
};

struct display {
    const struct display_ops *ops;
    void *self;
    bool ascii; /* ASCII is all it shows */
};

#endif
