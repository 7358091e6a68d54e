/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "net.h"

#define A "10.0.0.1"
#define B "10.0.0.2"

static void expect_reason(const struct net *net, uint32_t index, enum pair_reason reason)
{
    struct connection c = net_connection(net, index);
    cr_expect_eq(c.reason, reason, "connection %u: %s", index, pair_reason_text(c.reason));
    cr_expect_eq(c.paired, reason == PAIR_BOTH_DIRECTIONS || reason == PAIR_VLAN_DIFFERS);
}

Test(leftover, the_same_vlan_needs_no_second_chance)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .vlan = 10, .vrf = 7),
        FLOW(TCP, B, 80, A, 40000, 1, SECOND, .vlan = 10, .vrf = 7),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    expect_reason(&net, 0, PAIR_BOTH_DIRECTIONS);
    cr_expect(net_connection(&net, 0).vlan == 10 && net_connection(&net, 0).vrf == 7);
    net_end(&net);
}

Test(leftover, directions_in_different_vlans)
{
    static const struct {
        uint16_t vlan[2];
        uint32_t vrf[2];
    } cases[] = {
        { { 10, 20 }, { 0, 0 } }, { { 10, 0 }, { 0, 0 } }, { { 0, 10 }, { 0, 0 } },
        { { 0, 0 }, { 1, 2 } },   { { 0, 0 }, { 0, 2 } },  { { 5, 5 }, { 1, 2 } },
    };
    for (uint32_t i = 0; i < LENGTH(cases); i++) {
        const struct seen flows[] = {
            FLOW(TCP, B, 80, A, 40000, 5, SECOND, .vlan = cases[i].vlan[0], .vrf = cases[i].vrf[0],
                 .bytes = 7),
            FLOW(TCP, A, 40000, B, 80, 0, SECOND, .vlan = cases[i].vlan[1], .vrf = cases[i].vrf[1],
                 .bytes = 3, .flags = SYN),
        };
        struct net net;
        net_of(&net, flows, LENGTH(flows));
        expect_connections(&net, 1);
        expect_reason(&net, 0, PAIR_VLAN_DIFFERS);
        expect_ends(&net, 0, A, 40000, B, 80);
        struct connection c = net_connection(&net, 0);
        cr_expect(c.bytes[PAIR_CLIENT] == 3 && c.bytes[PAIR_SERVER] == 7 && c.start == 0 && c.end == SECOND);
        expect_rows(&net, 0, (const int[]) { 0, 1, -1 });
        net_end(&net);
    }
}

/* Two customers with the same addresses, each in its own VLAN, at the same time. */
Test(leftover, two_customers_do_not_mix)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .vlan = 10, .bytes = 1),
        FLOW(TCP, A, 40000, B, 80, 1, SECOND, .vlan = 20, .bytes = 2),
        FLOW(TCP, B, 80, A, 40000, 2, SECOND, .vlan = 20, .bytes = 4),
        FLOW(TCP, B, 80, A, 40000, 3, SECOND, .vlan = 10, .bytes = 8),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    for (uint32_t i = 0; i < 2; i++) {
        struct connection c = net_connection(&net, i);
        expect_reason(&net, i, PAIR_BOTH_DIRECTIONS);
        cr_expect(c.vlan == (i ? 20 : 10));
        cr_expect(c.bytes[PAIR_CLIENT] == (i ? 2 : 1) && c.bytes[PAIR_SERVER] == (i ? 4 : 8));
    }
    net_end(&net);
}

/* A customer that is complete gives nothing to one that is not. */
Test(leftover, what_is_paired_is_not_touched)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .vlan = 10),
        FLOW(TCP, B, 80, A, 40000, 2, SECOND, .vlan = 10),
        FLOW(TCP, A, 40000, B, 80, 3, SECOND, .vlan = 20),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    expect_reason(&net, 0, PAIR_BOTH_DIRECTIONS);
    expect_reason(&net, 1, PAIR_NO_REVERSE);
    net_end(&net);
}

Test(leftover, the_same_direction_in_two_vlans_is_no_pair)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .bytes = 100, .vlan = 10),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .bytes = 110, .vlan = 20),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .bytes = 120),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 3);
    net_end(&net);
}

/* Ports used again and again, out and back in different VLANs: each finds its own half, in whatever order. */
Test(leftover, by_time_and_not_by_arrival)
{
    struct seen flows[20];
    for (int i = 0; i < 10; i++) {
        flows[i] = (struct seen)FLOW(UDP, A, 123, B, 123, i * 64 * SECOND, i * 64 * SECOND, .vlan = 10,
                                     .bytes = (uint64_t)i + 1);
        flows[19 - i] = (struct seen)FLOW(UDP, B, 123, A, 123, i * 64 * SECOND + 5, i * 64 * SECOND + 5,
                                          .vlan = 20, .bytes = (uint64_t)i + 1);
    }
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 10);
    for (uint32_t i = 0; i < 10; i++) {
        struct connection c = net_connection(&net, i);
        expect_reason(&net, i, PAIR_VLAN_DIFFERS);
        cr_expect(c.bytes[PAIR_CLIENT] == i + 1 && c.bytes[PAIR_SERVER] == i + 1);
    }
    net_end(&net);
}

Test(leftover, tolerance_holds_here_too)
{
    for (int64_t late = 0; late < 2; late++) {
        const struct seen flows[] = {
            FLOW(TCP, A, 40000, B, 80, 0, SECOND, .vlan = 10),
            FLOW(TCP, B, 80, A, 40000, 31 * SECOND + late, 40 * SECOND, .vlan = 20),
        };
        struct net net;
        net_of(&net, flows, LENGTH(flows));
        expect_connections(&net, late ? 2 : 1);
        net_end(&net);
    }
}

Test(leftover, rows_stay_in_store_order)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .vlan = 10),
        FLOW(TCP, B, 80, A, 40000, 0, SECOND, .vlan = 20),
        FLOW(TCP, A, 40000, B, 80, SECOND, 2 * SECOND, .vlan = 10),
        FLOW(TCP, B, 80, A, 40000, SECOND, 2 * SECOND, .vlan = 20),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    expect_rows(&net, 0, (const int[]) { 0, 1, 2, 3, -1 });
    net_end(&net);
}

/* A question in one VLAN and its answer in another; but no two questions. */
Test(leftover, icmp_in_different_vlans)
{
    static const struct seen flows[] = {
        FLOW(ICMP4, A, 0, B, 0, 0, SECOND, .icmp = 8 * 256, .vlan = 10),
        FLOW(ICMP4, B, 0, A, 0, 1, SECOND, .icmp = 0, .vlan = 20),
        FLOW(ICMP4, "10.1.0.1", 0, B, 0, 2, SECOND, .icmp = 8 * 256, .vlan = 10),
        FLOW(ICMP4, B, 0, "10.1.0.1", 0, 3, SECOND, .icmp = 8 * 256, .vlan = 20),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 3);
    expect_reason(&net, 0, PAIR_VLAN_DIFFERS);
    cr_expect_eq(net_connection(&net, 0).evidence, PAIR_BY_ICMP);
    expect_reason(&net, 1, PAIR_NO_REVERSE);
    expect_reason(&net, 2, PAIR_NO_REVERSE);
    net_end(&net);
}
