/* SPDX-License-Identifier: MIT */
/* The command line: names of keys.def, and these. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/suggest.h"
#include "query/field.h"
#include "query/order.h"
#include "view/tui/screen/state.h"

static void run_filter(struct app *app, const char *rest)
{
    (void)app_set_filter(app, rest);
}

static void run_find(struct app *app, const char *rest)
{
    search_begin(app, rest, true);
}

/* "FIELD", "FIELD:desc" */
static void run_sort(struct app *app, const char *rest)
{
    struct rows *rows = app_current_rows(app);
    size_t length = strcspn(rest, ": ");
    struct field field;
    const char *refusal;
    if (!rows) {
        app_say(app, "there is nothing to sort in this view");
        return;
    }
    if (!field_find(rest, length, &field)) {
        const char *near = field_nearest(rest, length);
        app_say(app, "no field '%.*s'%s%s%s", (int)length, rest, near ? "; did you mean " : "",
                near ? near : "", near ? "?" : "");
        return;
    }
    refusal = order_refusal(&field, rows == app_rows(app, true));
    if (field.symbol == FIELD_ELEMENT || refusal)
        app_say(app, "%.*s %s", (int)length, rest, refusal ? refusal : "cannot be sorted by");
    else
        rows_sort(rows, field.symbol, strncmp(rest + length, ":desc", 5) == 0);
}

static void run_go(struct app *app, const char *rest)
{
    struct list *list = app_list(app);
    uint64_t row = strtoull(rest, NULL, 10);
    if (list && row > 0)
        list_go(list, row - 1);
    else
        app_say(app, "go takes the number of a row");
}

static void run_help(struct app *app, const char *rest)
{
    if (!help_open_word(app, rest))
        app_say(app, "help has no topic '%.40s'; ? and the arrows show all", rest);
}

static void run_batch(struct app *app, const char *rest)
{
    struct strbuf out = { 0 };
    (void)rest;
    batch_command(app, &out);
    choices_note(app, "the command, copied as well", out.data);
    strbuf_release(&out);
}

static const struct command {
    const char *name, *help;
    void (*run)(struct app *app, const char *rest);
} commands[] = {
    { "cmd", "the command that writes what is on the screen as text", run_batch },
    { "filter", "filter EXPRESSION; without one: all", run_filter },
    { "find", "find TEXT", run_find },
    { "go", "go ROW", run_go },
    { "help", "help TOPIC: of a view, or commands, filters, fields, colours, about", run_help },
    { "sort", "sort FIELD, or FIELD:desc", run_sort },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

size_t command_count(void)
{
    return COMMANDS;
}

const char *command_name(size_t index, const char **help)
{
    *help = commands[index].help;
    return commands[index].name;
}

/* All names: those of keys, and those of this file. */
static size_t gather_names(const char *names[REQUEST_COUNT + COMMANDS])
{
    size_t count = 0;
    for (size_t i = 0; i < COMMANDS; i++)
        names[count++] = commands[i].name;
    for (int i = 1; i < REQUEST_COUNT; i++)
        if (keymap[i].command)
            names[count++] = keymap[i].command;
    return count;
}

void command_run(struct app *app, const char *line)
{
    const char *names[REQUEST_COUNT + COMMANDS];
    line += strspn(line, " ");
    size_t length = strcspn(line, " ");
    const char *rest = line + length + strspn(line + length, " ");
    if (length == 0)
        return;
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strlen(commands[i].name) == length && memcmp(commands[i].name, line, length) == 0) {
            commands[i].run(app, rest);
            return;
        }
    }
    if (line[0] >= '0' && line[0] <= '9') {
        run_go(app, line);
        return;
    }
    enum request request = keymap_command(line, length);
    struct event none = { .kind = EVENT_NONE };
    if (request != REQUEST_NONE && keymap[request].contexts & app_contexts(app)) {
        app_act(app, request, &none);
    } else if (request != REQUEST_NONE) {
        app_say(app, "'%s' is not for this view", keymap[request].command);
    } else {
        char *word = strndup(line, length);
        const char *near = suggest_word(word ? word : "", names, gather_names(names));
        app_say(app, "no command '%s'%s%s%s", word ? word : "", near ? "; did you mean " : "",
                near ? near : "", near ? "?" : "");
        free(word);
    }
}

enum { WORDS = REQUEST_COUNT + COMMANDS + FIELD_COUNT };

/* What the command at the start of a line takes; none where it is no list of words. */
static size_t gather_arguments(struct app *app, const char *line, const char *words[WORDS])
{
    const struct rows *rows = app_current_rows(app);
    const char *topic;
    size_t count = 0;
    for (uint8_t i = 0; rows && strncmp(line, "sort ", 5) == 0 && i < FIELD_COUNT; i++) {
        struct field field = { .symbol = i };
        if (!rows_refuses(rows, &field))
            words[count++] = field_table[i].name;
    }
    for (int i = 0; strncmp(line, "help ", 5) == 0 && (topic = help_topic_word(app, i)) != NULL; i++)
        words[count++] = topic;
    return count;
}

/* How much of the words that begin with `typed` is the same in all of them; *found: how many there are. */
static size_t common_begin(const char *const *words, size_t count, const char *typed, size_t length,
                           const char **first, size_t *found, struct strbuf *others)
{
    size_t common = 0;
    *found = 0;
    for (size_t i = 0; i < count; i++) {
        if (strncasecmp(words[i], typed, length) != 0)
            continue;
        size_t same = 0;
        while (*found && same < common && (*first)[same] == words[i][same])
            same++;
        common = *found ? same : strlen(words[i]);
        *first = *found ? *first : words[i];
        strbuf_format(others, "%s%s", *found ? " " : "", words[i]);
        ++*found;
    }
    return common;
}

bool command_complete(struct app *app, struct editor *editor, struct strbuf *others)
{
    const char *words[WORDS], *first = NULL, *line = editor->text.data ? editor->text.data : "";
    size_t found, from = editor->cursor;
    while (from > 0 && line[from - 1] != ' ')
        from--;
    size_t count = from == 0 ? gather_names(words) : gather_arguments(app, line, words);
    size_t common = common_begin(words, count, line + from, editor->cursor - from, &first, &found, others);
    if (!found)
        return false;
    struct strbuf text = { 0 };
    strbuf_add(&text, first, common);
    editor_replace(editor, from, editor->cursor, text.data);
    strbuf_release(&text);
    if (found == 1) {
        editor_replace(editor, editor->cursor, editor->cursor, " ");
        strbuf_clear(others);
        strbuf_text(others, "");
    }
    return true;
}
