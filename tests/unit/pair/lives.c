/* SPDX-License-Identifier: MIT */
/* Ports used again within the tolerance. */
#include <criterion/criterion.h>
#include <string.h>

#include "net.h"

#define A "10.0.0.1"
#define B "10.0.0.2"

enum { RST = 4, CREATED = 1, DELETED = 2, DENIED = 3, UPDATED = 5 };

/* Flows, and the connection that each is to be of, by order of start. */
static void expect_owners(const struct seen *flows, uint32_t count, const uint32_t *owner)
{
    for (uint32_t turn = 0; turn < 2 * count; turn++) { /* begun with each of them, forwards and back */
        struct net net;
        uint32_t row[16], connections = 0;
        net_begin_small(&net, 0, turn % 3 ? 0 : 1);
        for (uint32_t i = 0; i < count; i++) {
            row[i] = turn % 2 ? (turn / 2 + count - i) % count : (turn / 2 + i) % count;
            net_add(&net, &flows[row[i]], 1);
            connections = owner[i] + 1 > connections ? owner[i] + 1 : connections;
        }
        net_finish(&net);
        expect_connections(&net, connections);
        for (uint32_t i = 0; i < count; i++)
            cr_expect_eq(pairs_connection_of_row(net.pairs, i), owner[row[i]], "turn %u, flow %u", turn,
                         row[i]);
        net_end(&net);
    }
}

Test(lives, a_syn_after_fin)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .flags = SYN | ACK | FIN),
        FLOW(TCP, B, 80, A, 40000, 5 * MS, SECOND, .flags = SYN | ACK | FIN),
        FLOW(TCP, A, 40000, B, 80, 2 * SECOND, 3 * SECOND, .flags = SYN | ACK | FIN),
        FLOW(TCP, B, 80, A, 40000, 2 * SECOND + 5 * MS, 3 * SECOND, .flags = SYN | ACK | FIN),
    };
    static const uint32_t owner[] = { 0, 0, 1, 1 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* The other side's RST ends it, too. */
Test(lives, a_syn_after_rst_of_the_other_side)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 0, .flags = SYN),
        FLOW(TCP, B, 80, A, 40000, 5 * MS, 5 * MS, .flags = RST | ACK),
        FLOW(TCP, A, 40000, B, 80, SECOND, 2 * SECOND, .flags = SYN | ACK),
        FLOW(TCP, B, 80, A, 40000, SECOND + MS, 2 * SECOND, .flags = SYN | ACK),
    };
    static const uint32_t owner[] = { 0, 0, 1, 1 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* What comes behind FIN without SYN still belongs to it: the last ACK, when the flow was exported at once. */
Test(lives, the_last_ack)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .flags = SYN | ACK | FIN),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND + MS, .flags = SYN | ACK | FIN),
        FLOW(TCP, A, 40000, B, 80, SECOND + 2 * MS, SECOND + 2 * MS, .flags = ACK),
    };
    static const uint32_t owner[] = { 0, 0, 0 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* The answer's SYN is not another beginning, though the question's flow has ended. */
Test(lives, the_syn_of_the_other_side)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 20 * MS, .flags = SYN | ACK | FIN),
        FLOW(TCP, B, 80, A, 40000, 60 * MS, 80 * MS, .flags = SYN | ACK | FIN),
    };
    static const uint32_t owner[] = { 0, 0 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* Pieces of a long one: SYN in the first, FIN in the last. */
Test(lives, one_long_life)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 60 * SECOND, .flags = SYN | ACK),
        FLOW(TCP, B, 80, A, 40000, MS, 60 * SECOND, .flags = SYN | ACK),
        FLOW(TCP, A, 40000, B, 80, 61 * SECOND, 90 * SECOND, .flags = ACK | FIN),
        FLOW(TCP, B, 80, A, 40000, 61 * SECOND, 90 * SECOND, .flags = ACK | FIN),
    };
    static const uint32_t owner[] = { 0, 0, 0, 0 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* The second exporter's clock is off, and it does not see flags: its flows go where they are nearest. */
Test(lives, as_another_exporter_sees_them)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .bytes = 100, .flags = SYN | ACK | FIN),
        FLOW(TCP, A, 40000, B, 80, 4 * SECOND, 5 * SECOND, .bytes = 200, .flags = SYN | ACK | FIN),
        FLOW(TCP, A, 40000, B, 80, 300 * MS, SECOND + 300 * MS, .bytes = 100, .session = 1),
        FLOW(TCP, A, 40000, B, 80, 4 * SECOND + 300 * MS, 5 * SECOND + 300 * MS, .bytes = 200, .session = 1),
    };
    static const uint32_t owner[] = { 0, 1, 0, 1 };
    expect_owners(flows, LENGTH(flows), owner);
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    cr_expect(net_connection(&net, 0).bytes[PAIR_CLIENT] == 100 && net_connection(&net, 0).duplicates == 1);
    cr_expect(net_connection(&net, 1).bytes[PAIR_CLIENT] == 200 && net_connection(&net, 1).duplicates == 1);
    net_end(&net);
}

