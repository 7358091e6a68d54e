/* SPDX-License-Identifier: MIT */
/* What stands around a view: title and views, the filter, status and hints. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/state.h"

#define LEAST_WIDTH  60
#define LEAST_HEIGHT 10
#define WIDE         110 /* columns from which there is room for whole words */
#define BROAD        160 /* ... and for panes side by side */
#define HIGH         50  /* rows from which traffic over time has several */
#define SPARK_LEAST  24  /* ... and from which it has one */
#define SPARK_ROWS   6

void app_draw_again(struct app *app)
{
    app->dirty = true;
}

bool frame_too_small(const struct app *app)
{
    return app->cells.width < LEAST_WIDTH || app->cells.height < LEAST_HEIGHT;
}

/* What a file is called, without its folder; of several how many there are. */
static void input_name(const struct app *app, struct strbuf *out)
{
    const struct app_config *config = &app->config;
    const char *path = config->file_count ? config->files[0] : "";
    const char *slash = strrchr(path, '/');
    if (app->progress.live && !app->loaded)
        strbuf_text(out, "LIVE ");
    if (strcmp(path, "-") == 0)
        strbuf_text(out, "standard input");
    else
        strbuf_clean(out, slash && slash[1] ? slash + 1 : path, strlen(slash && slash[1] ? slash + 1 : path));
    if (config->file_count > 1)
        strbuf_format(out, " and %zu more", config->file_count - 1);
}

#define NAME_LEAST 24 /* columns that the name of the input has at least */

/* How much of the names of views there is room for. */
enum tab_form { TABS_WHOLE, TABS_BRIEF, TABS_DIGITS };

/* " [1 Connections]", " 2Flows", or of others than the current one " 3". */
static void tab_text(const struct app *app, int number, enum tab_form form, char text[64])
{
    const struct view_ops *ops = app->config.views[number];
    bool current = number == (int)app->current;
    const char *name = form == TABS_WHOLE ? ops->title : form == TABS_BRIEF || current ? ops->brief : "";
    snprintf(text, 64, current ? " [%d%s%s]" : " %d%s%s", number + 1, form == TABS_WHOLE ? " " : "", name);
}

static int tabs_width(const struct app *app, enum tab_form form)
{
    int width = 0;
    char text[64];
    for (int number = 0; number < VIEWS; number++) {
        if (!app->config.views[number])
            continue;
        tab_text(app, number, form, text);
        width += (int)strlen(text);
    }
    return width;
}

/* The views, at the right; returns where they begin. */
static int draw_tabs(struct app *app, struct area area)
{
    enum tab_form form = area.width >= WIDE ? TABS_WHOLE : TABS_BRIEF;
    while (form < TABS_DIGITS && tabs_width(app, form) + NAME_LEAST > area.width)
        form++;
    int left = area.width - tabs_width(app, form) - 2, column = left;
    for (int number = 0; number < VIEWS; number++) {
        char text[64];
        if (!app->config.views[number])
            continue;
        tab_text(app, number, form, text);
        bool current = number == (int)app->current;
        column += cells_put(&app->cells, area, 0, column, ROLE_TAB, " ");
        column += cells_put(&app->cells, area, 0, column, current ? ROLE_TAB_CURRENT : ROLE_TAB, text + 1);
        app->tab_end[number] = column;
    }
    app->tabs_begin = left;
    cells_put(&app->cells, area, 0, area.width - 1, ROLE_TAB, "?");
    return left;
}

enum request frame_clicked(const struct app *app, int row, int column)
{
    static const enum request views[VIEWS] = { REQUEST_VIEW_1, REQUEST_VIEW_2, REQUEST_VIEW_3,
                                               REQUEST_VIEW_4, REQUEST_VIEW_5, REQUEST_VIEW_6 };
    if (row == 1)
        return REQUEST_FILTER;
    if (row != 0 || column < app->tabs_begin)
        return REQUEST_NONE;
    if (column == app->cells.width - 1)
        return REQUEST_HELP;
    for (int number = 0; number < VIEWS; number++)
        if (app->config.views[number] && column < app->tab_end[number])
            return views[number];
    return REQUEST_NONE;
}

