/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "query/field.h"
#include "view/tui/screen/state.h"
#include "view/tui/screen/xdg.h"

static void take_sort(struct app *app, char *rest)
{
    char *space = strchr(rest, ' ');
    struct field field;
    if (!space)
        return;
    bool connections = strncmp(rest, "connections", 11) == 0;
    size_t length = strcspn(space + 1, ":");
    if (field_find(space + 1, length, &field) && field.symbol != FIELD_ELEMENT &&
        !rows_refuses(app->rows[connections], &field))
        rows_sort(app->rows[connections], field.symbol, strcmp(space + 1 + length, ":desc") == 0);
}

/* What the command line and the config file do not say is as it was last time. */
static void take_form(struct app *app, const char *name, const char *value)
{
    struct app_forms last = app->forms;
    unsigned form = forms_set(&last, name, value);
    if (!(form & ~app->config.wanted->said))
        return;
    app->chosen |= form;
    app->forms = last;
}

static void take_state(void *user, char *line, unsigned number)
{
    struct app *app = user;
    char *rest = strchr(line, ' ');
    (void)number;
    if (!rest)
        return;
    *rest++ = '\0';
    if (strcmp(line, "filter") == 0)
        editor_remember(&app->filter.history, rest);
    else if (strcmp(line, "find") == 0)
        editor_remember(&app->prompt_history[PROMPT_FIND], rest);
    else if (strcmp(line, "command") == 0)
        editor_remember(&app->prompt_history[PROMPT_COMMAND], rest);
    else if (strcmp(line, "hide") == 0)
        editor_remember(&app->hidden, rest);
    else if (strcmp(line, "sort") == 0)
        take_sort(app, rest);
    else
        take_form(app, line, rest);
}

void settings_read(struct app *app)
{
    const struct app_config *config = &app->config;
    struct strbuf path = { 0 };
    app->forms = config->wanted->forms;
    if (xdg_path("XDG_STATE_HOME", ".local/state", "state", &path))
        xdg_each_line(path.data, take_state, app);
    strbuf_release(&path);
    app->forms.names = (app->forms.names || config->names_wanted) && config->names;
    app->forms.mouse &= !config->no_mouse;
    if (config->wanted->complaint[0])
        app_say(app, "%s", config->wanted->complaint);
}

void settings_apply(struct app *app, const char *view, void *list)
{
    struct list *columns = list;
    for (unsigned i = 0; i < columns->column_count; i++) {
        struct strbuf name = { 0 };
        strbuf_format(&name, "%s %s", view, columns->columns[i].title);
        for (size_t k = 0; k < app->hidden.count; k++)
            columns->hidden[i] |= strcmp(app->hidden.line[k], name.data) == 0;
        strbuf_release(&name);
    }
}

static void put_history(FILE *file, const char *word, const struct editor_history *history)
{
    for (size_t i = 0; i < history->count; i++)
        fprintf(file, "%s %s\n", word, history->line[i]);
}

/* Of views that were looked at what they hide now; of others what was so before. */
static void put_hidden(struct app *app, FILE *file)
{
    for (int number = 0; number < VIEWS; number++) {
        const struct view_ops *ops = app->config.views[number];
        const struct stack *stack = &app->stack[number];
        struct list *list = ops && stack->depth && ops->list ? ops->list(stack->at[0].view) : NULL;
        for (unsigned i = 0; list && i < list->column_count; i++)
            if (list->hidden[i])
                fprintf(file, "hide %s %s\n", ops->name, list->columns[i].title);
        for (size_t k = 0; ops && !list && k < app->hidden.count; k++)
            if (strncmp(app->hidden.line[k], ops->name, strlen(ops->name)) == 0)
                fprintf(file, "hide %s\n", app->hidden.line[k]);
    }
}

static void put_forms(const struct app *app, FILE *file)
{
    struct strbuf line = { 0 };
    for (unsigned form = 1; form <= FORM_LAST; form <<= 1) {
        if (!(app->chosen & form))
            continue;
        strbuf_clear(&line);
        forms_put(&app->forms, (enum form)form, &line);
        fprintf(file, "%s\n", line.data);
    }
    strbuf_release(&line);
}

static void put_state(struct app *app, FILE *file)
{
    put_history(file, "filter", &app->filter.history);
    put_history(file, "find", &app->prompt_history[PROMPT_FIND]);
    put_history(file, "command", &app->prompt_history[PROMPT_COMMAND]);
    put_hidden(app, file);
    put_forms(app, file);
    for (int connections = 0; connections < 2; connections++) {
        const struct rows *rows = app->rows[connections];
        int field = rows_order_field(rows);
        if (field != ROWS_NATURAL)
            fprintf(file, "sort %s %s%s\n", connections ? "connections" : "flows", field_table[field].name,
                    rows_descending(rows) ? ":desc" : "");
    }
}

void settings_write(struct app *app)
{
    struct strbuf path = { 0 }, made = { 0 };
    if (xdg_path("XDG_STATE_HOME", ".local/state", "state", &path)) {
        xdg_make_folders(path.data);
        strbuf_format(&made, "%s.XXXXXX", path.data);
        int fd = mkstemp(made.data);
        FILE *file = fd == -1 ? NULL : fdopen(fd, "w");
        if (file) {
            put_state(app, file);
            bool fine = fflush(file) == 0 && fsync(fd) == 0;
            fine = fclose(file) == 0 && fine;
            if (!fine || rename(made.data, path.data) != 0)
                (void)unlink(made.data);
        } else if (fd != -1) {
            (void)close(fd);
        }
    }
    strbuf_release(&path);
    strbuf_release(&made);
}
