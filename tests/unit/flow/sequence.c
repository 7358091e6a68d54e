/* SPDX-License-Identifier: MIT */
#include "flow/sequence.h"

#include <criterion/criterion.h>

#define SECOND INT64_C(1000000000)

struct step {
    uint32_t number, units;
    enum sequence_event event;
    uint32_t missing, filled;
    uint32_t uptime;
    bool unknown;
    uint32_t stamp;
    int64_t time; /* of the header, s; 0: as it was */
};

static void run(const struct step *steps, size_t count)
{
    struct sequence s = { .seen = false };
    int64_t clock = 0; /* starting anew takes its time */
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &steps[i];
        uint32_t missing = 77;
        clock += step->event == SEQUENCE_RESTART || step->event == SEQUENCE_REBOOT ? 10 * SECOND : 0;
        struct sequence_message m = { .export_time = clock,
                                      .number = step->number,
                                      .uptime = step->uptime,
                                      .stamp = step->stamp,
                                      .units = step->units,
                                      .unknown = step->unknown };
        if (step->time)
            m.export_time = step->time * SECOND;
        enum sequence_event event = sequence_begin(&s, &m, &missing);
        cr_assert_eq(event, step->event, "step %zu: event %d, not %d", i, event, step->event);
        cr_assert_eq(missing, step->missing, "step %zu: %u missing, not %u", i, missing, step->missing);
        uint32_t behind, filled = sequence_end(&s, event, &m, &behind);
        cr_assert_eq(filled, step->filled, "step %zu: filled %u, not %u", i, filled, step->filled);
    }
}

#define RUN(...)                                                                                             \
    do {                                                                                                     \
        static const struct step steps[] = { __VA_ARGS__ };                                                  \
        run(steps, sizeof steps / sizeof *steps);                                                            \
    } while (0)

#define IN_ORDER      .event = SEQUENCE_IN_ORDER
#define GAP(units)    .event = SEQUENCE_GAP, .missing = (units)
#define LATE(filling) .event = SEQUENCE_LATE, .filled = (filling)
#define TWICE         .event = SEQUENCE_DUPLICATE
#define RESTART       .event = SEQUENCE_RESTART
#define REBOOT        .event = SEQUENCE_REBOOT

Test(sequence, in_order)
{
    RUN({ 1000, 30, IN_ORDER }, { 1030, 30, IN_ORDER }, { 1060, 0, IN_ORDER }, { 1060, 1, IN_ORDER },
        { 1061, 1, IN_ORDER });
}

Test(sequence, a_gap_is_missing_units)
{
    RUN({ 0, 2, IN_ORDER }, { 100, 2, GAP(98) }, { 102, 2, IN_ORDER }, { 105, 1, GAP(1) });
}

Test(sequence, late_ones_fill_a_gap_in_any_order)
{
    RUN({ 10, 1, IN_ORDER }, { 14, 1, GAP(3) }, { 12, 1, LATE(1) }, { 13, 1, LATE(1) }, { 11, 1, LATE(1) },
        { 15, 1, IN_ORDER });
    RUN({ 0, 30, IN_ORDER }, { 90, 30, GAP(60) }, { 60, 30, LATE(30) }, { 30, 30, LATE(30) },
        { 120, 30, IN_ORDER });
}

Test(sequence, a_gap_filled_in_part_stays_open)
{
    RUN({ 0, 10, IN_ORDER }, { 50, 10, GAP(40) }, { 20, 10, LATE(10) }, { 40, 10, LATE(10) },
        { 30, 5, LATE(5) }, { 10, 10, LATE(10) }, { 35, 5, LATE(5) });
    /* more units than the gap holds: no more than what was missing comes back */
    RUN({ 0, 10, IN_ORDER }, { 20, 10, GAP(10) }, { 15, 10, LATE(5) });
}

Test(sequence, several_gaps)
{
    RUN({ 0, 1, IN_ORDER }, { 5, 1, GAP(4) }, { 10, 1, GAP(4) }, { 3, 1, LATE(1) }, { 7, 1, LATE(1) },
        { 20, 1, GAP(9) }, { 1, 1, LATE(1) }, { 9, 1, LATE(1) });
}

Test(sequence, the_same_message_twice)
{
    RUN({ 0, 30, IN_ORDER }, { 30, 30, IN_ORDER }, { 30, 30, TWICE }, { 0, 30, TWICE }, { 60, 30, IN_ORDER },
        { 120, 30, GAP(30) }, { 90, 30, LATE(30) }, { 90, 30, TWICE }, { 150, 30, IN_ORDER });
}

/* The capture began between two messages that overtook each other. */
Test(sequence, older_than_the_first_is_late)
{
    RUN({ 10, 1, IN_ORDER }, { 9, 1, LATE(0) }, { 9, 1, TWICE }, { 8, 1, LATE(0) }, { 11, 1, IN_ORDER });
}

Test(sequence, restart_by_uptime)
{
    RUN({ 5000, 30, IN_ORDER, .uptime = 900000 }, { 5030, 30, IN_ORDER, .uptime = 960000 },
        { 5060, 30, REBOOT, .uptime = 1000 }, { 5090, 30, IN_ORDER, .uptime = 2000 });
    RUN({ 5000, 30, IN_ORDER, .uptime = 900000 }, { 0, 30, REBOOT, .uptime = 1000 },
        { 30, 30, IN_ORDER, .uptime = 2000 });
}

