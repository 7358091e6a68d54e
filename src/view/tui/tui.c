/* SPDX-License-Identifier: MIT */
#include "view/tui/tui.h"

#include <stdio.h>
#include <stdlib.h>

#include "view/tui/screen/app.h"
#include "view/tui/term/terminal.h"
#include "view/tui/views/views.h"

static const struct view_ops *const views[VIEWS] = {
#define VIEW(number, ops) [VIEW_##number] = &ops,
#include "view/tui/views/views.def"
#undef VIEW
};

bool tui_possible(char error[256])
{
    return terminal_usable(error);
}

/* Called on other threads: the loop is to look. */
static void wake(void *user)
{
    const struct display *display = user;
    display->ops->wake(display->self);
}

static int idle_descriptor(void)
{
    const char *text = getenv("NFSCOPE_TEST_IDLE_FD"); /* for tests: see tests/screen/ */
    return text && *text ? (int)strtol(text, NULL, 10) : -1;
}

static enum tui_result outcome(struct load *load, char message[1024])
{
    struct load_progress progress = load_progress(load);
    if (progress.state != LOAD_DONE || !progress.cut)
        return TUI_DONE;
    snprintf(message, 1024, "%s", session_message(load_session(load)));
    return TUI_CUT;
}

static void run_app(const struct tui_config *config, struct display *display, struct load *load)
{
    struct app_config app_config = { .display = *display,
                                     .load = load,
                                     .jobs = jobs_new(wake, display),
                                     .names = config->names,
                                     .files = config->files,
                                     .file_count = config->file_count,
                                     .views = views };
    struct app *app = app_new(&app_config);
    app_run(app);
    app_free(app);
    jobs_free(app_config.jobs);
}

enum tui_result tui_run(const struct tui_config *config, const struct session_config *session,
                        struct capture_error *error, char message[1024])
{
    struct terminal_config terminal_config = { .colour = (enum terminal_colour)config->colour,
                                               .ascii = config->ascii,
                                               .no_mouse = config->no_mouse,
                                               .idle = idle_descriptor() };
    struct display display = { .self = NULL };
    char why[256];
    struct load *load = load_new(session, wake, &display, error);
    message[0] = '\0';
    if (!load)
        return TUI_NO_INPUT;
    struct terminal *terminal = terminal_new(&terminal_config, why);
    if (!terminal) {
        snprintf(message, 1024, "%s", why);
        load_free(load);
        return TUI_NO_TERMINAL;
    }
    display = terminal_display(terminal);
    load_start(load);
    run_app(config, &display, load);
    terminal_free(terminal);
    enum tui_result result = outcome(load, message);
    return load_free(load) ? result : TUI_HANGING;
}
