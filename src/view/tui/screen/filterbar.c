/* SPDX-License-Identifier: MIT */
/* The filter line: what is in use, and what is being typed, checked after each key. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/state.h"

#define LABEL      "Filter: "
#define LIST_ROWS  8  /* completions shown at once */
#define LIST_WIDTH 50 /* columns of it, at least where its help is long */

struct shared_filter *app_filter(const struct app *app)
{
    return app->filter.used;
}

const char *app_filter_text(const struct app *app)
{
    return app->filter.text.data ? app->filter.text.data : "";
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

/* NULL: no filter is needed, or *error says why it is none. */
static struct shared_filter *parse(struct app *app, const char *text, struct filter_error *error)
{
    struct filter_options options = { .names = app->config.names };
    struct filter *filter = filter_parse(text, &options, error);
    if (!filter)
        return NULL;
    struct shared_filter *shared = alloc_new(sizeof *shared);
    shared->filter = filter;
    return shared_filter_hold(shared);
}

/* From now on rows are those that it lets through. */
static void use(struct app *app, struct shared_filter *filter, const char *text)
{
    struct filterbar *bar = &app->filter;
    struct shared_filter *before = bar->used;
    bar->used = shared_filter_hold(filter);
    shared_filter_drop(before);
    char *copy = alloc_text(text);
    strbuf_clear(&bar->text);
    strbuf_text(&bar->text, copy);
    free(copy);
    bool flows = app_current_rows(app) == app->rows[0]; /* what is looked at comes first */
    rows_filter(app->rows[!flows], bar->used);
    rows_filter(app->rows[flows], bar->used);
    app->rows_changed = app->dirty = true;
}

bool app_set_filter(struct app *app, const char *text)
{
    struct filter_error error;
    if (is_blank(text)) {
        use(app, NULL, "");
        return true;
    }
    struct shared_filter *filter = parse(app, text, &error);
    if (!filter) {
        app_say(app, "filter, at %zu: %s", error.at + 1, error.reason);
        return false;
    }
    use(app, filter, text);
    shared_filter_drop(filter);
    editor_remember(&app->filter.history, text);
    return true;
}

static void counted(void *user, uint64_t count)
{
    struct app *app = user;
    app->filter.counted = true;
    app->filter.count = count;
    app->dirty = true;
}

/* Values that the field has in this file, behind those that the language knows by name. */
static void add_values(struct app *app, const char *text)
{
    struct filterbar *bar = &app->filter;
    struct filter_completion *list = &bar->completion;
    const struct session *run = app_session(app);
    size_t typed = bar->editor.cursor - list->from;
    if (!(list->expected & FILTER_EXPECT_VALUE) || list->field.symbol >= FIELD_COUNT ||
        list->field.symbol == FIELD_PROTO || !run) /* protocols have names */
        return;
    if (bar->values.symbol != list->field.symbol || bar->values.flows != flow_store_rows(session_store(run)))
        values_of(run, (enum field_symbol)list->field.symbol, &bar->values);
    for (size_t i = 0; i < bar->values.count && list->count < FILTER_COMPLETIONS; i++) {
        const struct value *value = &bar->values.value[i];
        if (strncmp(value->text, text + list->from, typed) != 0 || strlen(value->text) == typed)
            continue;
        list->item[list->count].text = value->text;
        list->item[list->count++].help = value->help;
    }
}

/* The text is another one: what is it? */
static void check(struct app *app)
{
    struct filterbar *bar = &app->filter;
    const char *text = bar->editor.text.data ? bar->editor.text.data : "";
    struct rows *rows = app_current_rows(app);
    shared_filter_drop(bar->typed);
    bar->typed = NULL;
    bar->counted = false;
    bar->choice = -1;
    bar->valid = is_blank(text);
    if (!bar->valid) {
        bar->typed = parse(app, text, &bar->error);
        bar->valid = bar->typed != NULL;
    }
    if (rows)
        rows_count_for(rows, bar->typed, counted, app);
    filter_complete(text, bar->editor.cursor, &bar->completion);
    add_values(app, text);
    bar->closed = bar->editor.cursor == bar->completion.from;
    app->dirty = true;
}

void filterbar_open(struct app *app)
{
    struct filterbar *bar = &app->filter;
    bar->editor.history = &bar->history;
    editor_set(&bar->editor, app_filter_text(app));
    app->modal = MODAL_FILTER;
    check(app);
    bar->closed = true;
}

static void leave(struct app *app)
{
    struct filterbar *bar = &app->filter;
    struct rows *rows = app_current_rows(app);
    if (rows)
        rows_count_for(rows, NULL, counted, app);
    shared_filter_drop(bar->typed);
    bar->typed = NULL;
    app->modal = MODAL_NONE;
    app->dirty = true;
}

static void accept(struct app *app)
{
    struct filterbar *bar = &app->filter;
    if (!bar->valid)
        return; /* the line says why */
    use(app, bar->typed, bar->typed ? bar->editor.text.data : "");
    editor_remember(&bar->history, app_filter_text(app));
    leave(app);
}

/* Puts a completion in the place of the word before the cursor. */
static void complete(struct app *app, size_t index)
{
    struct filterbar *bar = &app->filter;
    char text[FIELD_NAME + 64];
    snprintf(text, sizeof text, "%s ", bar->completion.item[index].text);
    editor_replace(&bar->editor, bar->completion.from, bar->editor.cursor, text);
    check(app);
    bar->closed = true;
}

/* Tab, the arrows and Enter, where they are for the list of completions. */
static bool take_list_key(struct app *app, uint32_t key)
{
    struct filterbar *bar = &app->filter;
    size_t count = bar->completion.count;
    if (key == KEY_CODE_TAB && count == 1) {
        complete(app, 0);
        return true;
    }
    if (key == KEY_CODE_TAB || key == KEY_CODE_BACK_TAB) {
        if (count == 0)
            return true;
        int step = bar->closed && bar->choice < 0 ? 0 : key == KEY_CODE_TAB ? 1 : -1;
        bar->closed = false;
        bar->choice = bar->choice < 0 ? 0 : (bar->choice + step + (int)count) % (int)count;
        app->dirty = true;
        return true;
    }
    if (bar->closed || count == 0)
        return false;
    if (key == KEY_CODE_DOWN || (key == KEY_CODE_UP && bar->choice >= 0)) {
        bar->choice += key == KEY_CODE_DOWN ? 1 : -1;
        if (bar->choice >= (int)count)
            bar->choice = 0;
        app->dirty = true;
        return true;
    }
    if (key == KEY_CODE_ENTER && bar->choice >= 0) {
        complete(app, (size_t)bar->choice);
        return true;
    }
    return false;
}

void filterbar_take(struct app *app, const struct event *event)
{
    struct filterbar *bar = &app->filter;
    if (event->kind == EVENT_KEY) {
        if (take_list_key(app, event->key))
            return;
        if (event->key == KEY_CODE_ENTER) {
            accept(app);
            return;
        }
        if (event->key == KEY_CODE_ESC && !bar->closed && bar->choice >= 0) {
            bar->choice = -1;
            bar->closed = app->dirty = true;
            return;
        }
        if (event->key == KEY_CODE_ESC || event->key == 'C' - '@') {
            leave(app);
            return;
        }
    }
    if (editor_take(&bar->editor, event))
        check(app);
}

/* "1 204 of 4 800 012 (25 %)" */
static void put_share(struct strbuf *out, uint64_t count, uint64_t all)
{
    amount_exact(out, count);
    strbuf_text(out, " of ");
    amount_exact(out, all);
}

/* The word under way may still become one of the list. */
static bool may_become(const struct filterbar *bar)
{
    return !bar->closed && bar->completion.count > 0 && bar->error.at >= bar->completion.from;
}

/* What the line says at its right; its role. */
static enum role describe(struct app *app, struct strbuf *out)
{
    struct filterbar *bar = &app->filter;
    struct rows *rows = app_current_rows(app);
    if (!bar->valid && (bar->error.state == FILTER_INCOMPLETE || may_become(bar))) {
        strbuf_text(out, "… typing");
        return ROLE_TYPING;
    }
    if (!bar->valid) {
        strbuf_format(out, "wrong at %zu", bar->error.at + 1);
        return ROLE_PROBLEM;
    }
    strbuf_text(out, "ok");
    if (bar->counted && rows) {
        strbuf_char(out, ' ');
        put_share(out, bar->count, rows_all(rows));
    } else if (!bar->typed) {
        strbuf_text(out, ", all");
    }
    return ROLE_GOOD;
}

/* Why the text is no filter, and what may be meant. */
static void put_reason(const struct filter_error *error, struct strbuf *out)
{
    strbuf_text(out, error->reason);
    if (error->suggestion[0])
        strbuf_format(out, "; did you mean %s?", error->suggestion);
}

/* Lines of words, each with a blank in front; returns how many. */
static int draw_lines(struct app *app, struct area area, enum role role, const char *text)
{
    struct strbuf lines = { 0 };
    int row = 0;
    format_wrapped(&lines, text, 0, 0, (size_t)area.width - 1);
    for (char *line = lines.data, *next; line && row < area.height; line = next, row++) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        cells_fill(&app->cells, area, row, 0, ROLE_BOX, " ");
        cells_put(&app->cells, area, row, 1, role, line);
    }
    strbuf_release(&lines);
    return row;
}