/* Messages that overtake each other by seconds have older uptimes too. */
Test(sequence, a_little_less_uptime_is_no_restart)
{
    RUN({ 10, 1, IN_ORDER, .uptime = 100000 }, { 12, 1, GAP(1), .uptime = 103000 },
        { 11, 1, LATE(1), .uptime = 101000 }, { 13, 1, IN_ORDER, .uptime = 102900 });
}

Test(sequence, wrap_of_the_uptime_is_no_restart)
{
    RUN({ 10, 1, IN_ORDER, .uptime = UINT32_MAX - 1000 }, { 11, 1, IN_ORDER, .uptime = 500 },
        { 12, 1, IN_ORDER, .uptime = 1500 });
}

Test(sequence, restart_by_number)
{
    RUN({ 100000, 30, IN_ORDER }, { 0, 30, RESTART }, { 30, 30, IN_ORDER });
    RUN({ 100000, 30, IN_ORDER }, { 7, 1, RESTART }, { 8, 1, IN_ORDER });
    RUN({ 30, 30, IN_ORDER }, { 0, 30, RESTART }, { 30, 30, IN_ORDER });
    RUN({ 10, 1, IN_ORDER }, { 1u << 30, 1, RESTART }, { (1u << 30) + 1, 1, IN_ORDER });
}

/* Gaps from before a restart cannot be filled by what comes after it. */
Test(sequence, restart_forgets_gaps)
{
    RUN({ 100000, 1, IN_ORDER }, { 100010, 1, GAP(9) }, { 0, 1, RESTART }, { 100005, 1, GAP(100004) },
        { 100006, 1, IN_ORDER });
}

Test(sequence, numbers_wrap)
{
    RUN({ UINT32_MAX - 29, 30, IN_ORDER }, { 0, 30, IN_ORDER }, { 30, 1, IN_ORDER });
    RUN({ UINT32_MAX, 1, IN_ORDER }, { 0, 1, IN_ORDER }, { UINT32_MAX, 1, TWICE });
    RUN({ UINT32_MAX - 9, 5, IN_ORDER }, { 20, 1, GAP(25) }, { 0, 5, LATE(5) },
        { UINT32_MAX - 4, 5, LATE(5) }, { 5, 15, LATE(15) });
}

/* How many units a message with undecoded sets held is not known: the next number is no gap, going back is. */
Test(sequence, unknown_units)
{
    RUN({ 0, 3, IN_ORDER, .unknown = true }, { 10, 5, IN_ORDER }, { 15, 5, IN_ORDER }, { 25, 5, GAP(5) });
    RUN({ 0, 0, IN_ORDER, .unknown = true }, { 0, 0, IN_ORDER, .unknown = true }, { 1u << 25, 0, RESTART });
}

/* Messages that share a number are no doubles if something else in their headers differs. */
Test(sequence, doubles_are_alike)
{
    RUN({ 0, 30, IN_ORDER, .stamp = 1 }, { 30, 30, IN_ORDER, .stamp = 2 }, { 30, 30, TWICE, .stamp = 2 },
        { 30, 30, LATE(0), .stamp = 3 }, { 60, 1, IN_ORDER, .stamp = 4 });
}

/* An exporter that starts anew has a clock that went on. */
Test(sequence, older_messages_are_no_restart)
{
    RUN({ 90000, 30, IN_ORDER, .uptime = 900000, .time = 1000 },
        { 80000, 30, LATE(0), .uptime = 600000, .time = 700 },
        { 90030, 30, IN_ORDER, .uptime = 901000, .time = 1001 },
        { 80000, 30, REBOOT, .uptime = 1000, .time = 1100 });
    RUN({ 90000, 30, IN_ORDER, .time = 1000 }, { 10000, 30, LATE(0), .time = 900 },
        { 90030, 30, IN_ORDER, .time = 1001 }, { 10, 30, RESTART, .time = 1100 });
    RUN({ 5, 5, IN_ORDER, .time = 1000 }, { 0, 5, LATE(0), .time = 1000 }, { 10, 5, IN_ORDER, .time = 1000 });
}

Test(sequence, more_gaps_than_are_remembered)
{
    struct sequence s = { .seen = false };
    uint32_t missing, behind;
    for (uint32_t i = 0; i <= 3 * SEQUENCE_GAPS; i++) {
        struct sequence_message m = { .number = 10 * i, .units = 1, .session = i };
        enum sequence_event event = sequence_begin(&s, &m, &missing);
        cr_assert_eq(event, i ? SEQUENCE_GAP : SEQUENCE_IN_ORDER);
        cr_assert_eq(sequence_end(&s, event, &m, &behind), 0);
    }
    for (uint32_t i = 0; i < 3 * SEQUENCE_GAPS; i++) {
        struct sequence_message m = { .number = 10 * i + 1, .units = 9 };
        cr_assert_eq(sequence_begin(&s, &m, &missing), SEQUENCE_LATE);
        uint32_t filled = sequence_end(&s, SEQUENCE_LATE, &m, &behind);
        cr_assert_eq(filled, i < 2 * SEQUENCE_GAPS ? 0 : 9, "gap %u", i);
        cr_assert(filled == 0 || behind == i + 1, "gap %u: behind it came %u", i, behind);
    }
}
