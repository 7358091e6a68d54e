/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/spark.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/time.h"
#include "view/tui/screen/amount.h"

#define BIN_MOST 8  /* columns that a bin has at most */
#define UNIT     20 /* columns of "  counting … bytes/s" at the right end */

struct spark_job {
    struct flow_job base;
    struct app *app;
    uint32_t bins;
    struct timeline timeline;
};

/* --- counting --- */

static bool work(struct flow_job *base, const struct query_data *data)
{
    struct spark_job *job = (struct spark_job *)(void *)base;
    struct timeline_request request = {
        .data = data, .bins = job->bins, .chosen = base->chosen, .threads = base->config->threads
    };
    return timeline_make(&request, &job->timeline, &base->job.progress);
}

static void told(struct flow_job *base)
{
    struct spark_job *job = (struct spark_job *)(void *)base;
    struct spark *spark = base->user;
    spark->job = NULL;
    app_draw_again(job->app);
    if (!base->whole) /* all is another generation's, or was just read: later, then */
        return;
    timeline_release(&spark->timeline);
    spark->timeline = job->timeline;
    job->timeline = (struct timeline) { .count = 0 };
    flow_pace_done(&spark->pace, base);
    spark->last = base->last;
    spark->asked = false;
}

static void release(struct flow_job *base)
{
    timeline_release(&((struct spark_job *)(void *)base)->timeline);
}

static void start(struct spark *spark, struct app *app)
{
    static const struct flow_job_ops ops = { .work = work, .told = told, .release = release };
    struct spark_job *job = alloc_new(sizeof *job);
    job->app = app;
    job->bins = spark->bins;
    spark->job = job;
    flow_job_start(&job->base, &ops, app, spark);
}

static void give_up(struct spark *spark)
{
    if (spark->job)
        flow_job_drop(&spark->job->base);
    spark->job = NULL;
}

/* What is to be counted is something else now. */
static void ask(struct spark *spark, struct app *app, uint32_t bins)
{
    struct shared_filter *before = spark->filter;
    give_up(spark);
    spark->filter = shared_filter_hold(app_filter(app));
    shared_filter_drop(before);
    spark->bins = bins;
    spark->asked = true;
    spark->pace = (struct flow_pace) { .rows = 0 };
}

/* While more is read: there is enough more than what was counted. */
static bool is_due(const struct spark *spark, const struct app *app)
{
    const struct session *run = app_session(app);
    return run && flow_pace_due(&spark->pace, app, flow_store_rows(session_store(run)));
}

void spark_tend(struct spark *spark, struct app *app, uint32_t bins)
{
    double share;
    bool others = rows_busy(app_rows(app, false), &share) || rows_busy(app_rows(app, true), &share);
    if (bins == 0 || others) {
        give_up(spark);
        return;
    }
    if (spark->bins != bins || spark->filter != app_filter(app))
        ask(spark, app, bins);
    bool wanted = spark->asked || !spark->last;
    if (wanted && !spark->job && (!app_loading(app) || is_due(spark, app)))
        start(spark, app);
}

void spark_release(struct spark *spark)
{
    give_up(spark);
    timeline_release(&spark->timeline);
    shared_filter_drop(spark->filter);
}

/* --- drawing --- */

uint32_t spark_room(struct area area)
{
    return area.width > UNIT ? (uint32_t)(area.width - UNIT) : 1;
}

static uint64_t peak_of(const struct timeline *timeline)
{
    uint64_t peak = 0;
    for (uint32_t i = 0; i < timeline->count; i++)
        peak = timeline->bin[i].bytes > peak ? timeline->bin[i].bytes : peak;
    return peak;
}

/* Times from the wire may be anything: what 64 bits cannot hold wraps. */
static int64_t time_of(const struct timeline *timeline, uint32_t bin)
{
    return (int64_t)((uint64_t)timeline->start + bin * timeline->length);
}

