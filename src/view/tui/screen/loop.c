/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/tui/screen/state.h"

#define READ_WAIT      30  /* ms that a frame waits for the loader at most */
#define TICK           100 /* ms between frames that only show how far something is */
#define EVENTS_A_FRAME 64  /* taken before a frame is drawn, where they wait already */

const struct session *app_session(const struct app *app)
{
    return app->readable ? load_session(app->config.load) : NULL;
}

bool app_loading(const struct app *app)
{
    return !app->loaded;
}

const struct app_config *app_config(const struct app *app)
{
    return &app->config;
}

const struct app_forms *app_forms(const struct app *app)
{
    return &app->forms;
}

void app_say(struct app *app, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    strbuf_clear(&app->message);
    strbuf_text(&app->message, text);
    app->message_shown = app->dirty = true;
}

/* Handlers and drawing are called between these two. */
static void begin_reading(struct app *app)
{
    app->readable = load_read(app->config.load, READ_WAIT);
}

static void end_reading(struct app *app)
{
    if (app->readable)
        load_release(app->config.load);
    app->readable = false;
}

struct rows *app_rows(const struct app *app, bool connections)
{
    return app->rows[connections];
}

struct list *app_list(struct app *app)
{
    struct opened *top = app_top(app);
    return top->ops->list ? top->ops->list(top->view) : NULL;
}

struct rows *app_current_rows(struct app *app)
{
    struct opened *top = app_top(app);
    return top->ops->rows ? top->ops->rows(top->view) : NULL;
}

int64_t app_zero(const struct app *app)
{
    return app->zero;
}

const char *app_host(const struct app *app, const struct addr *address)
{
    struct names *names = app->config.names;
    return names && app->forms.names && address->family ? names_host(names, address) : NULL;
}

const char *app_service(const struct app *app, uint16_t port, uint8_t protocol)
{
    return app->config.names ? names_service(app->config.names, port, protocol) : NULL;
}

void app_draw_nothing(const struct app *app, struct cells *cells, struct area area, const char *one)
{
    char text[160];
    double share;
    if (!app->loaded)
        snprintf(text, sizeof text, "no %s yet", one);
    else if (rows_busy(app->rows[0], &share) || rows_busy(app->rows[1], &share))
        snprintf(text, sizeof text, "working");
    else if (app->filter.used)
        snprintf(text, sizeof text, "no %s passes the filter: f changes it", one);
    else if (app->progress.frames == 0)
        snprintf(text, sizeof text, "the capture holds no packets");
    else if (app->progress.packets == 0)
        snprintf(text, sizeof text, "none of the packets is NetFlow or IPFIX over UDP");
    else
        snprintf(text, sizeof text, "the export packets hold no %s", one);
    cells_put(cells, area, area.height / 3, 2, ROLE_DIM, text);
}

static bool open_view(struct app *app, enum view_number number, enum view_number over,
                      const struct target *target)
{
    struct stack *stack = &app->stack[over];
    const struct view_ops *ops = app->config.views[number];
    if (!ops || stack->depth == DEPTH_MOST)
        return false;
    void *view = ops->open(app, target);
    if (!view)
        return false;
    stack->at[stack->depth++] = (struct opened) { .ops = ops, .view = view };
    app->dirty = true;
    return true;
}

bool app_push(struct app *app, enum view_number number, const struct target *target)
{
    return open_view(app, number, app->current, target);
}

void app_show(struct app *app, enum view_number number)
{
    static const struct target all = { .kind = TARGET_NONE };
    if (app->stack[number].depth > 0 || open_view(app, number, number, &all))
        app->current = number;
    app->dirty = true;
}

static void close_top(struct app *app)
{
    struct stack *stack = &app->stack[app->current];
    struct opened *top = app_top(app);
    top->ops->close(top->view);
    stack->depth--;
}

/* To the view below, to the first one, or out. */
static void go_back(struct app *app)
{
    app->dirty = true;
    if (app->stack[app->current].depth > 1)
        close_top(app);
    else if (app->current != VIEW_CONNECTIONS)
        app_show(app, VIEW_CONNECTIONS);
    else
        app->quit = true;
}

uint32_t app_contexts(struct app *app)
{
    struct opened *top = app_top(app);
    uint32_t contexts = IN_ALL | (app->loaded ? 0 : IN_LOADING);
    return contexts | (top->ops->contexts ? top->ops->contexts(top->view) : 0);
}

void app_tell(struct app *app, unsigned changes)
{
    for (int number = 0; number < VIEWS; number++) {
        struct stack *stack = &app->stack[number];
        for (int i = 0; i < stack->depth; i++)
            if (stack->at[i].ops->changed)
                stack->at[i].ops->changed(stack->at[i].view, changes);
    }
    app->dirty = true;
}

static void apply(struct app *app, unsigned effects)
{
    if (effects & EFFECT_DRAW)
        app->dirty = true;
    if (effects & EFFECT_BACK)
        go_back(app);
    if (effects & EFFECT_QUIT)
        app->quit = true;
}