/* Under the text: the culprit, and why; below that where there is no room beside it. Returns the rows it took. */
static int draw_reason(struct app *app, struct area below, int begin)
{
    const struct filter_error *error = &app->filter.error;
    struct strbuf reason = { 0 };
    enum role role = error->state == FILTER_WRONG ? ROLE_PROBLEM : ROLE_TYPING;
    int at = begin + (int)error->at,
        column = at < 0                 ? 0
                 : at > below.width - 1 ? below.width - 1
                                        : at,
        rows = 1;
    put_reason(error, &reason);
    cells_fill(&app->cells, below, 0, 0, ROLE_BOX, " ");
    column += cells_put(&app->cells, below, 0, column, role, "^");
    for (size_t i = 1; i < error->length && i < 24; i++)
        column += cells_put(&app->cells, below, 0, column, role, "~");
    if (column + 1 + cells_width(&app->cells, reason.data) <= below.width)
        cells_put(&app->cells, below, 0, column + 1, role, reason.data);
    else
        rows += draw_lines(app, area_rows(below, 1, 2), role, reason.data);
    strbuf_release(&reason);
    return rows;
}

static void draw_list(struct app *app, struct area below, int begin)
{
    struct filterbar *bar = &app->filter;
    const struct filter_completion *list = &bar->completion;
    int rows = (int)list->count < LIST_ROWS ? (int)list->count : LIST_ROWS, first = 0, names = 0, helps = 0;
    if (rows > below.height)
        rows = below.height;
    if (bar->choice >= rows)
        first = bar->choice - rows + 1;
    for (size_t i = 0; i < list->count; i++) {
        int name = (int)strlen(list->item[i].text), help = (int)strlen(list->item[i].help);
        names = name > names ? name : names;
        helps = help > helps ? help : helps;
    }
    int width = names + 3 + helps + 2, left = begin + (int)list->from - 1;
    if (left + width > below.width) /* what is behind its end is less worth than standing below the word */
        width = below.width - left > LIST_WIDTH ? below.width - left : LIST_WIDTH;
    if (left + width > below.width)
        left = below.width - width;
    struct area box = area_columns(below, left < 0 ? 0 : left, width < below.width ? width : below.width);
    for (int row = 0; row < rows; row++) {
        int index = first + row;
        enum role role = index == bar->choice ? ROLE_CURSOR : ROLE_BOX;
        cells_fill(&app->cells, box, row, 0, role, " ");
        cells_put(&app->cells, box, row, 1, role, list->item[index].text);
        cells_put(&app->cells, box, row, names + 3, role, list->item[index].help);
    }
    if (first + rows < (int)list->count && rows > 0)
        cells_put(&app->cells, box, rows - 1, box.width - 1, ROLE_BOX, "↓");
}

