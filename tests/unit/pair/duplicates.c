/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "net.h"

#define A "10.0.0.1"
#define B "10.0.0.2"

/* One connection with these sums, client first; which rows are duplicates is told by bits. */
static void expect_one(const struct seen *flows, uint32_t count, uint64_t client, uint64_t server,
                       unsigned duplicates)
{
    struct net net;
    net_of(&net, flows, count);
    expect_connections(&net, 1);
    struct connection c = net_connection(&net, 0);
    cr_expect_eq(c.bytes[PAIR_CLIENT], client, "client: %ju", (uintmax_t)c.bytes[PAIR_CLIENT]);
    cr_expect_eq(c.bytes[PAIR_SERVER], server, "server: %ju", (uintmax_t)c.bytes[PAIR_SERVER]);
    cr_expect_eq(c.packets[PAIR_CLIENT], client / 10);
    cr_expect_eq(c.packets[PAIR_SERVER], server / 10);
    cr_expect_eq(c.flows[0] + c.flows[1], count, "duplicates are listed");
    cr_expect_eq(c.duplicates, (unsigned)__builtin_popcount(duplicates), "%u duplicates", c.duplicates);
    uint32_t rows = 0;
    for (uint32_t r = pairs_first_row(net.pairs, 0); r != PAIR_NONE; r = pairs_next_row(net.pairs, r), rows++)
        cr_expect_eq(pairs_row_duplicate(net.pairs, r), duplicates >> r & 1, "row %u", r);
    cr_expect_eq(rows, count);
    net_end(&net);
}

#define SUM(n) .bytes = (n), .packets = (n) / 10

Test(duplicates, two_exporters_of_one_path)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .flags = SYN, .session = 0),
        FLOW(TCP, B, 80, A, 40000, 0, SECOND, SUM(5000), .session = 0),
        FLOW(TCP, A, 40000, B, 80, MS, SECOND, SUM(1000), .flags = SYN, .session = 1),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND, SUM(4990), .session = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 12);
}

Test(duplicates, the_point_that_saw_most_counts)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(900), .session = 3),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .session = 1),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(950), .session = 2),
    };
    expect_one(flows, LENGTH(flows), 1000, 0, 5);
}

Test(duplicates, ingress_and_egress)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .direction = 0),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .direction = 1),
        FLOW(TCP, B, 80, A, 40000, 1, SECOND, SUM(700), .direction = 0),
        FLOW(TCP, B, 80, A, 40000, 1, SECOND, SUM(700), .direction = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 700, 10);
}

/* Each exporter sees one direction only, as on asymmetric ways: nothing is seen twice. */
Test(duplicates, asymmetric_ways)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .session = 0),
        FLOW(TCP, B, 80, A, 40000, 1, SECOND, SUM(5000), .session = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 0);
}

/* Points that saw different parts of a connection's life add up. */
Test(duplicates, one_after_the_other)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 10 * SECOND, SUM(1000), .session = 0),
        FLOW(TCP, A, 40000, B, 80, 11 * SECOND, 20 * SECOND, SUM(2000), .session = 1),
    };
    expect_one(flows, LENGTH(flows), 3000, 0, 0);
}

/* Each exporter cuts a long flow where its own timeout falls. */
Test(duplicates, pieces_cut_elsewhere)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 60 * SECOND, SUM(1000), .session = 0),
        FLOW(TCP, A, 40000, B, 80, 0, 30 * SECOND, SUM(500), .session = 1),
        FLOW(TCP, A, 40000, B, 80, 30 * SECOND + 1, 90 * SECOND, SUM(990), .session = 1),
        FLOW(TCP, A, 40000, B, 80, 60 * SECOND + 1, 100 * SECOND, SUM(500), .session = 0),
    };
    expect_one(flows, LENGTH(flows), 1500, 0, 6);
}

/* The same point twice is no second look: a flow cache has two flows of these ends where they differ in something. */
Test(duplicates, one_point_has_none)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .session = 7),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1010), .session = 7),
    };
    expect_one(flows, LENGTH(flows), 2010, 0, 0);
}