/* Where a bin begins: together they take all columns there are. */
static int left_of(const struct timeline *timeline, struct area bars, uint32_t bin)
{
    return (int)((uint64_t)bin * (uint64_t)bars.width / timeline->count);
}

static void draw_bar(struct cells *cells, struct area bars, int left, int end, enum role role,
                     uint64_t eighths)
{
    for (int y = bars.height - 1; y >= 0 && eighths > 0; y--) {
        unsigned part = eighths > 8 ? 8 : (unsigned)eighths;
        for (int x = left; x < end; x++)
            cells_put(cells, bars, y, x, role, cells_block(part));
        eighths -= part;
    }
}

static void draw_bars(const struct spark *spark, struct cells *cells, struct area bars, uint64_t peak,
                      int64_t from, int64_t to)
{
    const struct timeline *timeline = &spark->timeline;
    enum role others = spark->asked ? ROLE_DIM : ROLE_BAR;
    for (uint32_t bin = 0; bin < timeline->count; bin++) {
        uint64_t bytes = timeline->bin[bin].bytes;
        uint64_t eighths = peak ? (uint64_t)((double)bytes / (double)peak * 8 * bars.height + 0.5) : 0;
        int64_t begin = time_of(timeline, bin), end = time_of(timeline, bin + 1);
        bool marked = from <= to && from < end && to >= begin;
        draw_bar(cells, bars, left_of(timeline, bars, bin), left_of(timeline, bars, bin + 1),
                 marked ? ROLE_MARKED : others, bytes && !eighths ? 1 : eighths);
    }
}

static void put_rate(const struct timeline *timeline, const struct app *app, struct strbuf *out,
                     uint64_t bytes)
{
    double seconds = (double)timeline->length / (double)TIME_SECOND;
    amount_octets(out, seconds > 0 ? (uint64_t)((double)bytes / seconds + 0.5) : bytes, app_forms(app)->unit);
}

/* When it begins, and when it ends, below its bars. */
static void draw_times(const struct timeline *timeline, const struct app *app, struct cells *cells,
                       struct area bars, int row)
{
    bool fine = timeline->length < (uint64_t)TIME_SECOND;
    struct strbuf text = { 0 };
    for (uint32_t part = 0; part <= 4; part++) {
        uint32_t bin = (uint32_t)((uint64_t)timeline->count * part / 4);
        strbuf_clear(&text);
        amount_time(&text, time_of(timeline, bin), app_zero(app), app_forms(app)->time, fine);
        int width = cells_width(cells, text.data), left = left_of(timeline, bars, bin);
        cells_put(cells, bars, row, part == 4 ? left - width : left, ROLE_DIM, text.data);
    }
    strbuf_release(&text);
}

void spark_draw(const struct spark *spark, const struct app *app, struct cells *cells, struct area area,
                int64_t from, int64_t to)
{
    const struct timeline *timeline = &spark->timeline;
    int room = (int)spark_room(area), most = (int)timeline->count * BIN_MOST; /* of bins TIMELINE_MOST */
    struct area left = area_columns(area, 0, most < room ? most : room);
    struct strbuf text = { 0 };
    uint64_t peak = peak_of(timeline);
    if (timeline->count > 0) {
        int bars = area.height > 2 ? area.height - 1 : area.height;
        draw_bars(spark, cells, area_rows(left, 0, bars), peak, from, to);
        if (bars < area.height)
            draw_times(timeline, app, cells, left, bars);
    }
    if (spark->asked) {
        strbuf_text(&text, app_loading(app) ? "" : "counting … bytes/s");
    } else if (timeline->count > 0) {
        strbuf_text(&text, "peak ");
        put_rate(timeline, app, &text, peak);
        strbuf_text(&text, " bytes/s");
    }
    strbuf_text(&text, "");
    cells_field(cells, area, 0, area.width - UNIT, UNIT, ROLE_DIM, true, text.data);
    strbuf_release(&text);
}