static void draw_title(struct app *app, struct area area)
{
    cells_fill(&app->cells, area, 0, 0, ROLE_TITLE, " ");
    int left = draw_tabs(app, area);
    struct area room = area_columns(area, 0, left - 1);
    strbuf_clear(&app->left);
    input_name(app, &app->left);
    bool fits = 8 + cells_width(&app->cells, app->left.data) <= room.width;
    int used = fits ? cells_put(&app->cells, room, 0, 0, ROLE_TITLE, "nfscope ") : 0;
    cells_field(&app->cells, room, 0, used, room.width - used, ROLE_TITLE, false, app->left.data);
}

/* How far reading is: a bar, and what is left. */
static void draw_progress(struct app *app, struct area area)
{
    const struct load_progress *p = &app->progress;
    double share = p->total ? (double)p->done / (double)p->total : 0, seconds = (double)p->elapsed / 1e9;
    double rate = seconds > 0 ? (double)p->done / seconds : 0;
    struct strbuf *text = &app->right;
    strbuf_clear(text);
    if (p->state == LOAD_PAIRING)
        strbuf_text(text, " pairing flows");
    else if (p->total)
        strbuf_format(text, " %3.0f %%", 100 * share);
    if (p->state == LOAD_READING && p->done) {
        strbuf_text(text, "  ");
        amount_octets(text, p->done, UNIT_FORM_SI);
        if (p->total) {
            strbuf_text(text, " of ");
            amount_octets(text, p->total, UNIT_FORM_SI);
        }
        strbuf_text(text, "  ");
        amount_octets(text, (uint64_t)rate, UNIT_FORM_SI);
        strbuf_text(text, "/s");
        if (rate > 0 && p->total > p->done && seconds > 0.5)
            strbuf_format(text, "  ETA %.0f s", (double)(p->total - p->done) / rate + 0.5);
    }
    strbuf_text(text, p->done || p->state == LOAD_PAIRING ? "" : " reading");
    int width = cells_width(&app->cells, text->data), room = area.width - width - 1;
    cells_fill(&app->cells, area, 0, 0, ROLE_STATUS, " ");
    unsigned eighths = p->state == LOAD_PAIRING ? (unsigned)room * 8 : (unsigned)((double)room * 8 * share);
    for (int x = 0; x < room && eighths > 0; x++) {
        unsigned part = eighths > 8 ? 8 : eighths;
        cells_put(&app->cells, area, 0, x, ROLE_BAR, cells_block_left(part));
        eighths -= part;
    }
    cells_put(&app->cells, area, 0, area.width - width, ROLE_STATUS, text->data);
}

/* "12 345", and from where that is long on "123k". */
static void put_number(struct strbuf *out, uint64_t number)
{
    if (number < 100000)
        amount_exact(out, number);
    else
        amount_octets(out, number, UNIT_FORM_SI);
}

static void put_numbered(struct strbuf *out, uint64_t number, const char *one)
{
    put_number(out, number);
    strbuf_format(out, " %s%s", one, number == 1 ? "" : "s");
}

/* Whether what is shown stands still, and what it lacks then. */
static void put_live_state(struct app *app, struct strbuf *out)
{
    if (!app->paused) {
        strbuf_text(out, app->following ? "following" : "live");
        return;
    }
    strbuf_text(out, "paused, ");
    put_numbered(out, app_new_rows(app), "new row");
    strbuf_text(out, ", F follows");
}

/* "118 204 packets 460/s" */
static void put_speed(struct strbuf *out, uint64_t number, const char *one, double a_second)
{
    strbuf_text(out, "  ");
    put_numbered(out, number, one);
    strbuf_char(out, ' ');
    put_number(out, (uint64_t)(a_second + 0.5));
    strbuf_text(out, "/s");
}

