/* SPDX-License-Identifier: MIT */
/* Quitting, where packets that were received and are in no file would be lost. */
#include "view/tui/screen/amount.h"
#include "view/tui/screen/state.h"

static bool is_unsaved(const struct app *app)
{
    return app->progress.live && !app->saved && app->progress.packets > 0;
}

#define TWICE 2000 /* ms in which a second ^C quits */

bool leave_is_meant(struct app *app, const struct event *event)
{
    const struct display *display = &app->config.display;
    bool interrupt = event->kind == EVENT_KEY && event->key == 'C' - '@';
    return !interrupt || display->ops->clock(display->self) - app->stopped < TWICE;
}

void leave_or_ask(struct app *app)
{
    struct strbuf text = { 0 };
    if (!is_unsaved(app)) {
        app->quit = true;
        return;
    }
    amount_exact(&text, app->progress.packets);
    strbuf_format(&text, " packet%s not saved: w save, q quit, Esc stay",
                  app->progress.packets == 1 ? "" : "s");
    app_say(app, "%s", text.data);
    strbuf_release(&text);
    app->modal = MODAL_LEAVE;
}

void leave_take(struct app *app, const struct event *event)
{
    if (event->kind != EVENT_KEY)
        return;
    app->message_shown = false;
    app->modal = MODAL_NONE;
    app->dirty = true;
    switch (event->key) {
    case 'w':
        load_stop(app->config.load); /* what comes while a name is typed would not be in the file */
        app->export_kind = EXPORT_ALL;
        prompt_open(app, PROMPT_FILE, "");
        break;
    case 'q':
    case 'Q':
    case 'C' - '@':
        app->quit = true;
        break;
    case KEY_CODE_ESC:
        break;
    default:
        leave_or_ask(app);
        break;
    }
}
