/* SPDX-License-Identifier: MIT */
/* Statistics. Sums of every kind are held against a reference by tests/formats/reports.py. */
#include <criterion/criterion.h>

#include "flows5.h"
#include "query/stats.h"
#include "query/timeline.h"

static struct session *run;
static struct query_data data;

static void begin(void)
{
    struct flow5 flows[FLOWS5];
    for (unsigned i = 0; i < FLOWS5; i++)
        flows[i] = (struct flow5) { .src = 0x0A000000 + i,
                                    .dst = 0xC0000201 + i % 2,
                                    .sport = (uint16_t)(40000 + i),
                                    .dport = 53,
                                    .packets = 1,
                                    .bytes = 100 + i,
                                    .first = 10000,
                                    .last = 10000 + 3 * i,
                                    .proto = 17 };
    run = flows5_run(flows, &data);
}

static void end(void)
{
    session_free(run);
}

TestSuite(stats, .init = begin, .fini = end);

Test(stats, the_largest_first)
{
    struct stats_request request = { .data = &data, .kind = STATS_TALKERS, .top = 3, .threads = 2 };
    struct stats stats;
    cr_assert(stats_make(&request, &stats, NULL));
    cr_expect_eq(stats.count, 3);
    cr_expect_eq(stats.groups, 32);
    cr_expect_eq(stats.group[0].key.low, 0xC0000202);
    cr_expect_eq(stats.group[1].key.low, 0xC0000201);
    cr_expect_eq(stats.group[2].key.low, 0x0A00001D);
    cr_expect_eq(stats.group[2].sums.bytes, 129);
    cr_expect_eq(stats.total.bytes, 3435);
    cr_expect_eq(stats.all.bytes, 2 * 3435);
    stats_release(&stats);
}

Test(stats, bounded_memory_changes_nothing)
{
    struct stats_request request = { .data = &data, .kind = STATS_TALKERS, .top = 0, .threads = 2 };
    struct stats all, bounded;
    cr_assert(stats_make(&request, &all, NULL));
    cr_expect_eq(all.parts, 1);
    for (size_t most = 3; most < 32; most += 7) {
        request.groups_most = most;
        cr_assert(stats_make(&request, &bounded, NULL));
        cr_expect_gt(bounded.parts, 1);
        cr_assert_eq(bounded.count, all.count);
        for (size_t i = 0; i < all.count; i++) {
            cr_expect_eq(bounded.group[i].key.low, all.group[i].key.low);
            cr_expect_eq(bounded.group[i].sums.bytes, all.group[i].sums.bytes);
        }
        cr_expect_eq(bounded.total.bytes, all.total.bytes);
        cr_expect_eq(bounded.all.bytes, all.all.bytes);
        stats_release(&bounded);
    }
    stats_release(&all);
}

Test(stats, of_chosen_flows_only)
{
    uint64_t chosen[1] = { 1u << 4 | 1u << 6 };
    struct stats_request request = { .data = &data, .kind = STATS_PORTS, .chosen = chosen };
    struct stats stats;
    cr_assert(stats_make(&request, &stats, NULL));
    cr_assert_eq(stats.count, 1);
    cr_expect(stats.group[0].key.high == 17 && stats.group[0].key.low == 53);
    cr_expect_eq(stats.group[0].sums.bytes, 104 + 106);
    cr_expect_eq(stats.total.connections, 2);
    stats_release(&stats);
    request.kind = STATS_TALKERS;
    cr_assert(stats_make(&request, &stats, NULL));
    cr_expect_eq(stats.groups, 3);
    cr_expect_eq(stats.total.bytes, 104 + 106);
    stats_release(&stats);
}

Test(stats, can_be_cancelled)
{
    struct query_job job = { .cancel = true };
    struct stats_request request = { .data = &data, .kind = STATS_TALKERS };
    struct timeline_request times = { .data = &data };
    struct timeline timeline;
    struct stats stats;
    cr_expect_not(stats_make(&request, &stats, &job));
    stats_release(&stats);
    cr_expect_not(timeline_make(&times, &timeline, &job));
    timeline_release(&timeline);
}

Test(stats, bins_add_up)
{
    struct timeline_request request = { .data = &data, .length = 7000000, .threads = 2 };
    struct timeline timeline;
    uint64_t bytes = 0, packets = 0;
    cr_assert(timeline_make(&request, &timeline, NULL));
    cr_expect_eq(timeline.length, 7000000);
    cr_expect_eq(timeline.start % 7000000, 0);
    for (uint32_t i = 0; i < timeline.count; i++) {
        bytes += timeline.bin[i].bytes;
        packets += timeline.bin[i].packets;
    }
    cr_expect_eq(bytes, 3435);
    cr_expect_eq(packets, FLOWS5);
    cr_expect_eq(timeline.total.bytes, 3435);
    cr_expect(timeline.count == 13 || timeline.count == 14);
    timeline_release(&timeline);
}

/* All flows are in one packet: they were exported at once, however long they took. */
Test(stats, bins_by_export_hold_flows_whole)
{
    struct timeline_request request = { .data = &data, .base = TIMELINE_EXPORT_TIME, .threads = 2 };
    int64_t captured = ledger_message(data.ledger, 0)->time;
    struct timeline timeline;
    cr_assert(timeline_make(&request, &timeline, NULL));
    cr_expect_eq(timeline.base, TIMELINE_EXPORT_TIME);
    cr_assert_eq(timeline.count, 1);
    cr_expect_leq(timeline.start, captured);
    cr_expect_gt(timeline.start + (int64_t)timeline.length, captured);
    cr_expect_eq(timeline.bin[0].bytes, 3435);
    cr_expect_eq(timeline.bin[0].packets, FLOWS5);
    cr_expect_eq(timeline.bin[0].flows, FLOWS5);
    timeline_release(&timeline);
}

Test(stats, bins_are_no_more_than_there_may_be)
{
    struct timeline_request request = { .data = &data, .bins = 5 };
    struct timeline timeline;
    cr_assert(timeline_make(&request, &timeline, NULL));
    cr_expect_leq(timeline.count, 5);
    cr_expect_geq(timeline.count, 2);
    timeline_release(&timeline);
}

Test(stats, hostile_times_make_large_bins)
{
    struct flow5 flows[FLOWS5] = { { .first = 0, .last = UINT32_MAX, .bytes = 7 } };
    struct query_data other;
    struct session *hostile = flows5_run(flows, &other);
    struct timeline_request request = { .data = &other, .length = 1000000 };
    struct timeline timeline;
    cr_assert(timeline_make(&request, &timeline, NULL));
    cr_expect_leq(timeline.count, TIMELINE_MOST);
    cr_expect_eq(timeline.total.bytes, 7);
    timeline_release(&timeline);
    session_free(hostile);
}
