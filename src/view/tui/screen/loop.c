/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/app.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/time.h"
#include "view/tui/screen/settings.h"
#include "view/tui/screen/state.h"

#define READ_WAIT      30 /* ms that a frame waits for the loader at most */
#define TICK_WAIT      15 /* ... one that nobody has asked for: a key may come meanwhile, and waits for both */
#define TICK           100 /* ms between frames that only show how far something is */
#define EVENTS_A_FRAME 64  /* taken before a frame is drawn, where they wait already */

/* Handlers and drawing are called between these two. */
static void begin_reading(struct app *app, enum event_kind kind)
{
    bool hidden = app->progress.state == LOAD_PAIRING; /* it would be waited for in vain */
    bool asked = kind != EVENT_NONE && kind != EVENT_WAKE;
    app->readable = load_read(app->config.load, hidden ? 0 : asked ? READ_WAIT : TICK_WAIT);
}

static void end_reading(struct app *app)
{
    if (app->readable)
        load_release(app->config.load);
    app->readable = false;
}

#define DIGITS_WAIT                                                                                          \
    600 /* ms in which a digit that has called a view may still become a number in front of a key */

static int64_t clock_now(const struct app *app)
{
    return app->config.display.ops->clock(app->config.display.self);
}

/* Whether a request takes a number in front of it. */
static bool takes_count(enum request request)
{
    return request == REQUEST_LAST || request == REQUEST_FIRST;
}

/*
 * "12G" is row 12, and "1" the first view: a digit calls its view at once, and so does another one behind it; where a
 * key that takes a number follows soon, or a digit without a view, that was not meant, and the view before is back.
 */
static bool take_digit(struct app *app, uint32_t key, enum request request)
{
    bool digit = key >= '0' && key <= '9', calls = digit && request != REQUEST_NONE && app->count == 0,
         soon = app->digits && clock_now(app) - app->digit_time < DIGITS_WAIT;
    uint64_t before = soon ? app->digits : 0;
    app->digits = 0;
    if (calls) {
        app->digits = before < UINT32_MAX ? before * 10 + (key - '0') : before;
        app->digit_time = clock_now(app);
        app->before_digit = soon ? app->before_digit : app->current;
        return false;
    }
    if (soon && (digit || takes_count(request))) {
        app->current = app->before_digit;
        app->dirty = true;
        app->count = before;
    }
    if (digit && app->count < UINT32_MAX)
        app->count = app->count * 10 + (key - '0');
    return digit;
}

static void take_key(struct app *app, const struct event *event)
{
    if (app->csv.file) {
        export_stop(app);
        return;
    }
    if (app->search.active) {
        app->search.active = app->message_shown = false;
        app->dirty = true;
        return;
    }
    enum request request = keymap_find(&app->config.wanted->keys, event->key, app_contexts(app));
    if (app->message_shown)
        app->dirty = true;
    app->message_shown = false;
    if (take_digit(app, event->key, request))
        return;
    struct event counted = *event;
    counted.count = app->count;
    app->count = 0;
    if (request != REQUEST_NONE)
        app_act(app, request, &counted);
}

static void take_mouse(struct app *app, const struct event *event)
{
    struct opened *top = app_top(app);
    enum request request =
        event->kind == EVENT_CLICK ? frame_clicked(app, event->row, event->column) : REQUEST_NONE;
    if (request != REQUEST_NONE)
        app_act(app, request, &(struct event) { .kind = EVENT_NONE });
    else if (top->ops->mouse)
        app_apply(app, top->ops->mouse(top->view, event));
}

