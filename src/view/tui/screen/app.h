/* SPDX-License-Identifier: MIT */
/*
 * The screen's state, and the loop: events in, handlers called, one frame drawn.
 *
 *     struct app *app = app_new(&config);
 *     int status = app_run(app);
 *     app_free(app);
 *
 * Views see app_...() below; the fields of struct app are for the files of this folder.
 */
#ifndef VIEW_TUI_SCREEN_APP_H
#define VIEW_TUI_SCREEN_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "names/names.h"
#include "session/session.h"
#include "view/tui/screen/view.h"
#include "view/tui/term/display.h"
#include "view/tui/work/jobs.h"
#include "view/tui/work/load.h"

struct app;

struct app_config {
    struct display display;
    struct load *load;
    struct jobs *jobs;
    struct names *names; /* NULL: none */
    const char *const *files;
    size_t file_count;
    const struct view_ops *const *views; /* VIEWS of them by number; NULL: not there */
};

/* Opens the first view. */
struct app *app_new(const struct app_config *config);
void app_free(struct app *app);

/* Until the person leaves, or the terminal does. */
void app_run(struct app *app);

/* The session, standing still until the handler returns; NULL: it cannot be read just now. */
const struct session *app_session(const struct app *app);
bool app_loading(const struct app *app); /* more may come */
const struct app_config *app_config(const struct app *app);

/* Opens a view over the current one; Esc comes back to this one as it is. False: there is no such view. */
bool app_push(struct app *app, enum view_number number, const struct target *target);

/* One line in the status row, until the next key. */
void app_say(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How times, counts and addresses are shown now. */
enum time_form { TIME_FORM_UTC, TIME_FORM_LOCAL, TIME_FORM_RELATIVE, TIME_FORM_DELTA, TIME_FORMS };
enum unit_form { UNIT_FORM_EXACT, UNIT_FORM_SI, UNIT_FORM_IEC, UNIT_FORMS };
struct app_forms {
    enum time_form time;
    enum unit_form unit;
    bool names; /* of hosts, instead of addresses */
};
const struct app_forms *app_forms(const struct app *app);

#endif
