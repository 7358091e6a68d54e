/* SPDX-License-Identifier: MIT */
#include "view/tui/views/stat_chart.h"

#include <string.h>

#include "base/time.h"
#include "view/tui/screen/amount.h"

#define AXIS_WIDTH  7  /* of amounts at the left, with their line */
#define LABEL_EVERY 13 /* columns between times below */
#define AROUND      3  /* rows that are no bars: the title, the axis, the times */

uint32_t stat_chart_room(struct area area)
{
    return area.width > AXIS_WIDTH + 1 ? (uint32_t)(area.width - AXIS_WIDTH) : 1;
}

/* Where a bin begins. Times from the wire may be anything: what 64 bits cannot hold wraps. */
static int64_t time_of(const struct timeline *timeline, uint32_t bin)
{
    return (int64_t)((uint64_t)timeline->start + bin * timeline->length);
}

static uint64_t amount_at(const struct stat_chart *chart, uint32_t bin)
{
    return stats_amount(&chart->timeline.bin[bin], chart->unit);
}

static uint64_t peak_of(const struct stat_chart *chart)
{
    uint64_t peak = 0;
    for (uint32_t i = 0; i < chart->timeline.count; i++)
        peak = amount_at(chart, i) > peak ? amount_at(chart, i) : peak;
    return peak;
}

/* Octets and packets are told a second, all else a bin. */
static bool by_second(const struct stat_chart *chart)
{
    return chart->unit == STATS_BYTES || chart->unit == STATS_PACKETS;
}

static void put_amount(const struct stat_chart *chart, uint64_t amount, enum unit_form form,
                       struct strbuf *out)
{
    double seconds = (double)chart->timeline.length / (double)TIME_SECOND;
    if (!stats_known(&chart->timeline.total, chart->unit)) {
        strbuf_char(out, '-');
        return;
    }
    if (by_second(chart) && seconds > 0)
        amount = (uint64_t)((double)amount / seconds + 0.5);
    amount_octets(out, amount, form);
}

static void draw_title(const struct stat_chart *chart, const struct app *app, struct cells *cells,
                       struct area area, uint64_t peak)
{
    static const char *const what[TIMELINE_BASES][4] = {
        [TIMELINE_FLOW_TIME] = { [STATS_BYTES] = "bytes/s, spread over the time of each flow",
                                 [STATS_PACKETS] = "packets/s, spread over the time of each flow",
                                 [STATS_FLOWS] = "flows that start",
                                 [STATS_CONNECTIONS] = "connections that start" },
        [TIMELINE_EXPORT_TIME] = { [STATS_BYTES] = "bytes/s, by when flows were exported",
                                   [STATS_PACKETS] = "packets/s, by when flows were exported",
                                   [STATS_FLOWS] = "flows, by when they were exported",
                                   [STATS_CONNECTIONS] = "connections, by when they were exported" },
    };
    struct strbuf text = { 0 };
    strbuf_text(&text, what[chart->timeline.base][chart->unit]);
    if (chart->timeline.count > 0) {
        strbuf_text(&text, "  a column: ");
        amount_duration(&text, (int64_t)chart->timeline.length, chart->timeline.length % TIME_SECOND != 0);
        strbuf_text(&text, chart->timeline.length < 3600u * (uint64_t)TIME_SECOND ? " s  peak " : "  peak ");
        put_amount(chart, peak, app_forms(app)->unit, &text);
    }
    if (chart->busy)
        strbuf_text(&text, "  counting …");
    cells_field(cells, area, 0, 0, area.width, chart->focus ? ROLE_RULE_TITLE : ROLE_LABEL, false, text.data);
    strbuf_release(&text);
}

static bool in_range(const struct stat_chart *chart, uint32_t bin)
{
    uint32_t low = chart->mark < chart->cursor ? chart->mark : chart->cursor;
    uint32_t high = chart->mark < chart->cursor ? chart->cursor : chart->mark;
    return chart->mark != CHART_NONE && bin >= low && bin <= high;
}

