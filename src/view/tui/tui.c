/* SPDX-License-Identifier: MIT */
#include "view/tui/tui.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "view/tui/screen/app.h"
#include "view/tui/screen/preferences.h"
#include "view/tui/term/script.h"
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

/* Whom other threads wake: a display while there is one. A thread that is left hanging may still call when it has gone. */
struct waker {
    pthread_mutex_t mutex;
    const struct display *display;
};

/* Called on other threads: the loop is to look. */
static void wake(void *user)
{
    struct waker *waker = user;
    pthread_mutex_lock(&waker->mutex);
    if (waker->display)
        waker->display->ops->wake(waker->display->self);
    pthread_mutex_unlock(&waker->mutex);
}

static void set_display(struct waker *waker, const struct display *display)
{
    pthread_mutex_lock(&waker->mutex);
    waker->display = display;
    pthread_mutex_unlock(&waker->mutex);
}

static int idle_descriptor(void)
{
    const char *text = getenv("NFSCOPE_TEST_IDLE_FD"); /* for tests: see tests/screen/ */
    return text && *text ? (int)strtol(text, NULL, 10) : -1;
}

/* What there is to tell about the input, which is given up; with a thread that still waits for it nothing is freed. */
static enum tui_result end(struct load *load, char message[1024])
{
    struct load_progress progress = load_progress(load);
    bool cut = progress.state == LOAD_DONE && progress.cut;
    if (cut)
        snprintf(message, 1024, "%s", session_message(load_session(load)));
    return !load_free(load) ? TUI_HANGING : cut ? TUI_CUT : TUI_DONE;
}

/*
 * Until the person leaves; or until memory was full and all numbers are others: then true, and the filter is kept, and what the
 * views keep. The jobs are freed.
 */
static bool run_generation(struct app_config *config, struct strbuf *filter)
{
    uint64_t forgotten = load_progress(config->load).forgotten;
    struct app *app = app_new(config);
    if (filter->length > 0)
        (void)app_set_filter(app, filter->data);
    if (config->generation > 0)
        app_say(app, "memory is full (--memory): the oldest %" PRIu64 " packet%s let go", forgotten,
                forgotten == 1 ? " was" : "s were");
    bool again = app_run(app);
    app_keep(app, config);
    strbuf_clear(filter);
    strbuf_text(filter, app_filter_text(app));
    jobs_stop(config->jobs);
    app_free(app);
    jobs_free(config->jobs);
    return again;
}

/* Frees the loader. */
static enum tui_result run_app(const struct tui_config *config, const struct display *display,
                               const struct preferences *wanted, struct load *load, struct waker *waker,
                               char message[1024])
{
    set_display(waker, display);
    struct app_config app_config = { .display = *display,
                                     .load = load,
                                     .jobs = jobs_new(wake, waker),
                                     .wanted = wanted,
                                     .names_wanted = config->names_wanted,
                                     .no_mouse = config->no_mouse,
                                     .names = config->names,
                                     .files = config->files,
                                     .file_count = config->file_count,
                                     .interface_count = config->interface_count,
                                     .live_count = config->live_count,
                                     .capture_filter = config->capture_filter,
                                     .recorded = config->recorded,
                                     .threads = config->threads,
                                     .views = views };
    struct strbuf filter = { 0 };
    strbuf_text(&filter, config->filter ? config->filter : "");
    load_start(load);
    while (run_generation(&app_config, &filter)) {
        app_config.jobs = jobs_new(wake, waker);
        app_config.generation = load_accept(load);
    }
    strbuf_release(&filter);
    set_display(waker, NULL);
    return end(load, message);
}

/* A run in which a script is the person, for tests. */
static enum tui_result run_script(const struct tui_config *config, const char *path,
                                  const struct preferences *wanted, struct load *load, struct waker *waker,
                                  char message[1024])
{
    struct script *script = script_new(path, config->ascii || wanted->ascii);
    if (!script) {
        snprintf(message, 1024, "cannot read the script '%s'", path);
        load_free(load);
        return TUI_NO_TERMINAL;
    }
    struct display display = script_display(script);
    enum tui_result result = run_app(config, &display, wanted, load, waker, message);
    if (script_failure(script)) {
        snprintf(message, 1024, "script '%s', %s", path, script_failure(script));
        result = TUI_NO_TERMINAL;
    }
    script_free(script);
    return result;
}

/* With the person at the terminal, or a script in its place. Frees the loader. */
static enum tui_result run_somewhere(const struct tui_config *config, const struct preferences *wanted,
                                     struct load *load, struct waker *waker, char message[1024])
{
    bool said = config->colour != TUI_COLOUR_AUTO;
    struct terminal_config terminal_config = { .colour = said ? (enum terminal_colour)config->colour
                                                              : wanted->colour,
                                               .ascii = config->ascii || wanted->ascii,
                                               .no_mouse = config->no_mouse,
                                               .idle = idle_descriptor() };
    const char *script = getenv("NFSCOPE_TEST_SCRIPT");
    char why[256];
    if (script)
        return run_script(config, script, wanted, load, waker, message);
    struct terminal *terminal = terminal_new(&terminal_config, why);
    if (!terminal) {
        snprintf(message, 1024, "%s", why);
        load_free(load);
        return TUI_NO_TERMINAL;
    }
    struct display display = terminal_display(terminal);
    enum tui_result result = run_app(config, &display, wanted, load, waker, message);
    terminal_free(terminal);
    return result;
}

enum tui_result tui_run(const struct tui_config *config, const struct session_config *session,
                        struct capture_error *error, char message[1024])
{
    struct waker *waker = alloc_new(sizeof *waker);
    enum tui_result result = TUI_NO_INPUT;
    pthread_mutex_init(&waker->mutex, NULL);
    struct load *load = load_new(session, wake, waker, error);
    message[0] = '\0';
    struct preferences wanted;
    preferences_read(&wanted);
    if (load)
        result = run_somewhere(config, &wanted, load, waker, message);
    preferences_release(&wanted);
    if (result == TUI_HANGING)
        return result;
    pthread_mutex_destroy(&waker->mutex);
    free(waker);
    return result;
}
