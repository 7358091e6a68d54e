/* SPDX-License-Identifier: MIT */
#include "view/batch/report_put.h"

#include "view/bars.h"
#include "view/batch/json.h"
#include "view/format.h"

const char *report_unit(enum stats_unit unit)
{
    static const char *const words[] = { "bytes", "packets", "flows", "connections" };
    return words[unit];
}

void report_sums_json(struct strbuf *out, const struct stats_sums *sums)
{
    if (stats_known(sums, STATS_BYTES))
        json_number(out, "bytes", sums->bytes);
    if (stats_known(sums, STATS_PACKETS))
        json_number(out, "packets", sums->packets);
    json_number(out, "flows", sums->flows);
    json_number(out, "connections", sums->connections);
}

void report_share_json(struct strbuf *out, uint64_t amount, uint64_t total)
{
    if (total == 0)
        return;
    json_key(out, "share");
    strbuf_format(out, "%.6f", (double)amount / (double)total);
}

static size_t digits(uint64_t value, size_t least)
{
    size_t count = 1;
    for (; value > 9; value /= 10)
        count++;
    return count > least ? count : least;
}

struct report_widths report_widths(const struct stats_sums *largest)
{
    return (struct report_widths) { .bytes = digits(largest->bytes, 5),
                                    .packets = digits(largest->packets, 7),
                                    .flows = digits(largest->flows, 5),
                                    .connections = digits(largest->connections, 11) };
}

static void number(struct strbuf *out, size_t width, uint64_t value, bool known)
{
    size_t at = out->length;
    if (known)
        strbuf_unsigned(out, value);
    else
        strbuf_char(out, '-');
    format_right(out, at, width);
}

static void heading(struct strbuf *out, size_t width, const char *text)
{
    size_t at = out->length;
    strbuf_text(out, text);
    format_right(out, at, width);
}

static void put_headings(struct strbuf *out, const struct report_widths *widths)
{
    heading(out, widths->bytes, "Bytes");
    heading(out, 2 + widths->packets, "Packets");
    heading(out, 2 + widths->flows, "Flows");
    heading(out, 2 + widths->connections, "Connections");
}

void report_sums_text(struct strbuf *out, const struct report_widths *widths, const struct stats_sums *sums)
{
    if (!sums) {
        put_headings(out, widths);
        return;
    }
    number(out, widths->bytes, sums->bytes, stats_known(sums, STATS_BYTES));
    number(out, 2 + widths->packets, sums->packets, stats_known(sums, STATS_PACKETS));
    number(out, 2 + widths->flows, sums->flows, true);
    number(out, 2 + widths->connections, sums->connections, true);
}

void report_bar_text(const struct batch *b, struct strbuf *out, uint64_t amount, uint64_t most,
                     uint64_t total)
{
    if (total > 0)
        strbuf_format(out, "  %5.1f %%", 100.0 * (double)amount / (double)total);
    strbuf_text(out, "  ");
    bar_put(out, amount, most, REPORT_BAR, b->config->report_options.ascii);
    while (out->data[out->length - 1] == ' ')
        out->length--;
}

void report_base_text(struct strbuf *out, const struct stats_sums *total, bool records)
{
    format_count(out, total->flows, "flow");
    if (records) {
        strbuf_text(out, ", all that was exported, duplicates too\n");
        return;
    }
    strbuf_text(out, " of ");
    format_count(out, total->connections, "connection");
    strbuf_text(out, ", duplicates not counted\n");
}
