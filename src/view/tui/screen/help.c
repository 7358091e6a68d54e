/* SPDX-License-Identifier: MIT */
/* Help: the keys that hold in the view, out of keys.def, commands, and fields, out of their tables. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "query/field.h"
#include "view/tui/screen/state.h"

#define KEYS_WIDTH 16

/* Topics: one a view, and these behind them. */
enum topic { TOPIC_COMMANDS = VIEWS, TOPIC_FILTER, TOPIC_FIELDS, TOPIC_COLOURS, TOPIC_ABOUT, TOPICS };

static const char *topic_title(const struct app *app, int topic)
{
    static const char *const titles[] = { "Commands", "Filters", "Fields", "Colours", "About" };
    if (topic >= VIEWS)
        return titles[topic - VIEWS];
    return app->config.views[topic] ? app->config.views[topic]->title : NULL;
}

/* "Home g  first row" */
static void add_key(struct pager *pager, const struct binding *binding, size_t width)
{
    char line[256];
    struct strbuf text = { 0 };
    int used = snprintf(line, sizeof line, "  %-*s ", KEYS_WIDTH, binding->keys);
    size_t room = width > (size_t)used + 10 ? width - (size_t)used : 10;
    const char *help = binding->help;
    while (*help) {
        size_t length = strlen(help), end = length;
        if (length > room) {
            end = room;
            while (end > 0 && help[end] != ' ')
                end--;
            end = end ? end : room;
        }
        strbuf_clear(&text);
        strbuf_format(&text, "%*s%.*s", used, help == binding->help ? line : "", (int)end, help);
        pager_add(pager, ROLE_NORMAL, text.data);
        help += end;
        help += strspn(help, " ");
    }
    strbuf_release(&text);
}

#define PANES_OF_THEIR_OWN (IN_TREE | IN_HEX | IN_TIMELINE)

/* Panes with keys that hold nowhere else in a view. */
static const struct {
    uint32_t context;
    const char *title;
} panes[] = {
    { IN_TREE, "In the tree of fields" },
    { IN_HEX, "In the octets" },
    { IN_TIMELINE, "In the line of time" },
};

/* The keys that hold where one of `contexts` does and none of `others`, below a title, where there are any. */
static void add_keys(struct app *app, const char *title, int group, uint32_t contexts, uint32_t others,
                     size_t width)
{
    bool titled = false;
    for (int i = 1; i < REQUEST_COUNT; i++) {
        struct binding line = keymap[i];
        line.keys = keymap_keys(&app->config.wanted->keys, (enum request)i);
        if ((group >= 0 && (int)line.group != group) || !(line.contexts & contexts) ||
            line.contexts & others || !*line.keys)
            continue;
        if (!titled) {
            pager_add(&app->help, ROLE_NORMAL, "");
            pager_add(&app->help, ROLE_LABEL, title);
        }
        titled = true;
        add_key(&app->help, &line, width);
    }
}

/* What the view is about, and its keys: those of the frame, and of rows, and then those of panes. */
static void fill_view(struct app *app, int topic, size_t width)
{
    const struct view_ops *ops = app->config.views[topic];
    uint32_t now = app_contexts(app) & (IN_LOADING | IN_LIVE), contexts = ops->keys | IN_ALL | now,
             most = contexts & ~(uint32_t)PANES_OF_THEIR_OWN;
    pager_wrap(&app->help, ROLE_NORMAL, ops->about, width);
    for (int group = 0; group < KEY_GROUPS; group++)
        add_keys(app, keymap_group_title((enum key_group)group), group, most, 0, width);
    for (size_t i = 0; i < sizeof panes / sizeof *panes; i++)
        add_keys(app, panes[i].title, -1, contexts & panes[i].context, most, width);
}

static void fill_commands(struct pager *pager, size_t width)
{
    pager_wrap(pager, ROLE_NORMAL, "A colon begins a command; Tab completes its name.", width);
    pager_add(pager, ROLE_NORMAL, "");
    for (size_t i = 0; i < command_count(); i++) {
        const char *help;
        const char *name = command_name(i, &help);
        struct binding line = { .keys = name, .help = help };
        add_key(pager, &line, width);
    }
    for (int i = 1; i < REQUEST_COUNT; i++) {
        struct binding line = { .keys = keymap[i].command, .help = keymap[i].help };
        if (keymap[i].command)
            add_key(pager, &line, width);
    }
}