/* Where a bin begins, of those that are shown: they take all columns there are. */
static int left_of(const struct stat_chart *chart, uint32_t bin)
{
    uint64_t at = bin - chart->first, width = (uint64_t)(chart->bars.width > 0 ? chart->bars.width : 0);
    return chart->shown ? (int)(at * width / chart->shown) : 0;
}

static void draw_bar(const struct stat_chart *chart, struct cells *cells, struct area bars, uint32_t bin,
                     uint64_t peak)
{
    uint64_t amount = amount_at(chart, bin);
    uint64_t eighths = peak ? (uint64_t)((double)amount / (double)peak * 8 * bars.height + 0.5) : 0;
    int left = left_of(chart, bin), end = left_of(chart, bin + 1);
    if (amount > 0 && eighths == 0)
        eighths = 1;
    enum role role = in_range(chart, bin) ? ROLE_MARKED : ROLE_BAR;
    for (int y = bars.height - 1; y >= 0 && eighths > 0; y--) {
        unsigned part = eighths > 8 ? 8 : (unsigned)eighths;
        for (int x = left; x < end; x++)
            cells_put(cells, bars, y, x, role, cells_block(part));
        eighths -= part;
    }
}

static void draw_amount(const struct stat_chart *chart, const struct app *app, struct cells *cells,
                        struct area area, int row, uint64_t amount)
{
    struct strbuf text = { 0 };
    put_amount(chart, amount, app_forms(app)->unit, &text);
    if (cells_width(cells, text.data) > AXIS_WIDTH - 2) { /* there is no room for all digits */
        strbuf_clear(&text);
        put_amount(chart, amount, UNIT_FORM_SI, &text);
    }
    cells_field(cells, area, row, 0, AXIS_WIDTH - 2, ROLE_DIM, true, text.data);
    cells_put(cells, area, row, AXIS_WIDTH - 1, ROLE_RULE, "┤");
    strbuf_release(&text);
}

/* The line below the bars, with the cursor and the range in it. */
static void draw_axis(const struct stat_chart *chart, struct cells *cells, struct area area, int row)
{
    struct area line = area_columns(area, AXIS_WIDTH, area.width - AXIS_WIDTH);
    cells_put(cells, area, row, AXIS_WIDTH - 1, ROLE_RULE, "└");
    cells_fill(cells, line, row, 0, ROLE_RULE, "─");
    for (uint32_t bin = chart->first; bin < chart->first + chart->shown; bin++) {
        for (int x = left_of(chart, bin); x < left_of(chart, bin + 1) && in_range(chart, bin); x++)
            cells_put(cells, line, row, x, ROLE_MARKED, "=");
        if (chart->focus && bin == chart->cursor)
            cells_put(cells, line, row, left_of(chart, bin), ROLE_CURSOR, "▲");
    }
}

static void draw_times(const struct stat_chart *chart, const struct app *app, struct cells *cells,
                       struct area area, int row)
{
    struct area line = area_columns(area, AXIS_WIDTH, area.width - AXIS_WIDTH);
    const struct timeline *t = &chart->timeline;
    struct strbuf text = { 0 };
    bool fine = t->length < (uint64_t)TIME_SECOND;
    int width = fine ? 12 : 8, next = 0;
    for (uint32_t bin = chart->first; bin < chart->first + chart->shown; bin++) {
        int x = left_of(chart, bin);
        if (x < next || x + width > line.width)
            continue;
        next = x + LABEL_EVERY + (fine ? 4 : 0);
        strbuf_clear(&text);
        amount_time(&text, time_of(t, bin), app_zero(app), app_forms(app)->time, fine);
        cells_put(cells, line, row, x, ROLE_DIM, text.data);
    }
    strbuf_release(&text);
}

