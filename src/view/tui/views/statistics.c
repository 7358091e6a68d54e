/* SPDX-License-Identifier: MIT */
/* View 6: traffic over time, and who and what it is of. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "view/format.h"
#include "view/tui/screen/amount.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/narrow.h"
#include "view/tui/views/stat_chart.h"
#include "view/tui/views/stat_groups.h"
#include "view/tui/views/stat_job.h"
#include "view/tui/views/summary.h"
#include "view/tui/views/views.h"

#define PANES_HEIGHT 18      /* of the view, from which there is room for all panes */
#define SIDE_ROWS    6       /* of the panes below, their rule and heading included */
#define CHART_ROWS   8       /* in the least of screens with all panes */
#define ZOOM_MOST    16      /* halvings */
#define SHORTEST     1000000 /* ns of a column at least */
#define ALL          ((1u << STAT_PARTS) - 1)

enum pane { PANE_CHART, PANE_GROUPS, PANE_PROTOCOLS, PANE_PORTS, PANES };

static const char *const units[] = { [STATS_BYTES] = "bytes",
                                     [STATS_PACKETS] = "packets",
                                     [STATS_FLOWS] = "flows",
                                     [STATS_CONNECTIONS] = "connections" };

struct statistics {
    struct app *app;
    struct stat_chart chart;
    struct stat_groups groups, protocols, ports;
    struct stat_wish wish;        /* parts: those that are to be made anew */
    unsigned asked;               /* of these, and of those being made: what is shown is of something else */
    struct stat_job *job;         /* NULL: none is under way */
    unsigned making;              /* parts of it */
    struct shared_filter *filter; /* that they are of; NULL: none */
    struct flow_pace pace;        /* of jobs while more is read */
    bool last;                    /* what is shown is of all there is ... */
    bool duplicates;              /* ... and some of that is told twice */
    int zoom;                     /* how often columns were halved */
    int64_t whole_length;         /* ns of a column without that */
    enum pane pane;
    bool alone; /* one pane has all the room */
    bool made;  /* something is there */
};

/* --- jobs --- */

static void take_parts(struct statistics *view, struct stat_job *job)
{
    if (job->wish.parts & 1u << STAT_TIMELINE) {
        stat_chart_take(&view->chart, &job->timeline);
        if (view->zoom == 0)
            view->whole_length = (int64_t)view->chart.timeline.length;
    }
    if (job->wish.parts & 1u << STAT_GROUPS) {
        view->groups.kind = stat_groupings[job->wish.grouping].kind;
        view->groups.grouping = job->wish.grouping;
        stat_groups_take(&view->groups, &job->groups[STAT_GROUPS], job->wish.unit);
    }
    if (job->wish.parts & 1u << STAT_PROTOCOLS)
        stat_groups_take(&view->protocols, &job->groups[STAT_PROTOCOLS], job->wish.unit);
    if (job->wish.parts & 1u << STAT_PORTS)
        stat_groups_take(&view->ports, &job->groups[STAT_PORTS], job->wish.unit);
}

static void take(void *user, struct stat_job *job)
{
    struct statistics *view = user;
    view->job = NULL;
    app_draw_again(view->app);
    if (!job->base.whole) { /* all is another generation's, or was just read: later, then */
        view->wish.parts |= view->making;
        return;
    }
    take_parts(view, job);
    flow_pace_done(&view->pace, &job->base);
    view->made = true;
    view->asked &= view->wish.parts;
    view->last = job->base.last;
    view->duplicates = job->duplicates;
}

static void give_up(struct statistics *view)
{
    if (view->job)
        view->wish.parts |= view->making;
    stat_job_drop(&view->job);
}

/* Flows to make them of, while the session can be read; 0: there is nothing to be made yet. */
static uint64_t flows_there(const struct statistics *view)
{
    const struct session *run = app_session(view->app);
    return run ? flow_store_rows(session_store(run)) : 0;
}

/* Starts what is to be made anew; what is under way for the same parts is given up. */
static void begin(struct statistics *view)
{
    if (view->wish.parts == 0 || view->wish.bins == 0 || (app_loading(view->app) && flows_there(view) == 0))
        return;
    give_up(view);
    view->making = view->wish.parts;
    view->job = stat_job_start(view->app, &view->wish, take, view);
    view->wish.parts = 0;
}

/* The person wants these to be other ones. While more is read all are made of the same flows. */
static void ask(struct statistics *view, unsigned parts)
{
    view->wish.parts |= view->last ? parts : ALL;
    view->asked |= parts;
}