static void fill_filter(struct pager *pager, size_t width)
{
    static const char *const examples[][2] = {
        { "ip == 10.0.0.0/8", "an address in a network, on either side" },
        { "port 53 or port 853", "a port on either side" },
        { "proto == udp and bytes > 1M", "units are k, M, G and Ki, Mi, Gi" },
        { "client.ip == 192.0.2.1", "of connections: who asked" },
        { "not exporter 192.0.2.9", "what only flows have holds where it holds for one of its flows" },
        { "duration > 1h or packets < 3", "units of time are ms, s, m, h, d" },
        { "has vlan", "the field is there" },
    };
    pager_wrap(pager, ROLE_NORMAL,
               "A filter governs all views. Each key checks what is typed; Tab completes fields, operators "
               "and values; "
               "Enter uses it, Esc leaves things as they were. An empty one shows everything. "
               "nfscope-filter(7) has the whole language, and -Y takes the same on the command line.",
               width);
    pager_add(pager, ROLE_NORMAL, "");
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        char line[160];
        snprintf(line, sizeof line, "  %-30s %s", examples[i][0], examples[i][1]);
        pager_wrap(pager, ROLE_NORMAL, line, width);
    }
}

static void fill_fields(struct pager *pager, size_t width)
{
    pager_wrap(pager, ROLE_NORMAL,
               "Fields of filters and of sorting; f: of flows, c: of connections. Any information element "
               "can be used as "
               "well, by its name, its number, or as pen.id.",
               width);
    pager_add(pager, ROLE_NORMAL, "");
    for (int i = 0; i < FIELD_COUNT; i++) {
        const struct field_info *field = &field_table[i];
        char line[160];
        snprintf(line, sizeof line, "  %-18s %s%s %s", field->name,
                 field->where & FIELD_OF_FLOWS || field->where == FIELD_OF_EITHER ? "f" : " ",
                 field->where & FIELD_OF_CONNECTIONS || field->where == FIELD_OF_EITHER ? "c" : " ",
                 field->help);
        pager_add(pager, ROLE_NORMAL, line);
    }
}

/* Each in the colours that it tells of. */
static void fill_colours(struct pager *pager, size_t width)
{
    static const struct {
        enum role role;
        const char *text;
    } meanings[] = {
        { ROLE_CURSOR, "> the row of the cursor, in the pane that has the keys" },
        { ROLE_CURSOR_IDLE, "> the same in another pane" },
        { ROLE_MARKED, "* a row that is marked (Space)" },
        { ROLE_PROBLEM, "! something is wrong: e goes to the next one" },
        { ROLE_CLIENT, "→ what the client sent" },
        { ROLE_SERVER, "← what the server sent" },
        { ROLE_DIM, "- was not exported; and what matters less" },
        { ROLE_HEADING, "heading of a column" },
        { ROLE_HEADING_KEY, "▲ ▼ by which the rows are in order, rising or falling" },
        { ROLE_GOOD, "ok: the filter that is typed can be used" },
        { ROLE_TYPING, "… what is typed is not yet a filter; and where a view was opened from" },
        { ROLE_MATCH, "what was found (/)" },
        { ROLE_FIELD, "octets of the field that is chosen; [ ] around them" },
        { ROLE_LAYER, "octets of what that field is in" },
        { ROLE_BAR, "bars: how much, and how far" },
        { ROLE_KEY, "a key" },
    };
    pager_wrap(pager, ROLE_NORMAL,
               "A colour never says anything alone: there is a sign or a word as well. --color never and "
               "NO_COLOR=1 do without; so do terminals that have none.",
               width);
    pager_add(pager, ROLE_NORMAL, "");
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        pager_add(pager, meanings[i].role, meanings[i].text);
}

static void fill(struct app *app, size_t width)
{
    pager_clear(&app->help);
    if (app->help_topic < VIEWS)
        fill_view(app, app->help_topic, width);
    else if (app->help_topic == TOPIC_COMMANDS)
        fill_commands(&app->help, width);
    else if (app->help_topic == TOPIC_FILTER)
        fill_filter(&app->help, width);
    else if (app->help_topic == TOPIC_FIELDS)
        fill_fields(&app->help, width);
    else if (app->help_topic == TOPIC_COLOURS)
        fill_colours(&app->help, width);
    else
        pager_wrap(&app->help, ROLE_NORMAL,
                   "nfscope " NFSCOPE_VERSION
                   " shows what NetFlow and IPFIX exporters said. The manuals are nfscope(1), "
                   "nfscope-filter(7) and nfscope-json(5). On the screen > is the row of the cursor, * a "
                   "marked one, ! one with a problem; - is a value that was not exported.",
                   width);
}

void help_open(struct app *app, int topic)
{
    app->modal = MODAL_HELP;
    app->help_topic = topic;
    app->help.top = 0;
    app->help_width = 0;
    app->dirty = true;
}

bool help_open_word(struct app *app, const char *word)
{
    size_t length = strcspn(word, " ");
    if (length == 0) {
        help_open(app, (int)app->current);
        return true;
    }
    for (int topic = 0; topic < TOPICS; topic++) {
        const char *title = topic_title(app, topic);
        if (!title || strncasecmp(title, word, length) != 0)
            continue;
        help_open(app, topic);
        return true;
    }
    return false;
}

const char *help_topic_word(const struct app *app, int topic)
{
    return topic < TOPICS ? topic_title(app, topic) : NULL;
}