/* An event for what is over the view. False: it is for the view. */
static bool take_modal(struct app *app, const struct event *event)
{
    bool any = event->kind == EVENT_KEY || event->kind == EVENT_PASTE || event->kind == EVENT_CLICK ||
               event->kind == EVENT_WHEEL;
    if (any && frame_too_small(app)) { /* nothing is seen of what keys would do */
        app->quit |=
            event->kind == EVENT_KEY && (event->key == 'Q' || event->key == 'q' || event->key == 'C' - '@');
        return true;
    }
    if (!any || app->modal == MODAL_NONE)
        return false;
    switch (app->modal) {
    case MODAL_FILTER:
        filterbar_take(app, event);
        break;
    case MODAL_PROMPT:
        prompt_take(app, event);
        break;
    case MODAL_MENU:
        choices_take(app, event);
        break;
    case MODAL_HELP:
        help_take(app, event);
        break;
    case MODAL_LEAVE:
        leave_take(app, event);
        break;
    case MODAL_NONE:
        break;
    }
    return true;
}

static void take_event(struct app *app, const struct event *event)
{
    if (take_modal(app, event))
        return;
    switch (event->kind) {
    case EVENT_KEY:
        take_key(app, event);
        break;
    case EVENT_CLICK:
    case EVENT_WHEEL:
        take_mouse(app, event);
        break;
    case EVENT_RESIZE:
        app->dirty = true;
        break;
    case EVENT_GONE:
    case EVENT_QUIT:
        app->quit = true;
        break;
    case EVENT_PASTE:
    case EVENT_WAKE:
    case EVENT_NONE:
        break;
    }
}

/* Of live input the status line says more than what has come. */
static bool status_differs(const struct load_progress *a, const struct load_progress *b)
{
    return a->live && (a->dropped != b->dropped || a->dropped_interface != b->dropped_interface ||
                       a->elapsed / TIME_SECOND != b->elapsed / TIME_SECOND);
}

/* What the loader has done meanwhile. */
static void look_at_loader(struct app *app)
{
    struct load_progress progress = load_progress(app->config.load);
    unsigned changes = 0;
    app->renumbered = progress.generation != app->config.generation;
    app->quit |= app->renumbered;
    if (app->loaded || app->renumbered)
        return;
    app->dirty |= status_differs(&progress, &app->progress);
    if (app->paused && progress.state == LOAD_READING) {
        progress.frames = app->progress.frames; /* when it goes on, they are new */
        app->dirty |= progress.packets != app->progress.packets;
        app->progress = progress;
        return;
    }
    bool more = progress.frames != app->progress.frames;
    if (more)
        changes |= CHANGE_DATA;
    if (progress.state == LOAD_PAIRING && app->progress.state == LOAD_READING)
        changes |= CHANGE_HIDE | CHANGE_DATA;
    if (progress.state == LOAD_DONE) {
        app->loaded = true;
        export_loaded(app);
        changes |= CHANGE_LOADED | CHANGE_DATA;
    }
    app->progress = progress;
    rows_grown(app->rows[0], progress.flows, app->loaded);
    rows_grown(app->rows[1], progress.connections, app->loaded);
    if (!changes)
        return;
    const struct session *run = app_session(app);
    if (run && ledger_message_count(session_ledger(run)) > 0)
        app->zero = ledger_message(session_ledger(run), 0)->time;
    app_tell(app, changes);
    static const struct event none = { .kind = EVENT_NONE };
    bool arriving = !(app_contexts(app) & IN_STATISTICS); /* the last row is what came last */
    if (app->following && arriving && more && !app->loaded)
        app_act(app, REQUEST_LAST, &none);
}

/* What jobs have done. */
static void look_at_jobs(struct app *app)
{
    jobs_deliver(app->config.jobs);
    if (!app->rows_changed)
        return;
    app->rows_changed = false;
    app_tell(app, CHANGE_ROWS);
}

/* The cells are as many as the terminal has: what is made for them has to be known before they are drawn. */
static void fit(struct app *app)
{
    const struct display *display = &app->config.display;
    int height, width;
    display->ops->size(display->self, &height, &width);
    if (height == app->cells.height && width == app->cells.width)
        return;
    cells_size(&app->cells, height, width);
    app->dirty = true;
}

/* Jobs of the views' own, and that of the frame: only what is shown is worth the work. */
static void tend(struct app *app)
{
    fit(app);
    spark_tend(&app->spark, app, frame_spark_bins(app));
    for (int number = 0; number < VIEWS; number++) {
        struct stack *stack = &app->stack[number];
        for (int i = 0; i < stack->depth; i++)
            if (stack->at[i].ops->tend)
                stack->at[i].ops->tend(stack->at[i].view, &stack->at[i] == app_top(app));
    }
}