static void draw_open(struct app *app, struct area row, struct area below)
{
    struct filterbar *bar = &app->filter;
    struct strbuf *out = &app->right;
    strbuf_clear(out);
    enum role role = describe(app, out);
    int width = cells_width(&app->cells, out->data);
    int column = cells_put(&app->cells, row, 0, 0, ROLE_LABEL, LABEL);
    struct area room = area_columns(row, 0, row.width - width - 1);
    int begin = editor_draw(&bar->editor, &app->cells, room, 0, column);
    cells_put(&app->cells, row, 0, row.width - width, role, out->data);
    bool list = !bar->closed && bar->completion.count > 0;
    bool wrong = !bar->valid && bar->error.state == FILTER_WRONG && !may_become(bar);
    bool reason = !bar->valid && (wrong || !list);
    if (wrong)
        cells_tint(&app->cells, row, 0, begin + (int)bar->error.at, (int)bar->error.length, ROLE_PROBLEM);
    int used = reason ? draw_reason(app, below, begin) : 0;
    if (list)
        draw_list(app, area_rows(below, used, below.height), begin);
}

/* "conn 10.0.0.1:53 › " of the views that were drilled into. */
static void breadcrumb(struct app *app, struct strbuf *out)
{
    struct stack *stack = &app->stack[app->current];
    for (int i = 1; i < stack->depth; i++) {
        const struct opened *opened = &stack->at[i];
        if (opened->ops->crumb)
            opened->ops->crumb(opened->view, out);
        strbuf_text(out, opened->ops->crumb && i + 1 < stack->depth ? " › " : "");
    }
}

