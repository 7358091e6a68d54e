/* SPDX-License-Identifier: MIT */
/* A line typed in the status row: what to find, or a command. */
#include <string.h>

#include "view/tui/screen/state.h"

static const char *const labels[PROMPT_KINDS] = {
    [PROMPT_FIND] = "/", [PROMPT_COMMAND] = ":", [PROMPT_FILE] = "write to: "
};

void prompt_open(struct app *app, enum prompt_kind kind, const char *text)
{
    app->below = app->modal == MODAL_HELP ? MODAL_HELP : MODAL_NONE;
    app->modal = MODAL_PROMPT;
    app->prompt_kind = kind;
    app->prompt.history = &app->prompt_history[kind];
    editor_set(&app->prompt, text);
    strbuf_clear(&app->message); /* what completes it will stand there */
    app->dirty = true;
}

static void accept(struct app *app)
{
    struct strbuf line = { 0 };
    strbuf_text(&line, app->prompt.text.data);
    app->modal = app->below;
    editor_remember(&app->prompt_history[app->prompt_kind], line.data);
    if (app->prompt_kind == PROMPT_FIND && app->below == MODAL_HELP)
        help_search(app, line.data);
    else if (app->prompt_kind == PROMPT_FIND)
        search_begin(app, line.data, true);
    else if (app->prompt_kind == PROMPT_FILE)
        export_begin(app, app->export_kind, line.data);
    else
        command_run(app, line.data);
    strbuf_release(&line);
}

void prompt_take(struct app *app, const struct event *event)
{
    app->dirty = true;
    if (event->kind == EVENT_KEY && event->key == KEY_CODE_ENTER) {
        accept(app);
        return;
    }
    if (event->kind == EVENT_KEY && (event->key == KEY_CODE_ESC || event->key == 'C' - '@')) {
        app->modal = app->below;
        return;
    }
    if (event->kind == EVENT_KEY && event->key == KEY_CODE_BACKSPACE && app->prompt.text.length == 0) {
        app->modal = app->below;
        return;
    }
    if (event->kind == EVENT_KEY && event->key == KEY_CODE_TAB) {
        strbuf_clear(&app->left);
        strbuf_text(&app->left, "");
        if (app->prompt_kind == PROMPT_COMMAND)
            command_complete(app, &app->prompt, &app->left);
        strbuf_clear(&app->message);
        strbuf_text(&app->message, app->left.data);
        return;
    }
    strbuf_clear(&app->message);
    editor_take(&app->prompt, event);
}

void prompt_draw(struct app *app, struct area row)
{
    cells_fill(&app->cells, row, 0, 0, ROLE_STATUS, " ");
    int label = cells_put(&app->cells, row, 0, 0, ROLE_LABEL, labels[app->prompt_kind]);
    editor_draw(&app->prompt, &app->cells, row, 0, label);
    int used = label + cells_width(&app->cells, app->prompt.text.data ? app->prompt.text.data : "");
    if (app->message.length > 0 && used + 4 < row.width)
        cells_put(&app->cells, row, 0, used + 3, ROLE_DIM, app->message.data);
}