/* Its export packet came twice, or both interfaces export without saying which one they are. */
Test(duplicates, the_same_record_again)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .session = 7),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .session = 7),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .session = 7),
    };
    expect_one(flows, LENGTH(flows), 1000, 0, 6);
}

/* By clocks that count seconds two flows of one packet are equal in all. */
Test(duplicates, equal_by_seconds)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 80, SECOND, SECOND, SUM(100), .session = 7),
        FLOW(UDP, A, 40000, B, 80, SECOND, SECOND, SUM(100), .session = 7),
    };
    expect_one(flows, LENGTH(flows), 200, 0, 0);
}

Test(duplicates, ends_before_starts)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 2 * SECOND, SECOND, SUM(1000), .session = 0),
        FLOW(TCP, A, 40000, B, 80, 2 * SECOND, SECOND, SUM(900), .session = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 0, 2);
}

Test(duplicates, records_of_both_directions)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .reverse_bytes = 5000, .reverse_packets = 500,
             .session = 0),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(990), .reverse_bytes = 4990, .reverse_packets = 499,
             .session = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 2);
}

/* The second exporter saw the answer first, and so tells of it the other way round. */
Test(duplicates, records_of_both_directions_turned)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .reverse_bytes = 5000, .reverse_packets = 500,
             .session = 0),
        FLOW(TCP, B, 80, A, 40000, 0, SECOND, SUM(4990), .reverse_bytes = 990, .reverse_packets = 99,
             .session = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 2);
}

/* More observation points than are held against each other. */
Test(duplicates, many_points)
{
    struct seen flows[10];
    for (uint32_t i = 0; i < 10; i++)
        flows[i] = (struct seen)FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(100), .session = i);
    expect_one(flows, 10, 100, 0, 0x3fe);
}

Test(duplicates, in_different_vlans_after_joining)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .vlan = 10, .session = 0),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .vlan = 10, .session = 1),
        FLOW(TCP, B, 80, A, 40000, 1, SECOND, SUM(5000), .vlan = 20, .session = 0),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 2);
}

/* Families of sessions: two ports of the first exporter, and another one. */
static uint32_t family_of(void *user, uint32_t session)
{
    (void)user;
    return session / 2;
}

static void expect_with_families(const struct seen *flows, uint32_t count, uint64_t bytes,
                                 unsigned duplicates)
{
    struct pairs_config config = { .family = family_of };
    struct net net = { .store = flow_store_new(),
                       .pairs = pairs_new(&config),
                       .candidates = candidates_new() };
    net_add(&net, flows, count);
    net_finish(&net);
    expect_connections(&net, 1);
    struct connection c = net_connection(&net, 0);
    cr_expect_eq(c.bytes[0] + c.bytes[1], bytes, "%ju", (uintmax_t)(c.bytes[0] + c.bytes[1]));
    for (uint32_t r = 0; r < count; r++)
        cr_expect_eq(pairs_row_duplicate(net.pairs, r), duplicates >> r & 1, "row %u", r);
    net_end(&net);
}

/* Pieces in turn from two ports of an exporter: one follows the other, sooner than clocks of two would tell. */
Test(duplicates, an_exporter_whose_port_changes)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 80, 0, 60 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, A, 40000, B, 80, 60 * SECOND + MS, 61 * SECOND, SUM(100), .session = 1),
        FLOW(UDP, A, 40000, B, 80, 61 * SECOND + MS, 120 * SECOND, SUM(2000), .session = 0),
        FLOW(UDP, A, 40000, B, 80, 60 * SECOND + 300 * MS, 61 * SECOND + 300 * MS, SUM(100), .session = 2),
    };
    expect_with_families(flows, LENGTH(flows), 3100, 8);
}

/* It was restarted, and both of them tell of a second. */
Test(duplicates, an_exporter_that_begins_anew)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 80, 0, 60 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, A, 40000, B, 80, 59 * SECOND, 90 * SECOND, SUM(500), .session = 1),
    };
    expect_with_families(flows, LENGTH(flows), 1500, 0);
}

