/* SPDX-License-Identifier: MIT */
/*
 * The interactive screen, whole: a session loads on a thread of its own while its connections, flows and packets are
 * looked at.
 *
 *     struct tui_config config = { ... };
 *     enum tui_result result = tui_run(&config, &session, &error);
 */
#ifndef VIEW_TUI_TUI_H
#define VIEW_TUI_TUI_H

#include <stdbool.h>
#include <stddef.h>

#include "names/names.h"
#include "session/session.h"

enum tui_colour { TUI_COLOUR_AUTO, TUI_COLOUR_ALWAYS, TUI_COLOUR_NEVER };

struct tui_config {
    enum tui_colour colour;
    bool ascii, no_mouse;
    bool names_wanted;   /* said on the command line: they are shown from the start */
    struct names *names; /* NULL: none; used by this thread alone until tui_run() returns */
    const char *const *files;
    size_t file_count;
    size_t interface_count, live_count; /* of them the first ones are interfaces, then ports listened to */
    const char *capture_filter;         /* BPF; NULL: none */
    bool recorded;                      /* live packets are written to a file as they come */
    const char *filter;                 /* of flows, to begin with; NULL: none */
    unsigned threads;
};

enum tui_result {
    TUI_DONE,
    TUI_CUT,      /* the input was damaged: message says where */
    TUI_HANGING,  /* left while the input still blocks: the process must end now, without freeing anything */
    TUI_NO_INPUT, /* the input cannot be opened: *error */
    TUI_NO_TERMINAL,
};

/* Whether there is a terminal that can show it; false and one line that says why not. */
bool tui_possible(char error[256]);

/* Until the person leaves. `message` gets one line where there is something to tell. */
enum tui_result tui_run(const struct tui_config *config, const struct session_config *session,
                        struct capture_error *error, char message[1024]);

#endif