static void take_filter(struct statistics *view)
{
    struct shared_filter *before = view->filter;
    view->filter = shared_filter_hold(app_filter(view->app));
    if (view->filter != before)
        ask(view, ALL);
    shared_filter_drop(before);
}

/* There is more than what is shown is of. */
static bool is_old(const struct statistics *view)
{
    if (view->last || view->job)
        return false;
    return !app_loading(view->app) || flow_pace_due(&view->pace, view->app, flows_there(view));
}

static void tend(void *self, bool shown)
{
    struct statistics *view = self;
    if (!shown) {
        give_up(view);
        return;
    }
    take_filter(view);
    if (is_old(view))
        view->wish.parts = ALL;
    begin(view);
}

static bool busy(const struct statistics *view, enum stat_part part)
{
    return view->job && view->making & view->asked & 1u << part;
}

/* --- the contract --- */

/* How it is looked at, and the group under the cursor. */
static void keep(void *self, struct target *out)
{
    struct statistics *view = self;
    *out = (struct target) { .kind = TARGET_NONE,
                             .number = view->groups.list.moved ? view->groups.list.id : 0,
                             .first = (uint32_t)view->wish.unit | (uint32_t)view->wish.base << 8 |
                                      (uint32_t)view->wish.grouping << 16 | (uint32_t)view->pane << 24,
                             .length = 1 };
}

static void take_kept(struct statistics *view, const struct target *kept)
{
    if (kept->length == 0)
        return;
    view->wish.unit = view->chart.unit = (enum stats_unit)(kept->first & 0xFF);
    view->wish.base = (enum timeline_base)(kept->first >> 8 & 0xFF);
    view->wish.grouping = kept->first >> 16 & 0xFF;
    view->pane = (enum pane)(kept->first >> 24);
    view->groups.list.moved = kept->number != 0;
    view->groups.list.id = kept->number ? kept->number : LIST_NONE;
}

static void *open_view(struct app *app, const struct target *target)
{
    struct statistics *view = alloc_new(sizeof *view);
    view->app = app;
    view->chart.mark = CHART_NONE;
    view->pane = PANE_GROUPS;
    stat_groups_init(&view->groups, app, false);
    stat_groups_init(&view->protocols, app, true);
    stat_groups_init(&view->ports, app, true);
    view->protocols.kind = STATS_PROTOCOLS;
    view->ports.kind = STATS_PORTS;
    view->filter = shared_filter_hold(app_filter(app));
    take_kept(view, target);
    ask(view, ALL);
    return view;
}

static void close_view(void *self)
{
    struct statistics *view = self;
    stat_job_drop(&view->job);
    shared_filter_drop(view->filter);
    timeline_release(&view->chart.timeline);
    stat_groups_release(&view->groups);
    stat_groups_release(&view->protocols);
    stat_groups_release(&view->ports);
    free(view);
}

static struct stat_groups *current_groups(struct statistics *view)
{
    return view->pane == PANE_GROUPS      ? &view->groups
           : view->pane == PANE_PROTOCOLS ? &view->protocols
           : view->pane == PANE_PORTS     ? &view->ports
                                          : NULL;
}

static uint32_t contexts(void *self)
{
    struct statistics *view = self;
    uint32_t contexts = IN_STATISTICS | IN_PANES;
    if (view->pane == PANE_CHART)
        return contexts | IN_TIMELINE | (view->chart.mark != CHART_NONE ? IN_INNER : 0u) |
               (view->chart.timeline.count ? IN_DRILL : 0u);
    return contexts | IN_ROWS | IN_FIND | (current_groups(view)->stats.count ? IN_DRILL : 0u);
}

/* --- drawing --- */

static void draw_chart(struct statistics *view, struct cells *cells, struct area area)
{
    uint32_t room = stat_chart_room(area);
    view->chart.focus = view->pane == PANE_CHART;
    view->chart.busy = busy(view, STAT_TIMELINE);
    stat_chart_draw(&view->chart, view->app, cells, area);
    if (room == view->wish.bins)
        return;
    view->wish.bins = room;
    if (view->zoom == 0)
        ask(view, 1u << STAT_TIMELINE);
    begin(view);
}