/* What the filter has left, or what the view says of itself. */
static void put_result(struct app *app, struct strbuf *out)
{
    struct opened *top = app_top(app);
    struct rows *rows = app_current_rows(app);
    double share;
    strbuf_text(out, "");
    if (top->ops->result)
        top->ops->result(top->view, out);
    if (out->length || !rows)
        return;
    if (rows_busy(rows, &share))
        strbuf_format(out, share >= 0 ? "working %.0f %%  " : "working  ", 100 * share);
    if (rows_filtered(rows))
        put_share(out, rows_matches(rows), rows_all(rows));
    else
        amount_exact(out, rows_all(rows));
    bool connections = rows == app->rows[1];
    strbuf_format(out, " %s%s", connections ? "connection" : "flow", rows_all(rows) == 1 ? "" : "s");
}

/* As much of a text as there is room for, and a sign where that is not all. Returns the column behind it. */
static int put_cut(struct app *app, struct area room, int column, enum role role, const char *text)
{
    int needed = cells_width(&app->cells, text), left = room.width - column;
    int length = needed < left ? needed : left;
    cells_field(&app->cells, room, 0, column, length, role, false, text);
    return column + length;
}

static void draw_closed(struct app *app, struct area row)
{
    strbuf_clear(&app->right);
    put_result(app, &app->right);
    int width = cells_width(&app->cells, app->right.data);
    struct area room = area_columns(row, 0, row.width - width - 1);
    bool used = app->filter.used != NULL;
    int column = cells_put(&app->cells, room, 0, 0, ROLE_LABEL, LABEL);
    const char *text = used ? app_filter_text(app) : app->stack[app->current].depth > 1 ? "" : "none (f)";
    column = put_cut(app, room, column, used ? ROLE_VALUE : ROLE_DIM, text);
    if (app->stack[app->current].depth > 1) {
        strbuf_clear(&app->left);
        strbuf_text(&app->left, used ? "  › " : "› ");
        breadcrumb(app, &app->left);
        (void)put_cut(app, room, column, ROLE_TYPING, app->left.data);
    }
    cells_put(&app->cells, row, 0, row.width - width, ROLE_NORMAL, app->right.data);
}

void filterbar_draw(struct app *app, struct area row, struct area below)
{
    if (app->modal == MODAL_FILTER)
        draw_open(app, row, below);
    else
        draw_closed(app, row);
}

void filterbar_release(struct app *app)
{
    struct filterbar *bar = &app->filter;
    shared_filter_drop(bar->used);
    shared_filter_drop(bar->typed);
    strbuf_release(&bar->text);
    editor_release(&bar->editor);
    editor_history_release(&bar->history);
}