/* What the first exporter lost, the second one still tells. */
Test(lives, one_that_the_leading_exporter_lost)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .flags = SYN | FIN),
        FLOW(TCP, A, 40000, B, 80, 8 * SECOND, 9 * SECOND, .flags = SYN | FIN),
        FLOW(TCP, A, 40000, B, 80, 12 * SECOND, 13 * SECOND, .flags = SYN | FIN),
        FLOW(TCP, A, 40000, B, 80, 4 * SECOND, 5 * SECOND, .flags = SYN | FIN, .session = 1),
        FLOW(TCP, A, 40000, B, 80, 8 * SECOND, 9 * SECOND, .flags = SYN | FIN, .session = 1),
    };
    static const uint32_t owner[] = { 0, 2, 3, 1, 2 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* A firewall's creation after its teardown; it has no flags to tell. */
Test(lives, by_events)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 0, .event = CREATED),
        FLOW(TCP, A, 40000, B, 80, 0, 5 * SECOND, .bytes = 10, .reverse_bytes = 20, .event = DELETED),
        FLOW(TCP, A, 40000, B, 80, 6 * SECOND, 6 * SECOND, .event = CREATED),
        FLOW(TCP, A, 40000, B, 80, 6 * SECOND, 9 * SECOND, .bytes = 30, .reverse_bytes = 40,
             .event = DELETED),
    };
    static const uint32_t owner[] = { 0, 0, 1, 1 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* The teardown was lost. */
Test(lives, created_twice)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 0, .event = CREATED),
        FLOW(TCP, A, 40000, B, 80, 6 * SECOND, 6 * SECOND, .event = CREATED),
        FLOW(TCP, A, 40000, B, 80, 6 * SECOND, 9 * SECOND, .bytes = 30, .reverse_bytes = 40,
             .event = DELETED),
    };
    static const uint32_t owner[] = { 0, 1, 1 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* Neither the teardown nor the creation came: but the reports of one say when it began, all the same. */
Test(lives, by_when_they_began)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 0, .event = CREATED),
        FLOW(TCP, A, 40000, B, 80, 0, 5 * SECOND, .bytes = 10, .reverse_bytes = 20, .event = UPDATED),
        FLOW(TCP, A, 40000, B, 80, 6 * SECOND, 9 * SECOND, .bytes = 30, .reverse_bytes = 40,
             .event = UPDATED),
        FLOW(TCP, A, 40000, B, 80, 6 * SECOND, 10 * SECOND, .bytes = 30, .reverse_bytes = 40,
             .event = DELETED),
    };
    static const uint32_t owner[] = { 0, 0, 1, 1 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* Reports that begin where the last one ended are of one. */
Test(lives, reports_that_follow_each_other)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 5 * SECOND, .bytes = 10, .reverse_bytes = 20, .event = UPDATED),
        FLOW(TCP, A, 40000, B, 80, 6 * SECOND, 9 * SECOND, .bytes = 30, .reverse_bytes = 40,
             .event = UPDATED),
        FLOW(TCP, A, 40000, B, 80, 10 * SECOND, 12 * SECOND, .bytes = 30, .reverse_bytes = 40,
             .event = DELETED),
    };
    static const uint32_t owner[] = { 0, 0, 0 };
    expect_owners(flows, LENGTH(flows), owner);
}

/* First denied, then allowed. */
Test(lives, denied_before)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 0, .event = DENIED),
        FLOW(TCP, A, 40000, B, 80, SECOND, SECOND, .event = DENIED),
        FLOW(TCP, A, 40000, B, 80, 3 * SECOND, 3 * SECOND, .event = CREATED),
        FLOW(TCP, A, 40000, B, 80, 3 * SECOND, 9 * SECOND, .bytes = 30, .reverse_bytes = 40,
             .event = DELETED),
    };
    static const uint32_t owner[] = { 0, 0, 1, 1 };
    expect_owners(flows, LENGTH(flows), owner);
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    cr_expect_eq(net_connection(&net, 0).reason, PAIR_DENIED);
    cr_expect_eq(net_connection(&net, 1).reason, PAIR_BIFLOW);
    net_end(&net);
}

/* Flags of another protocol mean nothing. */
Test(lives, not_of_udp)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 80, 0, SECOND, .flags = SYN | FIN),
        FLOW(UDP, A, 40000, B, 80, 2 * SECOND, 3 * SECOND, .flags = SYN | FIN),
    };
    static const uint32_t owner[] = { 0, 0 };
    expect_owners(flows, LENGTH(flows), owner);
}

Test(lives, each_has_its_own_sums)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND, .bytes = 100, .packets = 2, .flags = SYN | FIN),
        FLOW(TCP, B, 80, A, 40000, MS, SECOND, .bytes = 1000, .packets = 3, .flags = SYN | FIN),
        FLOW(TCP, A, 40000, B, 80, 2 * SECOND, 3 * SECOND, .bytes = 200, .packets = 4, .flags = SYN | FIN),
        FLOW(TCP, B, 80, A, 40000, 2 * SECOND + MS, 3 * SECOND, .bytes = 2000, .packets = 5,
             .flags = SYN | FIN),
    };
    struct net net;
    char why[512];
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    for (uint32_t i = 0; i < 2; i++) {
        struct connection c = net_connection(&net, i);
        cr_expect(c.paired && c.reused && c.evidence == PAIR_BY_START);
        cr_expect(c.bytes[PAIR_CLIENT] == 100 * (i + 1) && c.bytes[PAIR_SERVER] == 1000 * (i + 1));
        cr_expect(c.packets[PAIR_CLIENT] == 2 + 2 * i && c.packets[PAIR_SERVER] == 3 + 2 * i);
        cr_expect(c.start == 2 * i * SECOND && c.end == (2 * i + 1) * SECOND);
        connection_why(&c, why, sizeof why);
        cr_expect(strstr(why, "another connection of the same ports"), "%s", why);
    }
    expect_rows(&net, 0, (int[]) { 0, 1, -1 });
    expect_rows(&net, 1, (int[]) { 2, 3, -1 });
    net_end(&net);
}
