/* SPDX-License-Identifier: MIT */
#include "flow/spread.h"

#include <criterion/criterion.h>

#define SECOND INT64_C(1000000000)

static struct spread spread_of(const int64_t *seconds, size_t count)
{
    struct spread spread = { 0 };
    for (size_t i = 0; i < count; i++)
        spread_add(&spread, seconds[i] * SECOND);
    return spread;
}

Test(spread, nothing)
{
    struct spread spread = { 0 };
    cr_expect_eq(spread_median(&spread), 0);
    cr_expect_eq(spread_usual(&spread), 0);
    cr_expect_eq(spread_above(&spread, 0), 0);
}

Test(spread, ends_count_and_sum_are_exact)
{
    struct spread spread = { 0 };
    spread_add(&spread, 3);
    spread_add(&spread, -5);
    spread_add(&spread, 90 * SECOND + 1);
    cr_expect_eq(spread.count, 3);
    cr_expect_eq(spread.least, 0, "below 0 is 0");
    cr_expect_eq(spread.most, 90 * SECOND + 1);
    cr_expect_eq(spread.total, 90 * SECOND + 4);
}

Test(spread, the_middle_one_of_equals_is_exact)
{
    const int64_t seconds[] = { 30, 30, 1, 30, 600, 30, 30 };
    struct spread spread = spread_of(seconds, 7);
    cr_expect_eq(spread_median(&spread), 30 * SECOND);
}

/* Bursts that come every minute: most pauses are short, but pauses of a minute are usual. */
Test(spread, usual_is_by_time)
{
    struct spread spread = { 0 };
    for (int burst = 0; burst < 5; burst++) {
        for (int i = 0; i < 100; i++)
            spread_add(&spread, SECOND / 1000);
        spread_add(&spread, 60 * SECOND);
    }
    cr_expect_eq(spread_usual(&spread), 60 * SECOND);
    cr_expect_eq(spread_median(&spread), SECOND / 1000);
}

Test(spread, the_longest_is_never_usual)
{
    const int64_t seconds[] = { 1, 1, 1, 1, 3600 };
    struct spread spread = spread_of(seconds, 5);
    cr_expect_eq(spread_usual(&spread), SECOND);
    cr_expect_eq(spread_above(&spread, 10 * SECOND), 1);
    cr_expect_eq(spread_above(&spread, 3600 * SECOND), 0, "its own class does not count");
}

Test(spread, centuries)
{
    struct spread spread = { 0 };
    for (int i = 0; i < 5; i++)
        spread_add(&spread, INT64_MAX / 2);
    cr_expect_eq(spread.count, 5);
    cr_expect_eq(spread.most, INT64_MAX / 2);
    cr_expect_geq(spread_usual(&spread), 0);
}
