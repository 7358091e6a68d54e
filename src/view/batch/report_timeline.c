/* SPDX-License-Identifier: MIT */
/* -z timeline. */
#include "base/time.h"
#include "query/timeline.h"
#include "view/batch/json.h"
#include "view/batch/pick.h"
#include "view/batch/report_put.h"
#include "view/format.h"

static enum stats_unit unit_of(const struct batch *b)
{
    return b->config->report_options.unit;
}

static int64_t start_of(const struct timeline *timeline, uint32_t bin)
{
    return (int64_t)((uint64_t)timeline->start + bin * timeline->length);
}

static void all_json(struct batch *b, const struct timeline *timeline)
{
    struct strbuf *out = &b->out;
    uint64_t total = stats_amount(&timeline->total, unit_of(b));
    for (uint32_t i = 0; i < timeline->count && batch_line(b); i++) {
        json_open(out, '{');
        json_word(out, "row", "bin");
        json_time(out, "start", start_of(timeline, i));
        report_sums_json(out, &timeline->bin[i]);
        report_share_json(out, stats_amount(&timeline->bin[i], unit_of(b)), total);
        strbuf_text(out, "}\n");
    }
    json_open(out, '{');
    json_word(out, "row", "total");
    json_number(out, "bins", timeline->count);
    json_seconds(out, "bin_seconds", (int64_t)timeline->length);
    json_word(out, "time", timeline->base == TIMELINE_EXPORT_TIME ? "export" : "flow");
    json_word(out, "counted", "flows");
    report_sums_json(out, &timeline->total);
    report_share_json(out, total, total);
    strbuf_text(out, "}\n");
}

/* Bins of less than a second need more than the usual form tells. */
static void refine_clock(struct batch *b, const struct timeline *timeline)
{
    if (timeline->length % (uint64_t)TIME_SECOND == 0)
        return;
    if (b->clock.form == CLOCK_USUAL)
        b->clock.form = CLOCK_ABSOLUTE_DATE;
    else if (b->clock.form == CLOCK_USUAL_UTC)
        b->clock.form = CLOCK_UTC_DATE;
}

static void row_text(struct batch *b, const struct report_widths *widths, const char *text,
                     const struct stats_sums *sums)
{
    struct strbuf *out = &b->out;
    size_t at = out->length;
    strbuf_text(out, text);
    format_pad(out, at, clock_width(b->clock.form));
    strbuf_text(out, "  ");
    report_sums_text(out, widths, sums);
    strbuf_char(out, '\n');
}

static void bin_text(struct batch *b, const struct timeline *timeline, const struct report_widths *widths,
                     uint32_t bin, uint64_t most)
{
    struct strbuf *out = &b->out;
    size_t at = out->length;
    batch_time(b, out, start_of(timeline, bin));
    format_pad(out, at, clock_width(b->clock.form));
    strbuf_text(out, "  ");
    report_sums_text(out, widths, &timeline->bin[bin]);
    report_bar_text(b, out, stats_amount(&timeline->bin[bin], unit_of(b)), most, 0);
    strbuf_char(out, '\n');
}

/* Where in time flows are. */
static const char *base_text(const struct timeline *timeline)
{
    return timeline->base == TIMELINE_EXPORT_TIME
               ? "a flow is where its export packet was captured"
               : "octets and packets of a flow are spread evenly from its start to its end";
}

static void all_text(struct batch *b, const struct timeline *timeline)
{
    struct report_widths widths = report_widths(&timeline->total);
    uint64_t most = 0;
    refine_clock(b, timeline);
    for (uint32_t i = 0; i < timeline->count; i++) {
        uint64_t amount = stats_amount(&timeline->bin[i], unit_of(b));
        most = amount > most ? amount : most;
    }
    if (!b->config->quiet)
        row_text(b, &widths, "Start", NULL);
    for (uint32_t i = 0; i < timeline->count && batch_line(b); i++)
        bin_text(b, timeline, &widths, i, most);
    if (b->config->quiet)
        return;
    row_text(b, &widths, "total", &timeline->total);
    strbuf_text(&b->out, "\nbins of ");
    json_digits_seconds(&b->out, (int64_t)timeline->length);
    strbuf_format(&b->out, " s by %s; %s; ", report_unit(unit_of(b)), base_text(timeline));
    report_base_text(&b->out, &timeline->total, false);
}

static void end(struct batch *b)
{
    const struct report_options *options = &b->config->report_options;
    struct query_data data = batch_data(b);
    struct timeline_request request = { .data = &data,
                                        .base = options->base,
                                        .chosen = match_bits(b->match),
                                        .length = options->length,
                                        .bins = options->bins,
                                        .threads = b->threads };
    struct timeline timeline;
    (void)timeline_make(&request, &timeline, NULL); /* nobody cancels it */
    if (b->config->json)
        all_json(b, &timeline);
    else
        all_text(b, &timeline);
    timeline_release(&timeline);
}

const struct show show_timeline = { .keep_flows = true, .keep_pairs = true, .match = MATCH_ROWS, .end = end };