/* Esc while the capture is read stops that, at the first view; in others it goes back. */
static bool stops_loading(struct app *app, const struct event *event)
{
    return event->kind != EVENT_KEY || event->key != KEY_CODE_ESC || app->stack[app->current].depth == 1;
}

/* How things are shown. False: it is none of these requests. */
static bool change_forms(struct app *app, enum request request)
{
    static const char *const times[] = { "UTC", "local time", "seconds since the first packet" };
    static const char *const units[] = { "by 1000: k M G", "by 1024: Ki Mi Gi", "exact" };
    struct app_forms *forms = &app->forms;
    switch (request) {
    case REQUEST_TIME:
        forms->time = (forms->time + 1) % TIME_FORMS;
        app_say(app, "times: %s", times[forms->time]);
        break;
    case REQUEST_UNITS:
        forms->unit = (forms->unit + 1) % UNIT_FORMS;
        app_say(app, "counters: %s", units[forms->unit]);
        break;
    case REQUEST_NAMES:
        forms->names = !forms->names && app->config.names;
        app_say(app, "%s",
                !app->config.names ? "names were not wanted (-n)"
                : forms->names     ? "names of hosts, as they are found"
                                   : "addresses");
        break;
    case REQUEST_MOUSE:
        app->mouse = !app->mouse;
        app->config.display.ops->mouse(app->config.display.self, app->mouse);
        app_say(app, "the mouse is %s", app->mouse ? "ours" : "the terminal's: it selects text");
        break;
    default:
        return false;
    }
    app_tell(app, CHANGE_SETTINGS);
    return true;
}

/* What opens something over the view. False: it is none of these requests. */
static bool open_modal(struct app *app, enum request request)
{
    switch (request) {
    case REQUEST_FILTER:
        filterbar_open(app);
        return true;
    case REQUEST_FIND:
        prompt_open(app, PROMPT_FIND, "");
        return true;
    case REQUEST_COMMAND:
        prompt_open(app, PROMPT_COMMAND, "");
        return true;
    case REQUEST_HELP:
        help_open(app, (int)app->current);
        return true;
    case REQUEST_SORT:
        choices_open(app, MENU_SORT);
        return true;
    case REQUEST_FILTER_CELL:
        choices_open(app, MENU_CELL);
        return true;
    case REQUEST_COPY:
        choices_open(app, MENU_COPY);
        return true;
    case REQUEST_COLUMNS:
        choices_open(app, MENU_SHOWN);
        return true;
    default:
        return false;
    }
}

/* False: it is no digit's request. */
static bool show_by_digit(struct app *app, enum request request)
{
    static const struct {
        enum request request;
        enum view_number number;
    } digits[] = {
        { REQUEST_VIEW_1, VIEW_CONNECTIONS }, { REQUEST_VIEW_2, VIEW_FLOWS },
        { REQUEST_VIEW_3, VIEW_PACKETS },     { REQUEST_VIEW_4, VIEW_EXPORTERS },
        { REQUEST_VIEW_5, VIEW_TEMPLATES },   { REQUEST_VIEW_6, VIEW_STATISTICS },
    };
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
        if (digits[i].request != request)
            continue;
        app_show(app, digits[i].number);
        return true;
    }
    return false;
}