/* Which flows count, where that is not simply all. */
static void base_text(const struct statistics *view, const struct stat_groups *groups, struct strbuf *out)
{
    strbuf_text(out, "");
    if (view->made && !view->last) {
        strbuf_text(out, "first ");
        amount_octets(out, view->pace.rows, app_forms(view->app)->unit);
        strbuf_text(out, " flows, with duplicates");
    } else if (view->duplicates) {
        strbuf_text(out, groups->stats.records ? "with duplicates" : "without duplicates");
    }
}

/* The rule above the groups: what they are, and at its right, where there is room, of what. */
static void draw_rule(struct statistics *view, const struct stat_groups *groups, const char *title,
                      struct cells *cells, struct area area)
{
    struct strbuf base = { 0 };
    cells_rule(cells, area, 0, title);
    base_text(view, groups, &base);
    int width = cells_width(cells, base.data), left = area.width - width - 4;
    if (width > 0 && cells_width(cells, title) + 6 < left) {
        cells_put(cells, area, 0, left, ROLE_RULE, " ");
        cells_put(cells, area, 0, left + 1, ROLE_RULE_TITLE, base.data);
        cells_put(cells, area, 0, left + 1 + width, ROLE_RULE, " ");
    }
    strbuf_release(&base);
}

static void draw_groups(struct statistics *view, struct stat_groups *groups, const char *name,
                        enum stat_part part, bool focus, struct cells *cells, struct area area)
{
    struct strbuf text = { 0 };
    strbuf_format(&text, "%s by %s%s", name, units[view->wish.unit], busy(view, part) ? ", counting …" : "");
    if (groups->brief)
        cells_rule(cells, area, 0, text.data);
    else
        draw_rule(view, groups, text.data, cells, area);
    strbuf_release(&text);
    groups->list.wide = !groups->brief && area.width >= LIST_WIDE;
    groups->list.focus = focus;
    stat_groups_draw(groups, cells, area_rows(area, 1, area.height - 1));
}

static void draw_main(struct statistics *view, struct cells *cells, struct area area)
{
    draw_groups(view, &view->groups, stat_groupings[view->wish.grouping].name, STAT_GROUPS,
                view->pane == PANE_GROUPS, cells, area);
}

static void draw_protocols(struct statistics *view, struct cells *cells, struct area area)
{
    draw_groups(view, &view->protocols, "protocols", STAT_PROTOCOLS, view->pane == PANE_PROTOCOLS, cells,
                area);
}

static void draw_ports(struct statistics *view, struct cells *cells, struct area area)
{
    draw_groups(view, &view->ports, "server ports", STAT_PORTS, view->pane == PANE_PORTS, cells, area);
}

static void draw_alone(struct statistics *view, struct cells *cells, struct area area)
{
    static void (*const draw_pane[PANES])(struct statistics *, struct cells *, struct area) = {
        [PANE_CHART] = draw_chart,
        [PANE_GROUPS] = draw_main,
        [PANE_PROTOCOLS] = draw_protocols,
        [PANE_PORTS] = draw_ports,
    };
    if (view->wish.bins == 0) {
        view->wish.bins = stat_chart_room(area);
        begin(view);
    }
    draw_pane[view->pane](view, cells, area);
}

/* Below the chart: the groups, and the two others below or beside them. */
static void draw_below(struct statistics *view, struct cells *cells, struct area area)
{
    if (area.width < LIST_WIDE) {
        struct area sides = area_rows(area, area.height - SIDE_ROWS, SIDE_ROWS);
        int half = area.width / 2;
        draw_main(view, cells, area_rows(area, 0, area.height - SIDE_ROWS));
        draw_protocols(view, cells, area_columns(sides, 0, half - 1));
        draw_ports(view, cells, area_columns(sides, half + 1, area.width - half - 1));
        return;
    }
    int left = area.width * 62 / 100, half = area.height / 2;
    struct area sides = area_columns(area, left + 2, area.width - left - 2);
    draw_main(view, cells, area_columns(area, 0, left));
    draw_protocols(view, cells, area_rows(sides, 0, half));
    draw_ports(view, cells, area_rows(sides, half, area.height - half));
    cells_bar(cells, area_rows(area, 1, area.height - 1), left);
}

static void draw(void *self, struct cells *cells, struct area area)
{
    struct statistics *view = self;
    if (app_loading(view->app) && !view->made && flows_there(view) == 0) {
        view->wish.bins = stat_chart_room(area);
        app_draw_nothing(view->app, cells, area, "flows");
        return;
    }
    if (view->alone || area.height < PANES_HEIGHT) {
        draw_alone(view, cells, area);
        return;
    }
    int chart = area.height / 3 > CHART_ROWS ? area.height / 3 : CHART_ROWS;
    draw_chart(view, cells, area_rows(area, 0, chart));
    draw_below(view, cells, area_rows(area, chart, area.height - chart));
}

