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
#include "view/tui/panel/list.h"
#include "view/tui/screen/forms.h"
#include "view/tui/screen/rows.h"
#include "view/tui/screen/view.h"
#include "view/tui/term/display.h"
#include "view/tui/work/jobs.h"
#include "view/tui/work/load.h"

struct app;
struct bad_sets;
struct preferences;

struct app_config {
    struct display display;
    struct load *load;
    struct jobs *jobs;
    struct names *names; /* NULL: none */
    const struct preferences *wanted;
    bool names_wanted; /* on the command line: they are shown from the start */
    bool no_mouse;     /* neither */
    const char *const *files;
    size_t file_count;
    size_t interface_count, live_count;  /* of them the first ones are interfaces, then ports listened to */
    const char *capture_filter;          /* BPF; NULL: none */
    bool recorded;                       /* live packets are written to a file as they come */
    uint32_t generation;                 /* of numbers, load_progress.generation */
    unsigned threads;                    /* that jobs may use */
    const struct view_ops *const *views; /* VIEWS of them by number; NULL: not there */
    enum view_number first;              /* that is shown at the beginning */
    struct target kept[VIEWS];           /* view_ops.keep() of a screen before this one */
};

/* Opens the first view. */
struct app *app_new(const struct app_config *config);
void app_free(struct app *app);

/*
 * Until the person leaves, or the terminal does; or until the numbers of all that is shown are others (load_accept()): then
 * true, and what has to be done is to begin anew.
 */
bool app_run(struct app *app);

/* Sets what a screen after this one is to begin with: first, kept. */
void app_keep(const struct app *app, struct app_config *config);

/* The session, standing still until the handler returns; NULL: it cannot be read just now. */
const struct session *app_session(const struct app *app);
bool app_loading(const struct app *app); /* more may come */
bool app_paused(const struct app *app);  /* live: what is shown is to stand still */
const struct app_config *app_config(const struct app *app);

/* Opens a view over the current one; Esc comes back to this one as it is. False: there is no such view. */
bool app_push(struct app *app, enum view_number number, const struct target *target);

/* One line in the status row, until the next key. */
void app_say(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* To the clipboard of the terminal, and says so. */
void app_copy(struct app *app, const char *text, size_t length);

/* Something looks different now, and no handler returns that: a job of a view's own has ended. */
void app_draw_again(struct app *app);

/* Sets with something wrong in them, as far as read: which flows are problems. Only while app_session() can be read. */
const struct bad_sets *app_bad_sets(struct app *app);

/* Goes to the next row that the focused list calls a problem, a little at a time; or says that there is none. */
void app_find_problem(struct app *app, bool forward);

/* Flows or connections that the filter lets through, in order; there is one of each. */
struct rows *app_rows(const struct app *app, bool connections);

/* The column by which rows are in order, -1: none of these; with its direction. */
int app_sorted(const struct rows *rows, const struct list_column *columns, unsigned count, bool *descending);

/* As a click on the heading of a column: sorts by it, or turns the order round. */
void app_sort_by(struct app *app, struct list *list, unsigned column);

/* Where a list is empty: why. `one` is what it would hold. */
void app_draw_nothing(const struct app *app, struct cells *cells, struct area area, const char *one);

/* The filter in use, for jobs of a view's own; NULL: none. To be held while it is used. */
struct shared_filter *app_filter(const struct app *app);
const char *app_filter_text(const struct app *app); /* "": none */

/* Uses a filter, as if it had been typed. False: it is wrong, and that is said in the status line. */
bool app_set_filter(struct app *app, const char *text);

/* How times, counts and addresses are shown now. */
const struct app_forms *app_forms(const struct app *app);
int64_t app_zero(const struct app *app); /* of relative times: when the first export packet was captured */

/* Name of a host, if names are wanted and it is known; looks it up otherwise: CHANGE_NAMES follows. */
const char *app_host(const struct app *app, const struct addr *address);
const char *app_service(const struct app *app, uint16_t port, uint8_t protocol); /* NULL: none */

#endif