/* "0:04:17", and how much has come in that time, and comes a second. */
static void put_received(const struct load_progress *p, bool with_time, struct strbuf *out)
{
    uint64_t seconds = (uint64_t)(p->elapsed / TIME_SECOND);
    if (with_time)
        strbuf_format(out, " %" PRIu64 ":%02u:%02u", seconds / 3600, (unsigned)(seconds / 60 % 60),
                      (unsigned)(seconds % 60));
    put_speed(out, p->packets, "packet", p->packets_a_second);
    put_speed(out, p->flows, "flow", p->flows_a_second);
}

/* Live: how much has come; at the right what got lost on the way. */
static void put_live(struct app *app, struct strbuf *left, struct strbuf *right)
{
    const struct load_progress *p = &app->progress;
    put_live_state(app, left);
    put_received(p, !app->paused, left);
    if (p->forgotten > 0)
        strbuf_format(left, "  %" PRIu64 " let go", p->forgotten);
    strbuf_text(right, "drops: ");
    put_number(right, p->dropped);
    if (p->dropped == 0 && p->dropped_interface == 0)
        return;
    strbuf_text(right, " kernel, ");
    put_number(right, p->dropped_interface);
    strbuf_text(right, " interface");
}

/* Of what two blanks part, whole parts, as many as fit. */
static void cut_parts(const struct cells *cells, struct strbuf *text, int width)
{
    while (cells_width(cells, text->data) > width) {
        size_t end = text->length;
        while (end > 2 && (text->data[end - 1] != ' ' || text->data[end - 2] != ' '))
            end--;
        if (end <= 2)
            return;
        text->length = end - 2;
        text->data[text->length] = '\0';
    }
}

static void draw_status(struct app *app, struct area area)
{
    struct opened *top = app_top(app);
    bool live = !app->loaded && app->progress.live && app->progress.state == LOAD_READING;
    if (!app->loaded && !app->message_shown && !live) {
        draw_progress(app, area);
        return;
    }
    strbuf_clear(&app->left);
    strbuf_clear(&app->right);
    strbuf_text(&app->left, "");
    strbuf_text(&app->right, "");
    if (app->message_shown)
        strbuf_text(&app->left, app->message.data);
    else if (live)
        put_live(app, &app->left, &app->right);
    else if (top->ops->status)
        top->ops->status(top->view, &app->left, &app->right);
    cells_fill(&app->cells, area, 0, 0, ROLE_STATUS, " ");
    int width = cells_width(&app->cells, app->right.data);
    cut_parts(&app->cells, &app->left, area.width - width - 1);
    cells_field(&app->cells, area, 0, 0, area.width - width - 1, ROLE_STATUS, false, app->left.data);
    cells_put(&app->cells, area, 0, area.width - width, ROLE_STATUS, app->right.data);
}

/* "f filter  "; returns its columns. At column -1 it is only measured. */
static int put_hint(struct app *app, struct area area, int column, enum request request)
{
    char key[KEY_NAME];
    int keys = (int)keymap_first_key(&app->config.wanted->keys, request, key);
    int text = (int)strlen(keymap[request].hint);
    if (keys == 0)
        return 0;
    if (column >= 0) {
        cells_put(&app->cells, area, 0, column, ROLE_KEY, key);
        cells_put(&app->cells, area, 0, column + keys + 1, ROLE_HINT, keymap[request].hint);
    }
    return keys + 1 + text + 2;
}

