/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "query/field.h"
#include "view/tui/screen/state.h"

#define LINES_MOST 1000 /* of a file that are looked at */

/* $XDG_..._HOME/nfscope/NAME, or below $HOME. False: there is neither. */
static bool path_of(const char *variable, const char *fallback, const char *name, struct strbuf *out)
{
    const char *base = getenv(variable), *home = getenv("HOME");
    if (base && base[0] == '/')
        strbuf_format(out, "%s/nfscope", base);
    else if (home && home[0] == '/')
        strbuf_format(out, "%s/%s/nfscope", home, fallback);
    else
        return false;
    strbuf_format(out, "/%s", name);
    return true;
}

/* Calls `take` for each line, without its end. */
static void each_line(const char *path, struct app *app,
                      void (*take)(struct app *app, char *line, unsigned number))
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    unsigned number = 0;
    ssize_t length;
    if (!file)
        return;
    while (number++ < LINES_MOST && (length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = '\0';
        take(app, line, number);
    }
    free(line);
    fclose(file);
}

static int word_of(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return -1;
}

/* False: there is no such name, or it has no such value. */
static bool set(struct app *app, const char *name, const char *value)
{
    static const char *const times[] = { "utc", "local", "relative", "delta" };
    static const char *const units[] = { "si", "iec", "exact" };
    static const char *const answers[] = { "no", "yes" };
    int index = -1;
    if (strcmp(name, "time") == 0 && (index = word_of(value, times, TIME_FORMS)) >= 0)
        app->forms.time = (enum time_form)index;
    else if (strcmp(name, "units") == 0 && (index = word_of(value, units, UNIT_FORMS)) >= 0)
        app->forms.unit = (enum unit_form)index;
    else if (strcmp(name, "names") == 0 && (index = word_of(value, answers, 2)) >= 0)
        app->forms.names = index && app->config.names;
    return index >= 0;
}

static void take_config(struct app *app, char *line, unsigned number)
{
    char *name = line + strspn(line, " \t"), *equals = strchr(name, '=');
    if (*name == '\0' || *name == '#')
        return;
    if (equals) {
        char *value = equals + 1 + strspn(equals + 1, " \t");
        name[strcspn(name, " \t=")] = '\0';
        value[strcspn(value, " \t#")] = '\0';
        if (set(app, name, value))
            return;
    }
    app_say(app, "config file, line %u: '%.40s' is no setting (see FILES in nfscope(1))", number, name);
}

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

static void take_state(struct app *app, char *line, unsigned number)
{
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
}

void settings_read(struct app *app)
{
    struct strbuf path = { 0 };
    if (path_of("XDG_CONFIG_HOME", ".config", "config", &path))
        each_line(path.data, app, take_config);
    strbuf_clear(&path);
    if (path_of("XDG_STATE_HOME", ".local/state", "state", &path))
        each_line(path.data, app, take_state);
    strbuf_release(&path);
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

static void put_state(struct app *app, FILE *file)
{
    put_history(file, "filter", &app->filter.history);
    put_history(file, "find", &app->prompt_history[PROMPT_FIND]);
    put_history(file, "command", &app->prompt_history[PROMPT_COMMAND]);
    put_hidden(app, file);
    for (int connections = 0; connections < 2; connections++) {
        const struct rows *rows = app->rows[connections];
        int field = rows_order_field(rows);
        if (field != ROWS_NATURAL)
            fprintf(file, "sort %s %s%s\n", connections ? "connections" : "flows", field_table[field].name,
                    rows_descending(rows) ? ":desc" : "");
    }
}

/* All folders of a path. */
static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700); /* that it is there already is as good; what else is wrong shows below */
        *slash = '/';
    }
}

void settings_write(struct app *app)
{
    struct strbuf path = { 0 }, made = { 0 };
    if (path_of("XDG_STATE_HOME", ".local/state", "state", &path)) {
        make_folders(path.data);
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
