/* SPDX-License-Identifier: MIT */
/* What requests do, whoever they come from. */
#include "view/tui/screen/state.h"

void app_apply(struct app *app, unsigned effects)
{
    if (effects & EFFECT_DRAW)
        app->dirty = true;
    if (effects & EFFECT_BACK)
        app_back(app);
    if (effects & EFFECT_QUIT)
        app->quit = true;
}

/* Esc while the capture is read stops that, at the first view; in others it goes back. */
static bool stops_loading(struct app *app, const struct event *event)
{
    return event->kind != EVENT_KEY || event->key != KEY_CODE_ESC || app->stack[app->current].depth == 1;
}

static void change_names(struct app *app)
{
    struct app_forms *forms = &app->forms;
    forms->names = !forms->names && app->config.names;
    app_say(app, "%s",
            !app->config.names ? "names were not wanted (-n)"
            : forms->names     ? "names of hosts, as they are found"
                               : "addresses");
}

/* How things are shown. False: it is none of these requests. */
static bool change_forms(struct app *app, enum request request)
{
    static const char *const times[] = { "UTC", "local time", "seconds since the first packet",
                                         "seconds since the row before" };
    static const char *const units[] = { "by 1000: k M G", "by 1024: Ki Mi Gi", "exact" };
    struct app_forms *forms = &app->forms;
    enum form form;
    switch (request) {
    case REQUEST_TIME:
        form = FORM_TIME;
        forms->time = (forms->time + 1) % TIME_FORMS;
        app_say(app, "times: %s", times[forms->time]);
        break;
    case REQUEST_UNITS:
        form = FORM_UNITS;
        forms->unit = (forms->unit + 1) % UNIT_FORMS;
        app_say(app, "counters: %s", units[forms->unit]);
        break;
    case REQUEST_NAMES:
        form = FORM_NAMES;
        change_names(app);
        break;
    case REQUEST_MOUSE:
        form = FORM_MOUSE;
        forms->mouse = !forms->mouse;
        app->config.display.ops->mouse(app->config.display.self, forms->mouse);
        app_say(app, "the mouse is %s", forms->mouse ? "ours" : "the terminal's: it selects text");
        break;
    default:
        return false;
    }
    app->chosen |= form;
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
    case REQUEST_EXPORT:
        choices_open(app, MENU_EXPORT);
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

/* Whoever looks back does not follow any more. */
static bool looks_back(enum request request)
{
    return request == REQUEST_UP || request == REQUEST_PAGE_UP || request == REQUEST_HALF_UP ||
           request == REQUEST_FIRST;
}

static void pause(struct app *app)
{
    app->paused = !app->paused;
    app->paused_at[0] = app->progress.flows;
    app->paused_at[1] = app->progress.connections;
    if (!app->paused)
        app_say(app, "going on");
}

uint64_t app_new_rows(struct app *app)
{
    bool flows = app_current_rows(app) == app->rows[0];
    return flows ? app->progress.flows - app->paused_at[0] : app->progress.connections - app->paused_at[1];
}

static void follow(struct app *app, bool on)
{
    app->following = on;
    app->paused = false;
    if (on)
        app_act(app, REQUEST_LAST, &(struct event) { .kind = EVENT_NONE });
    app_say(app, on ? "following: the last row stays in sight" : "following no more");
}

/* "G" where more has come than is shown. */
static bool leads_on(const struct app *app, enum request request, const struct event *event)
{
    return request == REQUEST_LAST && event->count == 0 && app->paused && !app->loaded;
}

void app_act(struct app *app, enum request request, const struct event *event)
{
    const struct display *display = &app->config.display;
    struct opened *top = app_top(app);
    app->dirty = true;
    app->following &= !looks_back(request);
    if (show_by_digit(app, request))
        return;
    if (leads_on(app, request, event)) {
        follow(app, true);
        return;
    }
    if (change_forms(app, request) || open_modal(app, request))
        return;
    switch (request) {
    case REQUEST_QUIT:
        if (leave_is_meant(app, event))
            app->quit = true;
        else
            leave_or_ask(app);
        return;
    case REQUEST_STOP_LOADING:
        app->stopped = display->ops->clock(display->self);
        if (stops_loading(app, event))
            load_stop(app->config.load);
        else
            app_back(app);
        return;
    case REQUEST_PAUSE:
        pause(app);
        return;
    case REQUEST_FOLLOW:
        follow(app, app->paused || !app->following);
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
        app_back(app);
    else
        app_apply(app, effects);
}