void app_act(struct app *app, enum request request, const struct event *event)
{
    const struct display *display = &app->config.display;
    struct opened *top = app_top(app);
    app->dirty = true;
    if (show_by_digit(app, request))
        return;
    if (change_forms(app, request) || open_modal(app, request))
        return;
    switch (request) {
    case REQUEST_QUIT:
        app->quit = true;
        return;
    case REQUEST_STOP_LOADING:
        if (stops_loading(app, event))
            load_stop(app->config.load);
        else
            go_back(app);
        return;
    case REQUEST_REDRAW:
        display->ops->redraw(display->self);
        return;
    case REQUEST_SUSPEND:
        display->ops->suspend(display->self);
        return;
    case REQUEST_FIND_NEXT:
    case REQUEST_FIND_BACK:
        search_again(app, request == REQUEST_FIND_NEXT);
        return;
    case REQUEST_SORT_LEFT:
        sort_neighbour(app, -1);
        return;
    case REQUEST_SORT_RIGHT:
        sort_neighbour(app, 1);
        return;
    case REQUEST_SORT_REVERSE:
        sort_neighbour(app, 0);
        return;
    default:
        break;
    }
    unsigned effects = top->ops->act ? top->ops->act(top->view, request, event) : EFFECT_REFUSED;
    if (request == REQUEST_BACK && effects & EFFECT_REFUSED)
        go_back(app);
    else
        apply(app, effects);
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
 * "12G" is row 12, and "1" the first view: a digit calls its view at once; where another digit or a key that takes a
 * number follows soon, that was not meant, and the view before is back.
 */
static bool take_digit(struct app *app, uint32_t key, enum request request)
{
    bool digit = key >= '0' && key <= '9',
         soon = app->digit && clock_now(app) - app->digit_time < DIGITS_WAIT;
    uint64_t first = app->digit;
    app->digit = 0;
    if (soon && (digit || takes_count(request))) {
        app->current = app->before_digit;
        app->dirty = true;
        app->count = first;
    }
    if (!digit)
        return false;
    if (app->count == 0 && request != REQUEST_NONE) {
        app->digit = key - '0';
        app->digit_time = clock_now(app);
        app->before_digit = app->current;
        return false;
    }
    if (app->count < UINT32_MAX)
        app->count = app->count * 10 + (key - '0');
    return true;
}

static void take_key(struct app *app, const struct event *event)
{
    if (app->search.active) {
        app->search.active = app->message_shown = false;
        app->dirty = true;
        return;
    }
    enum request request = keymap_find(event->key, app_contexts(app));
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
    if (top->ops->mouse)
        apply(app, top->ops->mouse(top->view, event));
}

/* An event for what is over the view. False: nothing is. */
static bool take_modal(struct app *app, const struct event *event)
{
    bool any = event->kind == EVENT_KEY || event->kind == EVENT_PASTE || event->kind == EVENT_CLICK ||
               event->kind == EVENT_WHEEL;
    if (!any || app->modal == MODAL_NONE || frame_too_small(app))
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

/* What the loader has done meanwhile. */
static void look_at_loader(struct app *app)
{
    struct load_progress progress = load_progress(app->config.load);
    unsigned changes = 0;
    if (app->loaded)
        return;
    if (progress.frames != app->progress.frames)
        changes |= CHANGE_DATA;
    if (progress.state == LOAD_PAIRING && app->progress.state == LOAD_READING)
        changes |= CHANGE_HIDE | CHANGE_DATA;
    if (progress.state == LOAD_DONE) {
        app->loaded = true;
        changes |= CHANGE_LOADED | CHANGE_DATA;
    }
    app->progress = progress;
    if (!changes)
        return;
    const struct session *run = app_session(app);
    if (run && ledger_message_count(session_ledger(run)) > 0)
        app->zero = ledger_message(session_ledger(run), 0)->time;
    rows_grown(app->rows[0], progress.flows, app->loaded);
    rows_grown(app->rows[1], progress.connections, app->loaded);
    app_tell(app, changes);
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

static void rows_are_others(void *user)
{
    struct app *app = user;
    app->rows_changed = true;
}

static void draw(struct app *app)
{
    const struct display *display = &app->config.display;
    int height, width;
    display->ops->size(display->self, &height, &width);
    if (height != app->cells.height || width != app->cells.width)
        cells_size(&app->cells, height, width);
    cells_blank(&app->cells);
    frame_draw(app);
    display->ops->paint(display->self, &app->cells);
    app->dirty = false;
}

/* Names that were asked for come in while nobody presses a key. */
static bool names_come(struct app *app)
{
    return app->forms.names && app->config.names && names_pending(app->config.names);
}

/* How long to wait for an event, ms. */
static int patience(struct app *app)
{
    double share;
    bool working = rows_busy(app->rows[0], &share) || rows_busy(app->rows[1], &share);
    if (app->search.active)
        return 0;
    return names_come(app) || working || (app->dirty && !app->readable) ? TICK : -1;
}

/* One turn: what has come, then one frame. */
static void turn(struct app *app)
{
    const struct display *display = &app->config.display;
    struct event event;
    int wait = patience(app);
    if (app->loaded && wait < 0 && !jobs_busy(app->config.jobs) && !display->ops->pending(display->self))
        display->ops->idle(display->self);
    display->ops->next(display->self, wait, &event);
    begin_reading(app);
    look_at_loader(app);
    look_at_jobs(app);
    take_event(app, &event);
    for (int more = 0; more < EVENTS_A_FRAME && !app->quit && display->ops->pending(display->self); more++) {
        display->ops->next(display->self, 0, &event);
        take_event(app, &event);
    }
    if (app->search.active)
        search_go_on(app);
    look_at_jobs(app);
    if ((app->dirty || wait > 0) && !app->quit)
        draw(app);
    end_reading(app);
}

void app_run(struct app *app)
{
    begin_reading(app);
    draw(app);
    end_reading(app);
    while (!app->quit)
        turn(app);
}

struct app *app_new(const struct app_config *config)
{
    struct app *app = alloc_new(sizeof *app);
    app->config = *config;
    app->cells.ascii = config->display.ascii;
    app->mouse = true;
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
    app_show(app, VIEW_CONNECTIONS);
    return app;
}

void app_free(struct app *app)
{
    for (int number = 0; number < VIEWS; number++)
        for (app->current = (enum view_number)number; app->stack[number].depth > 0;)
            close_top(app);
    filterbar_release(app);
    for (int i = 0; i < 2; i++)
        rows_free(app->rows[i]);
    editor_release(&app->prompt);
    for (int i = 0; i < PROMPT_KINDS; i++)
        editor_history_release(&app->prompt_history[i]);
    pager_release(&app->help);
    strbuf_release(&app->search.text);
    cells_release(&app->cells);
    strbuf_release(&app->message);
    strbuf_release(&app->left);
    strbuf_release(&app->right);
    free(app);
}
