/* SPDX-License-Identifier: MIT */
#include "view/tui/views/stat_chart.h"

#include <criterion/criterion.h>

#include "base/alloc.h"

#define SECOND 1000000000

/* So many bins of a second from second 100 on. */
static struct timeline bins(uint32_t count, uint64_t length)
{
    struct timeline t = { .start = 100 * (int64_t)SECOND, .length = length, .count = count };
    t.bin = alloc_array(count, sizeof *t.bin);
    for (uint32_t i = 0; i < count; i++)
        t.bin[i].bytes = i;
    return t;
}

Test(chart, the_cursor_stays_within)
{
    struct stat_chart chart = { .mark = CHART_NONE };
    struct timeline t = bins(10, SECOND);
    stat_chart_move(&chart, 5);
    cr_expect_eq(chart.cursor, 0, "there is nothing yet");
    stat_chart_take(&chart, &t);
    stat_chart_move(&chart, 4);
    cr_expect_eq(chart.cursor, 4);
    stat_chart_move(&chart, INT32_MAX);
    cr_expect_eq(chart.cursor, 9);
    stat_chart_move(&chart, INT32_MIN);
    cr_expect_eq(chart.cursor, 0);
    timeline_release(&chart.timeline);
}

Test(chart, a_range_is_whole_bins)
{
    struct stat_chart chart = { .mark = CHART_NONE };
    struct timeline t = bins(10, SECOND);
    int64_t from, to;
    cr_expect_not(stat_chart_range(&chart, &from, &to));
    stat_chart_take(&chart, &t);
    chart.cursor = 3;
    cr_assert(stat_chart_range(&chart, &from, &to));
    cr_expect(from == 103 * (int64_t)SECOND && to == 104 * (int64_t)SECOND);
    chart.mark = 6;
    cr_assert(stat_chart_range(&chart, &from, &to));
    cr_expect(from == 103 * (int64_t)SECOND && to == 107 * (int64_t)SECOND);
    chart.mark = 1;
    cr_assert(stat_chart_range(&chart, &from, &to));
    cr_expect(from == 101 * (int64_t)SECOND && to == 104 * (int64_t)SECOND);
    timeline_release(&chart.timeline);
}

Test(chart, other_bins_keep_the_time)
{
    struct stat_chart chart = { .mark = CHART_NONE };
    struct timeline t = bins(10, SECOND), finer = bins(20, SECOND / 2), none = { 0 };
    stat_chart_take(&chart, &t);
    chart.cursor = 4;
    chart.mark = 7;
    stat_chart_take(&chart, &finer);
    cr_expect_eq(chart.cursor, 8);
    cr_expect_eq(chart.mark, 14);
    stat_chart_take(&chart, &none);
    cr_expect_eq(chart.cursor, 0);
    timeline_release(&chart.timeline);
}