/* --- keys --- */

/* Only flows that were under way in the range, or were exported in it. */
static unsigned filter_range(struct statistics *view)
{
    int64_t from, to;
    struct strbuf text = { 0 };
    if (!stat_chart_range(&view->chart, &from, &to))
        return EFFECT_REFUSED;
    bool exported = view->chart.timeline.base == TIMELINE_EXPORT_TIME;
    strbuf_text(&text, exported ? "time >= " : "end >= ");
    format_utc_time(&text, from);
    strbuf_text(&text, exported ? " and time < " : " and start < ");
    format_utc_time(&text, to);
    view->chart.mark = CHART_NONE;
    unsigned effects = narrow(view->app, text.data) ? EFFECT_DRAW : EFFECT_REFUSED;
    strbuf_release(&text);
    return effects;
}

static unsigned enter(struct statistics *view)
{
    struct stat_groups *groups = current_groups(view);
    struct strbuf text = { 0 };
    if (!groups)
        return filter_range(view);
    bool used = stat_groups_filter(groups, &text) && narrow(view->app, text.data);
    strbuf_release(&text);
    return used ? EFFECT_DRAW : EFFECT_REFUSED;
}

static unsigned zoom_time(struct statistics *view, int by)
{
    int zoom = view->zoom + by;
    if (zoom < 0 || zoom > ZOOM_MOST || view->whole_length <= 0 || view->whole_length >> zoom < SHORTEST)
        return EFFECT_REFUSED;
    view->zoom = zoom;
    view->wish.length = zoom ? view->whole_length >> zoom : 0;
    ask(view, 1u << STAT_TIMELINE);
    return EFFECT_DRAW;
}

/* Flow time, export time. What was zoomed into is gone: there may be nothing at that time. */
static unsigned change_base(struct statistics *view)
{
    view->wish.base = (view->wish.base + 1) % TIMELINE_BASES;
    view->zoom = 0;
    view->wish.length = 0;
    view->chart.mark = CHART_NONE;
    ask(view, 1u << STAT_TIMELINE);
    return EFFECT_DRAW;
}

static unsigned act_chart(struct statistics *view, enum request request, const struct event *event)
{
    int64_t times = event && event->count > 0 ? (int64_t)event->count : 1;
    switch (request) {
    case REQUEST_TIME_BACK:
        stat_chart_move(&view->chart, -times);
        break;
    case REQUEST_TIME_NEXT:
        stat_chart_move(&view->chart, times);
        break;
    case REQUEST_TIME_FIRST:
        stat_chart_move(&view->chart, INT32_MIN);
        break;
    case REQUEST_TIME_LAST:
        stat_chart_move(&view->chart, INT32_MAX);
        break;
    case REQUEST_RANGE:
        view->chart.mark = view->chart.mark == CHART_NONE ? view->chart.cursor : CHART_NONE;
        break;
    case REQUEST_PANE_BACK:
        view->chart.mark = CHART_NONE;
        break;
    case REQUEST_ZOOM_IN:
        return zoom_time(view, 1);
    case REQUEST_ZOOM_OUT:
        return zoom_time(view, -1);
    default:
        return EFFECT_REFUSED;
    }
    return EFFECT_DRAW;
}

static unsigned act(void *self, enum request request, const struct event *event)
{
    struct statistics *view = self;
    switch (request) {
    case REQUEST_ENTER:
        return enter(view);
    case REQUEST_PANE_NEXT:
        view->pane = (enum pane)((view->pane + 1) % PANES);
        return EFFECT_DRAW;
    case REQUEST_PANE_PREVIOUS:
        view->pane = (enum pane)((view->pane + PANES - 1) % PANES);
        return EFFECT_DRAW;
    case REQUEST_ZOOM:
        view->alone = !view->alone;
        return EFFECT_DRAW;
    case REQUEST_METRIC:
        view->wish.unit = (enum stats_unit)((view->wish.unit + 1) % (STATS_CONNECTIONS + 1));
        view->chart.unit = view->wish.unit;
        ask(view, 1u << STAT_GROUPS | 1u << STAT_PROTOCOLS | 1u << STAT_PORTS);
        return EFFECT_DRAW;
    case REQUEST_TIME_BASE:
        return change_base(view);
    case REQUEST_GROUP_BY:
        view->wish.grouping = (view->wish.grouping + 1) % stat_grouping_count;
        ask(view, 1u << STAT_GROUPS);
        return EFFECT_DRAW;
    default:
        break;
    }
    struct stat_groups *groups = current_groups(view);
    if (!groups)
        return act_chart(view, request, event);
    return list_act(&groups->list, request, event) ? EFFECT_DRAW : EFFECT_REFUSED;
}

