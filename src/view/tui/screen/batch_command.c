/* SPDX-License-Identifier: MIT */
/* The command that writes what is on the screen as text: for a pipe, a script, or somebody else. */
#include <string.h>

#include "query/field.h"
#include "view/tui/screen/state.h"

/* As a shell reads it; what is plain stays as it is. */
static void put_word(struct strbuf *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
    strbuf_char(out, ' ');
    if (*word && word[strspn(word, plain)] == '\0') {
        strbuf_text(out, word);
        return;
    }
    strbuf_char(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            strbuf_text(out, "'\\''");
        else
            strbuf_char(out, *word);
    }
    strbuf_char(out, '\'');
}

static void put_inputs(const struct app *app, struct strbuf *out)
{
    const struct app_config *config = &app->config;
    for (size_t i = 0; i < config->file_count; i++) {
        strbuf_format(out, " %s",
                      i < config->interface_count ? "-i"
                      : i < config->live_count    ? "--listen"
                                                  : "-r");
        put_word(out, config->files[i]);
    }
    if (config->capture_filter) {
        strbuf_text(out, " -f");
        put_word(out, config->capture_filter);
    }
}

/* The connection whose flows are listed, as a filter. False: it is no such list. */
static bool put_connection(struct app *app, struct strbuf *out)
{
    const struct stack *stack = &app->stack[app->current];
    const struct opened *top = app_top(app), *below = top - 1;
    if (stack->depth < 2 || top->ops != app->config.views[VIEW_FLOWS] || app_current_rows(app))
        return false;
    return below->ops->filter && below->ops->filter(below->view, FILTER_NFSCOPE, out);
}

static void put_filter(struct app *app, struct strbuf *out)
{
    struct strbuf own = { 0 }, text = { 0 };
    const char *used = app_filter_text(app);
    bool both = put_connection(app, &own) && *used;
    strbuf_format(&text, both ? "(%s) and " : "%s", used);
    if (own.length)
        strbuf_text(&text, own.data);
    if (text.length) {
        strbuf_text(out, " -Y");
        put_word(out, text.data);
    }
    strbuf_release(&own);
    strbuf_release(&text);
}

/* Columns that batch output has, too, where some are hidden. */
static void put_columns(struct app *app, struct strbuf *out)
{
    const struct list *list = app_list(app);
    bool hidden = false;
    if (!app_top(app)->ops->cell_value || !(app_contexts(app) & IN_MARKS))
        return;
    for (unsigned i = 0; i < list->column_count; i++)
        hidden |= list->hidden[i];
    for (unsigned i = 0; hidden && i < list->column_count; i++)
        if (!list->hidden[i] && list->columns[i].field >= 0)
            strbuf_format(out, " -e %s", field_table[list->columns[i].field].name);
}

static void put_order(struct app *app, struct strbuf *out)
{
    struct rows *rows = app_current_rows(app);
    int field = rows ? rows_order_field(rows) : ROWS_NATURAL;
    if (field != ROWS_NATURAL)
        strbuf_format(out, " --sort %s%s", field_table[field].name, rows_descending(rows) ? ":desc" : "");
}

static void put_times(struct app *app, struct strbuf *out)
{
    static const char *const forms[TIME_FORMS] = { " --utc", "", " -t r", " -t d" };
    if (app_contexts(app) & (IN_CONNECTIONS | IN_FLOWS | IN_PACKETS | IN_EXPORTERS))
        strbuf_text(out, forms[app->forms.time]);
}

void batch_command(struct app *app, struct strbuf *out)
{
    struct opened *top = app_top(app);
    strbuf_text(out, "nfscope");
    put_inputs(app, out);
    put_filter(app, out);
    if (top->ops->report) {
        strbuf_text(out, " -z ");
        top->ops->report(top->view, out);
    } else {
        strbuf_format(out, " --show %s", top->ops->name);
        put_columns(app, out);
        put_order(app, out);
    }
    put_times(app, out);
    strbuf_text(out, app->forms.names ? "" : " -n");
}
