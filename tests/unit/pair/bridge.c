/* SPDX-License-Identifier: MIT */
/* Pauses longer than the tolerance. */
#include <criterion/criterion.h>
#include <string.h>

#include "net.h"

#define A      "10.0.0.1"
#define B      "10.0.0.2"
#define MINUTE (60 * SECOND)

enum { PSH = 8, IDLE = 1, ACTIVE = 2 };

/* So many connections, in either order of arrival, whatever is remembered. */
static void expect_count(const struct seen *flows, uint32_t count, uint32_t connections)
{
    for (uint32_t turn = 0; turn < 4; turn++) {
        struct net net;
        net_begin_small(&net, 0, turn / 2);
        for (uint32_t i = 0; i < count; i++)
            net_add(&net, &flows[turn % 2 ? count - 1 - i : i], 1);
        net_finish(&net);
        expect_connections(&net, connections);
        cr_expect_eq(net_connection(&net, 0).bridged, connections == 1);
        net_end(&net);
    }
}

/* Two flows of one direction with a pause between them. */
static void expect_pause(uint8_t proto, int64_t pause, struct seen first, struct seen second,
                         uint32_t connections)
{
    struct seen flows[2] = { first, second };
    for (unsigned i = 0; i < 2; i++) {
        flows[i].proto = proto;
        flows[i].src = A;
        flows[i].dst = B;
        flows[i].sport = 40000;
        flows[i].dport = 80;
        flows[i].start = i ? MINUTE + pause : 0;
        flows[i].end = flows[i].start + MINUTE;
    }
    expect_count(flows, 2, connections);
}

#define SAID(...) ((struct seen) { __VA_ARGS__ })

Test(bridge, tcp_that_nothing_ended)
{
    expect_pause(TCP, 5 * MINUTE, SAID(.flags = SYN | ACK), SAID(.flags = ACK), 1);
    expect_pause(TCP, 5 * MINUTE + SECOND, SAID(.flags = SYN | ACK), SAID(.flags = ACK), 2);
    expect_pause(TCP, 2 * MINUTE, SAID(.flags = SYN | ACK | FIN), SAID(.flags = ACK), 2);
    expect_pause(TCP, 2 * MINUTE, SAID(.flags = ACK), SAID(.flags = SYN | ACK), 2);
    expect_pause(UDP, 2 * MINUTE, SAID(.flags = ACK), SAID(.flags = ACK), 2);
}

/* Who tells of no flags tells nothing of an end. */
Test(bridge, no_flags)
{
    expect_pause(TCP, 2 * MINUTE, SAID(.bytes = 1), SAID(.bytes = 1), 2);
    expect_pause(TCP, 2 * MINUTE, SAID(.flags = ACK), SAID(.bytes = 1), 2);
}

Test(bridge, the_active_timeout_is_no_end)
{
    expect_pause(UDP, 4 * MINUTE, SAID(.end_reason = ACTIVE), SAID(.end_reason = IDLE), 1);
    expect_pause(UDP, 60 * MINUTE, SAID(.end_reason = ACTIVE), SAID(.end_reason = IDLE), 1);
    expect_pause(UDP, 61 * MINUTE, SAID(.end_reason = ACTIVE), SAID(.end_reason = IDLE), 2);
    expect_pause(UDP, 4 * MINUTE, SAID(.end_reason = IDLE), SAID(.end_reason = ACTIVE), 2);
    expect_pause(TCP, 4 * MINUTE, SAID(.end_reason = ACTIVE), SAID(.flags = SYN), 2);
}

/* What has lasted long may pause long; it is the whole that counts. */
Test(bridge, a_long_life)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, MINUTE, .flags = SYN | ACK),
        FLOW(TCP, A, 40000, B, 80, 5 * MINUTE, 6 * MINUTE, .flags = ACK),
        FLOW(TCP, A, 40000, B, 80, 12 * MINUTE, 13 * MINUTE, .flags = ACK),
        FLOW(TCP, A, 40000, B, 80, 23 * MINUTE, 24 * MINUTE, .flags = ACK),
    };
    expect_count(flows, LENGTH(flows), 1);
}

/* Nobody says why flows ended, but one after the other lasted a minute: one of them is missing. */
Test(bridge, cut_like_the_others)
{
    struct seen flows[5];
    for (uint32_t i = 0; i < 5; i++) {
        int64_t start = (i + (i > 3)) * MINUTE;
        flows[i] = (struct seen)FLOW(UDP, A, 40000, B, 5004, start, start + 58 * SECOND);
    }
    expect_count(flows, 5, 1);
    flows[3].end = flows[3].start + 20 * SECOND; /* this one ended by itself */
    expect_count(flows, 5, 2);
    flows[3].end = flows[3].start + 58 * SECOND;
    flows[1].end = flows[1].start + 45 * SECOND; /* at the least */
    expect_count(flows, 5, 1);
    flows[1].start += 10 * SECOND; /* they were not cut at a time of their own */
    expect_count(flows, 5, 2);
}

/* Days apart are others, whatever they say. */
Test(bridge, days_apart)
{
    expect_pause(TCP, 2 * 24 * 60 * MINUTE, SAID(.flags = ACK, .end_reason = ACTIVE), SAID(.flags = ACK), 2);
}

/* Of two lives in one, the later one has to go on, and not the one before. */
Test(bridge, the_last_life_goes_on)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .flags = SYN | ACK | FIN),
        FLOW(TCP, A, 40000, B, 80, 3 * SECOND, MINUTE, .flags = SYN | ACK),
        FLOW(TCP, A, 40000, B, 80, 3 * MINUTE, 4 * MINUTE, .flags = ACK | FIN),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    expect_rows(&net, 0, (int[]) { 0, -1 });
    expect_rows(&net, 1, (int[]) { 1, 2, -1 });
    net_end(&net);
}

Test(bridge, it_says_so)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .flags = SYN | ACK),
        FLOW(TCP, A, 40000, B, 80, MINUTE, 2 * MINUTE, .flags = PSH | ACK),
    };
    struct net net;
    char why[512];
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    struct connection c = net_connection(&net, 0);
    connection_why(&c, why, sizeof why);
    cr_expect(strstr(why, "joined over a pause in which nothing ended it"), "%s", why);
    net_end(&net);
}