static unsigned mouse(void *self, const struct event *event)
{
    struct statistics *view = self;
    struct stat_groups *groups[] = {
        [PANE_GROUPS] = &view->groups, [PANE_PROTOCOLS] = &view->protocols, [PANE_PORTS] = &view->ports
    };
    int heading;
    for (enum pane pane = PANE_GROUPS; pane < PANES; pane++) {
        if (!list_mouse(&groups[pane]->list, event, &heading))
            continue;
        view->pane = pane;
        return event->twice && heading < 0 ? enter(view) : EFFECT_DRAW;
    }
    uint32_t bin = stat_chart_at(&view->chart, event->row, event->column);
    if (bin == CHART_NONE)
        return EFFECT_REFUSED;
    view->pane = PANE_CHART;
    view->chart.cursor = bin;
    return EFFECT_DRAW;
}

static void status(void *self, struct strbuf *left, struct strbuf *right)
{
    struct statistics *view = self;
    struct strbuf filter = { 0 };
    struct stat_groups *groups = current_groups(view);
    int64_t from, to;
    if (!groups && view->chart.mark != CHART_NONE && stat_chart_range(&view->chart, &from, &to)) {
        strbuf_text(left, "range ");
        amount_time(left, from, app_zero(view->app), app_forms(view->app)->time, true);
        strbuf_text(left, " – ");
        amount_time(left, to, app_zero(view->app), app_forms(view->app)->time, true);
        strbuf_text(left, ": Enter makes it a filter, Esc gives it up");
    } else if (groups && stat_groups_filter(groups, &filter)) {
        strbuf_format(left, "Enter filters by %s", filter.data);
    } else {
        summary_status(view->app, left);
    }
    strbuf_format(right, "by %s", units[view->wish.unit]);
    strbuf_release(&filter);
}

static void result(void *self, struct strbuf *out)
{
    struct statistics *view = self;
    const struct stats_sums *total = &view->groups.stats.total;
    if (!view->made)
        return;
    if (view->job && (view->making & view->asked) == ALL) {
        strbuf_text(out, "counting …");
        return;
    }
    if (stats_known(total, STATS_BYTES)) {
        amount_octets(out, total->bytes, app_forms(view->app)->unit);
        strbuf_text(out, " bytes  ");
    }
    amount_octets(out, total->flows, app_forms(view->app)->unit);
    strbuf_text(out, total->flows == 1 ? " flow" : " flows");
    if (view->last || !view->filter)
        return;
    strbuf_text(out, " of the first ");
    amount_octets(out, view->pace.rows, app_forms(view->app)->unit);
}

static struct list *list_of(void *self)
{
    struct statistics *view = self;
    struct stat_groups *groups = current_groups(view);
    return groups ? &groups->list : NULL;
}

static void report(void *self, struct strbuf *out)
{
    const struct statistics *view = self;
    int rows = view->groups.list.page;
    strbuf_format(out, "%s,unit=%s,top=%d", stat_groupings[view->groups.grouping].report,
                  units[view->wish.unit], rows > 0 ? rows : 10);
}

const struct view_ops view_statistics = {
    .name = "statistics",
    .report = report,
    .title = "Statistics",
    .brief = "Stats",
    .about = "Traffic over time, and what it is of: exact sums of all flows that the filter lets through, "
             "each counted once where several exporters saw it (exporters and interfaces count all that they "
             "saw); while more is read, of what has come so far, and what is told twice counts twice. Enter "
             "filters by the row under the cursor, or by the range of time.",
    .open = open_view,
    .close = close_view,
    .contexts = contexts,
    .keys = IN_STATISTICS | IN_ROWS | IN_DRILL | IN_PANES | IN_FIND | IN_INNER | IN_TIMELINE,
    .draw = draw,
    .act = act,
    .mouse = mouse,
    .tend = tend,
    .keep = keep,
    .status = status,
    .result = result,
    .list = list_of,
};