static void rows_are_others(void *user)
{
    struct app *app = user;
    app->rows_changed = true;
}

static void draw(struct app *app)
{
    const struct display *display = &app->config.display;
    cells_blank(&app->cells);
    frame_draw(app);
    display->ops->paint(display->self, &app->cells);
    app->dirty = !app->readable; /* what could not be read has to be drawn once more */
}

/* Names that were asked for come in while nobody presses a key. */
static bool names_come(struct app *app)
{
    return app->forms.names && app->config.names && app->loaded && names_pending(app->config.names);
}

/* How long to wait for an event, ms. */
static int patience(struct app *app)
{
    double share;
    bool working = rows_busy(app->rows[0], &share) || rows_busy(app->rows[1], &share);
    if (app->search.active || app->csv.file)
        return 0;
    return names_come(app) || working || (app->dirty && !app->readable) ? TICK : -1;
}

/* One turn: what has come, then one frame. */
static void turn(struct app *app)
{
    const struct display *display = &app->config.display;
    struct event event;
    int wait = patience(app);
    bool caught_up = app->loaded || app->progress.live;
    if (caught_up && wait < 0 && !jobs_busy(app->config.jobs) && !display->ops->pending(display->self))
        display->ops->idle(display->self);
    display->ops->next(display->self, wait, &event);
    begin_reading(app, event.kind);
    look_at_loader(app);
    look_at_jobs(app);
    take_event(app, &event);
    for (int more = 0; more < EVENTS_A_FRAME && !app->quit && display->ops->pending(display->self); more++) {
        display->ops->next(display->self, 0, &event);
        take_event(app, &event);
    }
    if (app->search.active)
        search_go_on(app);
    if (app->csv.file && app->readable)
        export_go_on(app);
    look_at_jobs(app);
    tend(app);
    if ((app->dirty || wait > 0) && !app->quit)
        draw(app);
    end_reading(app);
}

bool app_run(struct app *app)
{
    begin_reading(app, EVENT_RESIZE);
    tend(app);
    draw(app);
    end_reading(app);
    while (!app->quit)
        turn(app);
    return app->renumbered;
}

struct app *app_new(const struct app_config *config)
{
    struct app *app = alloc_new(sizeof *app);
    app->config = *config;
    app->cells.ascii = config->display.ascii;
    app->saved = config->recorded;
    for (int connections = 0; connections < 2; connections++) {
        struct rows_config rows = { .connections = connections,
                                    .load = config->load,
                                    .jobs = config->jobs,
                                    .names = config->names,
                                    .files = config->files,
                                    .file_count = config->file_count,
                                    .threads = config->threads,
                                    .changed = rows_are_others,
                                    .user = app };
        app->rows[connections] = rows_new(&rows);
    }
    settings_read(app);
    config->display.ops->mouse(config->display.self, app->forms.mouse);
    app_show(app, VIEW_CONNECTIONS);
    app_show(app, config->first);
    return app;
}

void app_free(struct app *app)
{
    export_leave(app);
    settings_write(app);
    editor_history_release(&app->hidden);
    for (int number = 0; number < VIEWS; number++)
        for (app->current = (enum view_number)number; app->stack[number].depth > 0;)
            app_close_top(app);
    filterbar_release(app);
    for (int i = 0; i < 2; i++)
        rows_free(app->rows[i]);
    editor_release(&app->prompt);
    for (int i = 0; i < PROMPT_KINDS; i++)
        editor_history_release(&app->prompt_history[i]);
    pager_release(&app->help);
    strbuf_release(&app->export_later);
    strbuf_release(&app->search.text);
    spark_release(&app->spark);
    bad_sets_release(&app->bad_sets);
    cells_release(&app->cells);
    strbuf_release(&app->message);
    strbuf_release(&app->left);
    strbuf_release(&app->right);
    free(app);
}
