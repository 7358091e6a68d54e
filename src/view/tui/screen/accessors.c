/* SPDX-License-Identifier: MIT */
/* What views ask of the app. */
#include <stdarg.h>
#include <stdio.h>

#include "view/tui/screen/copy.h"
#include "view/tui/screen/state.h"

const struct session *app_session(const struct app *app)
{
    return app->readable ? load_session(app->config.load) : NULL;
}

const struct bad_sets *app_bad_sets(struct app *app)
{
    const struct session *run = app_session(app);
    if (run)
        bad_sets_update(&app->bad_sets, session_ledger(run), app->loaded);
    return &app->bad_sets;
}

bool app_loading(const struct app *app)
{
    return !app->loaded;
}

bool app_paused(const struct app *app)
{
    return app->paused;
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

void app_copy(struct app *app, const char *text, size_t length)
{
    copy_text(&app->config.display, text, length);
    app_say(app, "copied%s: %.200s", length > COPY_MOST ? ", cut" : "", text);
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
    return names && app->readable && app->forms.names && address->family ? names_host(names, address) : NULL;
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
