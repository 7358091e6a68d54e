/* SPDX-License-Identifier: MIT */
#include "view/tui/work/speed.h"

#include <criterion/criterion.h>

#include "base/time.h"

static void note(struct speed *speed, double seconds, uint64_t packets)
{
    speed_note(speed, (int64_t)(seconds * (double)TIME_SECOND), packets, 30 * packets);
}

Test(speed, is_since_the_start_at_first_and_then_of_the_last_ten_seconds)
{
    struct speed speed = { .packets = 0 };
    note(&speed, 0.5, 7);
    cr_expect_eq(speed.packets, 0, "within the first second");
    note(&speed, 2, 8);
    cr_expect_float_eq(speed.packets, 4, 1e-9);
    cr_expect_float_eq(speed.flows, 120, 1e-9);
    for (int second = 3; second <= 30; second++)
        note(&speed, second, 8 + (uint64_t)(second - 2) * 100);
    cr_expect_float_eq(speed.packets, 100, 1e-9);
    for (int second = 31; second <= 60; second++)
        note(&speed, second, 2808);
    cr_expect_eq(speed.packets, 0, "nothing comes any more");
}

Test(speed, bridges_seconds_of_which_nothing_is_known)
{
    struct speed speed = { .packets = 0 };
    note(&speed, 3, 30);
    note(&speed, 100, 40);
    cr_expect_eq(speed.packets, 0, "a pause longer than what is remembered");
    note(&speed, 104, 80);
    cr_expect_float_eq(speed.packets, 10, 1e-9);
}

/* What was let go does not make it less than nothing. */
Test(speed, flows_may_become_fewer)
{
    struct speed speed = { .packets = 0 };
    note(&speed, 1, 100);
    speed_note(&speed, 3 * TIME_SECOND, 200, 10);
    cr_expect_eq(speed.flows, 10.0 / 3);
    speed_note(&speed, 12 * TIME_SECOND, 300, 5);
    cr_expect_eq(speed.flows, 0);
}
