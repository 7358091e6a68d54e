/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/tui/screen/state.h"

#define READ_WAIT      30 /* ms that a frame waits for the loader at most */
#define EVENTS_A_FRAME 64 /* taken before a frame is drawn, where they wait already */

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

static void show_view(struct app *app, enum view_number number)
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
        show_view(app, VIEW_CONNECTIONS);
    else
        app->quit = true;
}

uint32_t app_contexts(struct app *app)
{
    struct opened *top = app_top(app);
    uint32_t contexts = IN_ALL | (app->loaded ? 0 : IN_LOADING);
    return contexts | (top->ops->contexts ? top->ops->contexts(top->view) : 0);
}

static void tell_views(struct app *app, unsigned changes)
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

static void act(struct app *app, enum request request, const struct event *event)
{
    struct opened *top = app_top(app);
    switch (request) {
    case REQUEST_QUIT:
        app->quit = true;
        return;
    case REQUEST_BACK:
        go_back(app);
        return;
    case REQUEST_STOP_LOADING:
        load_stop(app->config.load);
        return;
    case REQUEST_REDRAW:
        app->config.display.ops->redraw(app->config.display.self);
        app->dirty = true;
        return;
    case REQUEST_SUSPEND:
        app->config.display.ops->suspend(app->config.display.self);
        app->dirty = true;
        return;
    case REQUEST_VIEW_1:
        show_view(app, VIEW_CONNECTIONS);
        return;
    case REQUEST_VIEW_3:
        show_view(app, VIEW_PACKETS);
        return;
    default:
        break;
    }
    if (top->ops->act)
        apply(app, top->ops->act(top->view, request, event));
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
    return request == REQUEST_LAST || request == REQUEST_FIRST || request == REQUEST_UP ||
           request == REQUEST_DOWN;
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
        act(app, request, &counted);
}

static void take_mouse(struct app *app, const struct event *event)
{
    struct opened *top = app_top(app);
    if (top->ops->mouse)
        apply(app, top->ops->mouse(top->view, event));
}

static void take_event(struct app *app, const struct event *event)
{
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
    if (changes)
        tell_views(app, changes);
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

/* One turn: what has come, then one frame. */
static void turn(struct app *app)
{
    const struct display *display = &app->config.display;
    struct event event;
    bool idle = app->loaded && !jobs_busy(app->config.jobs);
    if (idle && !display->ops->pending(display->self))
        display->ops->idle(display->self);
    display->ops->next(display->self, -1, &event);
    begin_reading(app);
    jobs_deliver(app->config.jobs);
    look_at_loader(app);
    take_event(app, &event);
    for (int more = 0; more < EVENTS_A_FRAME && !app->quit && display->ops->pending(display->self); more++) {
        display->ops->next(display->self, 0, &event);
        take_event(app, &event);
    }
    if (app->dirty && !app->quit)
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
    app->forms.unit = UNIT_FORM_SI;
    show_view(app, VIEW_CONNECTIONS);
    return app;
}

void app_free(struct app *app)
{
    for (int number = 0; number < VIEWS; number++)
        for (app->current = (enum view_number)number; app->stack[number].depth > 0;)
            close_top(app);
    cells_release(&app->cells);
    strbuf_release(&app->message);
    strbuf_release(&app->left);
    strbuf_release(&app->right);
    free(app);
}
