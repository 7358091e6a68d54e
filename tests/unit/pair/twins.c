/* SPDX-License-Identifier: MIT */
/* One connection seen in several VLANs or VRFs. */
#include <criterion/criterion.h>

#include "net.h"

#define A "10.0.0.1"
#define B "10.0.0.2"

#define SUM(n) .bytes = (n), .packets = (n) / 10

/* One connection with these sums, client first, whatever comes first and is remembered. */
static void expect_one(const struct seen *flows, uint32_t count, uint64_t client, uint64_t server,
                       uint32_t duplicates)
{
    for (uint32_t turn = 0; turn < 2 * count; turn++) {
        struct net net;
        net_begin_small(&net, 0, turn % 2);
        for (uint32_t i = 0; i < count; i++)
            net_add(&net, &flows[(turn / 2 + i) % count], 1);
        net_finish(&net);
        expect_connections(&net, 1);
        struct connection c = net_connection(&net, 0);
        cr_expect(c.twin && c.bytes[PAIR_CLIENT] == client && c.bytes[PAIR_SERVER] == server,
                  "turn %u: %ju, %ju", turn, (uintmax_t)c.bytes[PAIR_CLIENT],
                  (uintmax_t)c.bytes[PAIR_SERVER]);
        cr_expect_eq(c.duplicates, duplicates);
        cr_expect_eq(c.flows[0] + c.flows[1], count);
        net_end(&net);
    }
}

static void expect_several(const struct seen *flows, uint32_t count, uint32_t connections)
{
    struct net net;
    net_of(&net, flows, count);
    expect_connections(&net, connections);
    for (uint32_t i = 0; i < connections; i++)
        cr_expect_not(net_connection(&net, i).twin);
    net_end(&net);
}

Test(twins, ingress_and_egress_of_a_router)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .flags = SYN, .vlan = 10, .direction = 0),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .flags = SYN, .vlan = 20, .direction = 1),
        FLOW(TCP, B, 80, A, 40000, 1, SECOND, SUM(5000), .vlan = 20, .direction = 0),
        FLOW(TCP, B, 80, A, 40000, 1, SECOND, SUM(5000), .vlan = 10, .direction = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 2);
}

/* v5 of another exporter, which knows no VLANs. */
Test(twins, with_and_without_a_vlan)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .flags = SYN, .vlan = 10),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND, SUM(5000), .vlan = 10),
        FLOW(TCP, A, 40000, B, 80, 500 * MS, 2 * SECOND, SUM(990), .flags = SYN, .session = 1),
        FLOW(TCP, B, 80, A, 40000, 501 * MS, 2 * SECOND, SUM(4990), .session = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 2);
}

/* Each direction in the VLAN it comes from, and all of it from another exporter. */
Test(twins, three_keys)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .flags = SYN, .vlan = 10),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND, SUM(5000), .vlan = 20),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(990), .flags = SYN, .session = 1),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND, SUM(4990), .session = 1),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 2);
}

/* A mirror port shows both VLANs to one point: the same to the last bit. */
Test(twins, all_the_same_at_one_point)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .flags = SYN, .vlan = 10),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND, SUM(5000), .vlan = 10),
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .flags = SYN, .vlan = 20),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND, SUM(5000), .vlan = 20),
    };
    expect_one(flows, LENGTH(flows), 1000, 5000, 2);
}

/* One point sees both of them: two customers. */
Test(twins, customers)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, SUM(1000), .flags = SYN, .vrf = 1),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND, SUM(5000), .vrf = 1),
        FLOW(TCP, A, 40000, B, 80, MS, SECOND, SUM(1100), .flags = SYN, .vrf = 2),
        FLOW(TCP, B, 80, A, 40000, 2 * MS, SECOND, SUM(5200), .vrf = 2),
    };
    expect_several(flows, LENGTH(flows), 2);
}

/* Another beginning, or other sizes: others. */
Test(twins, not_alike)
{
    struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 9 * SECOND, SUM(1000), .vlan = 10),
        FLOW(TCP, A, 40000, B, 80, 2 * SECOND, 9 * SECOND, SUM(1000), .vlan = 20, .session = 1),
    };
    expect_several(flows, LENGTH(flows), 2);
    flows[1].start = 0;
    flows[1].bytes = 3000;
    expect_several(flows, LENGTH(flows), 2);
    flows[1].bytes = 1100;
    expect_one(flows, LENGTH(flows), 1100, 0, 1);
}