/* What one point lost is taken from the other. */
Test(duplicates, what_one_point_lost)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 80, 0, 60 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, A, 40000, B, 80, 120 * SECOND, 180 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, A, 40000, B, 80, 0, 60 * SECOND, SUM(900), .session = 1, .end_reason = 2),
        FLOW(UDP, A, 40000, B, 80, 60 * SECOND, 120 * SECOND, SUM(900), .session = 1, .end_reason = 2),
    };
    expect_one(flows, LENGTH(flows), 2900, 0, 4);
}

/* A packet at which one point ends a flow, and that with which it begins the next, are one flow of another point. */
Test(duplicates, across_a_cut)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 80, 0, 60 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, A, 40000, B, 80, 72 * SECOND, 100 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, A, 40000, B, 80, 0, 50 * SECOND, SUM(900), .session = 1),
        FLOW(UDP, A, 40000, B, 80, 60 * SECOND, 72 * SECOND, SUM(20), .session = 1),
    };
    expect_one(flows, LENGTH(flows), 2000, 0, 12);
}

/* Flows of one packet at clocks that differ. */
Test(duplicates, by_other_clocks)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 53, 0, 0, SUM(60), .session = 0),
        FLOW(UDP, B, 53, A, 40000, 5 * MS, 5 * MS, SUM(120), .session = 0),
        FLOW(UDP, A, 40000, B, 53, 900 * MS, 900 * MS, SUM(60), .session = 1),
        FLOW(UDP, B, 53, A, 40000, 905 * MS, 905 * MS, SUM(120), .session = 1),
    };
    expect_one(flows, LENGTH(flows), 60, 120, 12);
}

/* A clock is wrong by seconds: counters, flags and lengths tell. */
Test(duplicates, by_a_wrong_clock)
{
    struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 53, 0, 100 * MS, SUM(600), .flags = SYN, .session = 0),
        FLOW(TCP, A, 40000, B, 53, 9 * SECOND, 9 * SECOND + 100 * MS, SUM(600), .flags = SYN, .session = 1),
    };
    expect_one(flows, LENGTH(flows), 600, 0, 2);
    flows[1].bytes = 590;
    flows[1].packets = 59;
    expect_one(flows, LENGTH(flows), 1190, 0, 0);
}

/* Multicast that a router sends out of several interfaces, which only the records tell apart. */
Test(duplicates, copies_at_other_interfaces)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 5004, "239.1.1.1", 5004, SECOND, SECOND, SUM(1000), .output = 1),
        FLOW(UDP, A, 5004, "239.1.1.1", 5004, SECOND, SECOND, SUM(1000), .output = 2),
        FLOW(UDP, A, 5004, "239.1.1.1", 5004, SECOND, SECOND, SUM(1000), .output = 3),
    };
    expect_one(flows, LENGTH(flows), 1000, 0, 6);
}

/* Who is first is asked of one clock: the second one is behind, and its flow of the server seems to be the first. */
Test(duplicates, who_was_first_by_one_clock)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 40001, SECOND, 2 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, B, 40001, A, 40000, SECOND + MS, 2 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, B, 40001, A, 40000, 800 * MS, 2 * SECOND, SUM(900), .session = 1),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_ends(&net, 0, A, 40000, B, 40001);
    cr_expect_eq(net_connection(&net, 0).evidence, PAIR_BY_START);
    net_end(&net);
}

/* No exporter saw both sides: their clocks say nothing. */
Test(duplicates, who_was_first_by_no_clock)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 53, SECOND, 2 * SECOND, SUM(1000), .session = 0),
        FLOW(UDP, B, 53, A, 40000, 800 * MS, 2 * SECOND, SUM(1000), .session = 1),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_ends(&net, 0, A, 40000, B, 53);
    cr_expect_eq(net_connection(&net, 0).evidence, PAIR_BY_PORT);
    net_end(&net);
}