bool help_shown(const struct app *app)
{
    return app->modal == MODAL_HELP || (app->modal == MODAL_PROMPT && app->below == MODAL_HELP);
}

static void find(struct app *app, bool forward)
{
    const struct strbuf *text = &app->search.text;
    app->dirty = true;
    if (text->length == 0)
        app_say(app, "nothing was searched yet: / asks for what");
    else if (!pager_find(&app->help, text->data, forward))
        app_say(app, "'%s' is not in this topic", text->data);
}

void help_search(struct app *app, const char *text)
{
    if (*text) {
        strbuf_clear(&app->search.text);
        strbuf_text(&app->search.text, text);
    }
    find(app, true);
}

static void next_topic(struct app *app, int step)
{
    do
        app->help_topic = (app->help_topic + step + TOPICS) % TOPICS;
    while (!topic_title(app, app->help_topic));
    app->help.top = 0;
    app->help_width = 0;
}

void help_take(struct app *app, const struct event *event)
{
    app->dirty = true;
    app->message_shown = false;
    if (event->kind == EVENT_WHEEL) {
        struct event lines = { .count = (uint64_t)(event->delta < 0 ? -event->delta : event->delta) };
        pager_act(&app->help, event->delta < 0 ? REQUEST_UP : REQUEST_DOWN, &lines);
    }
    if (event->kind != EVENT_KEY)
        return;
    enum request request = keymap_find(&app->config.wanted->keys, event->key, IN_ROWS | IN_FIND);
    if (event->key == KEY_CODE_ESC || event->key == 'q' || event->key == '?' || event->key == KEY_CODE_F1)
        app->modal = MODAL_NONE;
    else if (request == REQUEST_LEFT || request == REQUEST_RIGHT)
        next_topic(app, request == REQUEST_RIGHT ? 1 : -1);
    else if (event->key == KEY_CODE_TAB || event->key == KEY_CODE_BACK_TAB)
        next_topic(app, event->key == KEY_CODE_TAB ? 1 : -1);
    else if (request == REQUEST_FIND)
        prompt_open(app, PROMPT_FIND, "");
    else if (request == REQUEST_FIND_NEXT || request == REQUEST_FIND_BACK)
        find(app, request == REQUEST_FIND_NEXT);
    else
        pager_act(&app->help, request, event);
}

/* As many topics as fit, the current one among them. */
static void draw_topics(struct app *app, struct area row)
{
    int first = 0, width = 0;
    char text[64];
    cells_fill(&app->cells, row, 0, 0, ROLE_TITLE, " ");
    int column = cells_put(&app->cells, row, 0, 0, ROLE_TITLE, "help ");
    for (int topic = 0; topic <= app->help_topic; topic++)
        width += topic_title(app, topic) ? (int)strlen(topic_title(app, topic)) + 2 : 0;
    for (; first < app->help_topic && width > row.width - 8; first++)
        width -= topic_title(app, first) ? (int)strlen(topic_title(app, first)) + 2 : 0;
    if (first > 0)
        column += cells_put(&app->cells, row, 0, column, ROLE_TAB, "←");
    for (int topic = first; topic < TOPICS; topic++) {
        const char *title = topic_title(app, topic);
        bool current = topic == app->help_topic;
        if (!title)
            continue;
        snprintf(text, sizeof text, current ? "[%s]" : " %s ", title);
        if (column + (int)strlen(text) > row.width - 1) {
            cells_put(&app->cells, row, 0, row.width - 1, ROLE_TAB, "→");
            return;
        }
        column += cells_put(&app->cells, row, 0, column, current ? ROLE_TAB_CURRENT : ROLE_TAB, text);
    }
}

void help_draw(struct app *app, struct area area)
{
    char place[64];
    if (app->help_width != area.width)
        fill(app, (size_t)area.width);
    app->help_width = area.width;
    draw_topics(app, area_rows(area, 0, 1));
    pager_draw(&app->help, &app->cells, area_rows(area, 2, area.height - 3));
    struct area hints = area_rows(area, area.height - 1, 1);
    app->cells.cursor_row = app->cells.cursor_column = -1;
    if (app->modal == MODAL_PROMPT) {
        prompt_draw(app, hints);
        return;
    }
    size_t last = app->help.top + (size_t)app->help.page;
    snprintf(place, sizeof place, "%zu-%zu of %zu", app->help.top + 1,
             last < app->help.count ? last : app->help.count, app->help.count);
    cells_fill(&app->cells, hints, 0, 0, ROLE_HINT, " ");
    cells_put(&app->cells, hints, 0, 0, ROLE_HINT,
              app->message_shown ? app->message.data : "↑ ↓ PgDn scroll  / find  ← → topics  Esc closes");
    cells_put(&app->cells, hints, 0, area.width - (int)strlen(place), ROLE_HINT, place);
}
