/* SPDX-License-Identifier: MIT */
#include "flow/clock.h"

#include <criterion/criterion.h>

#define SECOND INT64_C(1000000000)
#define NOW    (INT64_C(1700000000) * SECOND)

struct run {
    struct clock_facts facts;
    struct clock_last last;
    uint64_t packet;
};

static void take(struct run *run, uint16_t version, int64_t time, int64_t export_time, uint32_t uptime)
{
    struct nfdec_message m = { .packet = ++run->packet,
                               .time = NOW + time,
                               .export_time = NOW + export_time,
                               .uptime = uptime,
                               .version = version };
    clock_take(&run->facts, &run->last, &m);
}

Test(clock, skew_and_where)
{
    struct run run = { .packet = 0 };
    take(&run, 5, 0, -SECOND, 1000);
    take(&run, 5, SECOND, SECOND / 2, 2500);
    take(&run, 5, 2 * SECOND, 2 * SECOND + 7, 4000);
    cr_expect(run.facts.least == -SECOND && run.facts.least_packet == 1);
    cr_expect(run.facts.most == 7 && run.facts.most_packet == 3);
    cr_expect_eq(run.facts.steps, 0);
}

Test(clock, steps_against_the_uptime)
{
    struct run run = { .packet = 0 };
    for (int i = 0; i < 5; i++)
        take(&run, 9, i * SECOND, i * SECOND, 1000u * (unsigned)i + 90000u);
    take(&run, 9, 5 * SECOND, 65 * SECOND, 95000);
    take(&run, 9, 6 * SECOND, 66 * SECOND, 96000);
    cr_expect_eq(run.facts.steps, 1);
    cr_expect(run.facts.step == 60 * SECOND && run.facts.step_packet == 6);
}

/* Held up by the network, or by the capture: the exporter's own clocks agree. */
Test(clock, a_late_message_is_no_step)
{
    struct run run = { .packet = 0 };
    take(&run, 9, 0, 0, 100000);
    take(&run, 9, 30 * SECOND, SECOND, 101000);
    take(&run, 9, 31 * SECOND, 31 * SECOND, 131000);
    cr_expect_eq(run.facts.steps, 0);
}

Test(clock, ipfix_steps_against_the_capture)
{
    struct run run = { .packet = 0 };
    take(&run, 10, 0, 0, 0);
    take(&run, 10, SECOND, 30 * SECOND, 0);
    take(&run, 10, 2 * SECOND, 31 * SECOND, 0);
    cr_expect_eq(run.facts.steps, 0, "too little");
    take(&run, 10, 3 * SECOND, -3600 * SECOND, 0);
    cr_expect_eq(run.facts.steps, 0, "it may be one message that was held up");
    take(&run, 10, 4 * SECOND, -3599 * SECOND, 0);
    cr_expect(run.facts.steps == 1 && run.facts.step_packet == 4 && run.facts.step == -3632 * SECOND);
}

Test(clock, ipfix_messages_that_were_held_up_are_no_steps)
{
    struct run run = { .packet = 0 };
    take(&run, 10, 0, 0, 0);
    take(&run, 10, 300 * SECOND, SECOND, 0);
    take(&run, 10, 301 * SECOND, 301 * SECOND, 0);
    take(&run, 10, 302 * SECOND, 302 * SECOND, 0);
    cr_expect_eq(run.facts.steps, 0);
}

Test(clock, wraps_and_restarts_are_no_steps)
{
    struct run run = { .packet = 0 };
    take(&run, 9, 0, 0, UINT32_MAX - 999);
    take(&run, 9, 2 * SECOND, 2 * SECOND, 1000);
    cr_expect_eq(run.facts.wraps, 1);
    cr_expect_eq(run.facts.wrap_packet, 2);
    take(&run, 9, 1000 * SECOND, 1000 * SECOND, 999000);
    take(&run, 9, 1100 * SECOND, 1100 * SECOND, 5000);
    cr_expect_eq(run.facts.steps, 0);
    cr_expect_eq(run.facts.wraps, 1);
}

Test(clock, drift)
{
    struct run run = { .packet = 0 };
    for (int i = 0; i < 1000; i++)
        take(&run, 5, i * SECOND, i * (SECOND + 10000000), 1000u * (unsigned)i + 1);
    int64_t drift = clock_drift(&run.facts, 999 * SECOND);
    cr_expect(drift > 9900000 && drift < 10100000, "%jd ns a second, not 10 ms", (intmax_t)drift);
    cr_expect_eq(clock_drift(&run.facts, 10 * SECOND), 0, "too short");
    cr_expect_eq(clock_drift(&(struct clock_facts) { .messages = 0 }, 999 * SECOND), 0);
}

/* Whole seconds of a header saw at the skew; that is no drift. */
Test(clock, whole_seconds_do_not_drift)
{
    struct run run = { .packet = 0 };
    for (int i = 0; i < 1000; i++) {
        int64_t time = i * (SECOND + 1000000);
        take(&run, 10, time, time - time % SECOND, 0);
    }
    cr_expect_eq(clock_drift(&run.facts, 1000 * SECOND), 0);
}

Test(clock, distances_do_not_overflow)
{
    cr_expect_eq(clock_distance(INT64_MAX, INT64_MIN), INT64_MAX);
    cr_expect_eq(clock_distance(INT64_MIN, 1), INT64_MIN);
    cr_expect_eq(clock_distance(5, 7), -2);
}