/* What the keys do in what is over the view. */
static const char *modal_hint(const struct app *app)
{
    static const char *const hints[] = {
        [MODAL_FILTER] = "Enter use it  Esc leave  Tab complete  ↑ ↓ history  ^U clear",
        [MODAL_PROMPT] = "Enter do it  Esc leave  ↑ ↓ history",
        [MODAL_MENU] = "↑ ↓ choose  Enter take  Esc leave",
        [MODAL_LEAVE] = "w save  q quit  Esc stay",
    };
    if (app->modal == MODAL_MENU && app->menu.read)
        return "any key goes on";
    if (app->modal == MODAL_PROMPT && app->prompt_kind == PROMPT_COMMAND)
        return "Enter do it  Esc leave  Tab complete  ↑ ↓ history";
    return hints[app->modal];
}

/* The keys of keys.def that have a hint and hold here, as many as fit. */
static void draw_hints(struct app *app, struct area area)
{
    uint32_t contexts = app_contexts(app);
    int column = 0;
    cells_fill(&app->cells, area, 0, 0, ROLE_HINT, " ");
    if (app->modal != MODAL_NONE) {
        cells_put(&app->cells, area, 0, 0, ROLE_HINT, modal_hint(app));
        return;
    }
    int help = put_hint(app, area, -1, REQUEST_HELP);
    for (int i = 1; i < REQUEST_COUNT; i++) {
        if (i == REQUEST_HELP || !keymap[i].hint || !(keymap[i].contexts & contexts))
            continue;
        if (column + put_hint(app, area, -1, (enum request)i) + help - 2 > area.width)
            break;
        column += put_hint(app, area, column, (enum request)i);
    }
    (void)put_hint(app, area, column, REQUEST_HELP); /* it is always there */
}

/* Rows of the line of traffic over time, whether or not it is known yet. */
static int spark_rows(const struct app *app, const struct view_ops *ops)
{
    if (!ops->span || app->cells.width < WIDE || app->cells.height < SPARK_LEAST)
        return 0;
    return app->cells.width >= BROAD && app->cells.height >= HIGH ? SPARK_ROWS : 1;
}

uint32_t frame_spark_bins(struct app *app)
{
    bool seen = !frame_too_small(app) && !help_shown(app) && spark_rows(app, app_top(app)->ops) > 0;
    bool typing = app->modal == MODAL_FILTER; /* what is typed is counted first */
    return seen && !typing ? spark_room(cells_all(&app->cells)) : 0;
}

static void draw_spark(struct app *app, struct area area)
{
    struct opened *top = app_top(app);
    int64_t from = 0, to = -1;
    if (area.height == 0)
        return;
    bool known = top->ops->span(top->view, &from, &to);
    spark_draw(&app->spark, app, &app->cells, area, known ? from : 0, known ? to : -1);
}

void frame_draw(struct app *app)
{
    struct area all = cells_all(&app->cells);
    struct opened *top = app_top(app);
    if (frame_too_small(app)) {
        char text[64];
        snprintf(text, sizeof text, "%dx%d is too small: nfscope needs %dx%d", app->cells.width,
                 app->cells.height, LEAST_WIDTH, LEAST_HEIGHT);
        cells_put(&app->cells, all, app->cells.height / 2, 0, ROLE_NORMAL, text);
        return;
    }
    if (help_shown(app)) {
        help_draw(app, all);
        return;
    }
    int spark = spark_rows(app, top->ops);
    app->body = area_rows(all, 2 + spark, all.height - 4 - spark);
    draw_title(app, area_rows(all, 0, 1));
    draw_spark(app, area_rows(all, 2, spark));
    top->ops->draw(top->view, &app->cells, app->body);
    app->cells.cursor_row = app->cells.cursor_column = -1;
    filterbar_draw(app, area_rows(all, 1, 1), area_rows(all, 2, all.height - 4));
    if (app->modal == MODAL_PROMPT)
        prompt_draw(app, area_rows(all, all.height - 2, 1));
    else
        draw_status(app, area_rows(all, all.height - 2, 1));
    if (app->modal == MODAL_MENU)
        menu_draw(&app->menu, &app->cells, app->body);
    draw_hints(app, area_rows(all, all.height - 1, 1));
}