/* Which bins are shown. */
static void place(struct stat_chart *chart, uint32_t width)
{
    uint32_t count = chart->timeline.count;
    chart->shown = count < width ? count : width;
    if (chart->cursor >= count)
        chart->cursor = count ? count - 1 : 0;
    if (chart->cursor < chart->first)
        chart->first = chart->cursor;
    if (chart->cursor >= chart->first + chart->shown)
        chart->first = chart->cursor - chart->shown + 1;
    if (chart->first > count - chart->shown)
        chart->first = count - chart->shown;
}

void stat_chart_draw(struct stat_chart *chart, const struct app *app, struct cells *cells, struct area area)
{
    uint64_t peak = peak_of(chart);
    struct area bars = area_rows(area, 1, area.height - AROUND);
    bars = area_columns(bars, AXIS_WIDTH, bars.width - AXIS_WIDTH);
    chart->bins = stat_chart_room(area);
    chart->bars = bars;
    draw_title(chart, app, cells, area, peak);
    if (chart->timeline.count == 0 || bars.height < 1)
        return;
    place(chart, (uint32_t)(bars.width > 0 ? bars.width : 0));
    for (int y = 1; y <= bars.height; y++)
        cells_put(cells, area, y, AXIS_WIDTH - 1, ROLE_RULE, "│");
    draw_amount(chart, app, cells, area, 1, peak);
    if (bars.height >= 4)
        draw_amount(chart, app, cells, area, 1 + bars.height / 2,
                    peak - peak * (uint64_t)(bars.height / 2) / (uint64_t)bars.height);
    for (uint32_t bin = chart->first; bin < chart->first + chart->shown; bin++)
        draw_bar(chart, cells, bars, bin, peak);
    draw_axis(chart, cells, area, area.height - 2);
    draw_times(chart, app, cells, area, area.height - 1);
}

static uint32_t bin_of(const struct timeline *timeline, int64_t time)
{
    if (timeline->count == 0 || time <= timeline->start || timeline->length == 0)
        return 0;
    uint64_t bin = ((uint64_t)time - (uint64_t)timeline->start) / timeline->length;
    return bin < timeline->count ? (uint32_t)bin : timeline->count - 1;
}

void stat_chart_take(struct stat_chart *chart, struct timeline *timeline)
{
    int64_t cursor = time_of(&chart->timeline, chart->cursor), mark = time_of(&chart->timeline, chart->mark);
    bool any = chart->timeline.count > 0, marked = any && chart->mark != CHART_NONE;
    timeline_release(&chart->timeline);
    chart->timeline = *timeline;
    *timeline = (struct timeline) { 0 };
    chart->cursor = any ? bin_of(&chart->timeline, cursor) : 0;
    chart->mark = marked ? bin_of(&chart->timeline, mark) : CHART_NONE;
}

void stat_chart_move(struct stat_chart *chart, int64_t by)
{
    int64_t to = (int64_t)chart->cursor + by, last = (int64_t)chart->timeline.count - 1;
    chart->cursor = to < 0 || last < 0 ? 0 : to > last ? (uint32_t)last : (uint32_t)to;
}

bool stat_chart_range(const struct stat_chart *chart, int64_t *from, int64_t *to)
{
    uint32_t low = chart->cursor, high = chart->cursor;
    if (chart->timeline.count == 0)
        return false;
    if (chart->mark != CHART_NONE && chart->mark < low)
        low = chart->mark;
    if (chart->mark != CHART_NONE && chart->mark > high)
        high = chart->mark;
    *from = time_of(&chart->timeline, low);
    *to = time_of(&chart->timeline, high + 1);
    return true;
}

uint32_t stat_chart_at(const struct stat_chart *chart, int row, int column)
{
    int y = row - chart->bars.top, x = column - chart->bars.left;
    if (y < 0 || y >= chart->bars.height || x < 0 || x >= chart->bars.width)
        return CHART_NONE;
    for (uint32_t bin = chart->first; bin < chart->first + chart->shown; bin++)
        if (x >= left_of(chart, bin) && x < left_of(chart, bin + 1))
            return bin;
    return CHART_NONE;
}
