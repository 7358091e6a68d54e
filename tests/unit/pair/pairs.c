/* SPDX-License-Identifier: MIT */
#include "pair/pairs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "net.h"

#define A "10.0.0.1"
#define B "10.0.0.2"

Test(pairs, both_directions_in_any_order)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 53, 10 * MS, 20 * MS, .packets = 1, .bytes = 60),
        FLOW(UDP, B, 53, A, 40000, 12 * MS, 30 * MS, .packets = 2, .bytes = 500),
    };
    for (uint32_t first = 0; first < 2; first++) {
        struct net net;
        net_begin(&net, 0);
        net_add(&net, &flows[first], 1);
        net_add(&net, &flows[!first], 1);
        net_finish(&net);
        expect_connections(&net, 1);
        struct connection c = net_connection(&net, 0);
        cr_expect(c.paired && c.reason == PAIR_BOTH_DIRECTIONS && c.proto == UDP);
        cr_expect(c.start == 10 * MS && c.end == 30 * MS);
        cr_expect(c.packets[PAIR_CLIENT] == 1 && c.packets[PAIR_SERVER] == 2);
        cr_expect(c.bytes[PAIR_CLIENT] == 60 && c.bytes[PAIR_SERVER] == 500);
        cr_expect(c.flows[PAIR_CLIENT] == 1 && c.flows[PAIR_SERVER] == 1 && c.duplicates == 0);
        expect_ends(&net, 0, A, 40000, B, 53);
        expect_rows(&net, 0, (const int[]) { 0, 1, -1 });
        net_end(&net);
    }
}

Test(pairs, tolerance_to_the_nanosecond)
{
    static const struct {
        int64_t gap;
        uint32_t connections;
    } cases[] = { { 0, 1 },          { 1, 1 },          { 999999999, 1 },
                  { 1000000000, 1 }, { 1000000001, 2 }, { INT64_MAX / 2, 2 } };
    for (uint32_t i = 0; i < LENGTH(cases); i++) {
        for (uint32_t first = 0; first < 2; first++) {
            const struct seen flows[] = {
                FLOW(TCP, A, 40000, B, 80, 0, SECOND),
                FLOW(TCP, B, 80, A, 40000, SECOND + cases[i].gap, SECOND + cases[i].gap),
            };
            struct net net;
            net_begin(&net, SECOND);
            net_add(&net, &flows[first], 1);
            net_add(&net, &flows[!first], 1);
            net_finish(&net);
            cr_expect_eq(pairs_count(net.pairs), cases[i].connections, "gap of %jd ns",
                         (intmax_t)cases[i].gap);
            net_end(&net);
        }
    }
}

Test(pairs, tolerance_is_half_a_minute)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 1, B, 2, 0, 0),
        FLOW(TCP, B, 2, A, 1, 30 * SECOND, 31 * SECOND),
        FLOW(TCP, A, 1, B, 2, 61 * SECOND + 1, 62 * SECOND),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    net_end(&net);
}

Test(pairs, many_connections_of_one_millisecond)
{
    struct seen flows[200];
    struct net net;
    for (uint16_t i = 0; i < 100; i++) {
        flows[i] = (struct seen)FLOW(TCP, A, (uint16_t)(40000 + i), B, 80, 5 * MS, 6 * MS, .packets = i + 1u);
        flows[199 - i] =
            (struct seen)FLOW(TCP, B, 80, A, (uint16_t)(40000 + i), 5 * MS, 6 * MS, .packets = i + 1u);
    }
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 100);
    for (uint32_t i = 0; i < 100; i++) {
        struct connection c = net_connection(&net, i);
        cr_assert(c.paired && c.packets[0] == c.packets[1] && c.packets[0] == c.port[PAIR_CLIENT] - 39999u);
    }
    net_end(&net);
}

Test(pairs, ports_used_again_later)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND),
        FLOW(TCP, B, 80, A, 40000, 0, SECOND),
        FLOW(TCP, A, 40000, B, 80, 100 * SECOND, 101 * SECOND),
        FLOW(TCP, B, 80, A, 40000, 100 * SECOND, 101 * SECOND),
        FLOW(TCP, B, 80, A, 40000, SECOND / 2, 2 * SECOND), /* late, of the first */
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    cr_expect(net_connection(&net, 0).paired && net_connection(&net, 1).paired);
    expect_rows(&net, 0, (const int[]) { 0, 1, 4, -1 });
    expect_rows(&net, 1, (const int[]) { 2, 3, -1 });
    net_end(&net);
}

Test(pairs, directions_too_far_apart)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND),
        FLOW(TCP, B, 80, A, 40000, 100 * SECOND, 101 * SECOND),
        FLOW(TCP, A, 50000, B, 80, 0, SECOND), /* twice the same direction: there is no other one */
        FLOW(TCP, A, 50000, B, 80, 100 * SECOND, 101 * SECOND),
    };
    static const enum pair_reason wanted[] = { PAIR_APART, PAIR_NO_REVERSE, PAIR_APART, PAIR_NO_REVERSE };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 4);
    for (uint32_t i = 0; i < 4; i++) {
        struct connection c = net_connection(&net, i);
        cr_expect(!c.paired && c.reason == wanted[i], "connection %u: %s", i, pair_reason_text(c.reason));
    }
    net_end(&net);
}

/* Pieces of a long flow, cut by the active timeout; each direction in its own rhythm, and one piece late. */
Test(pairs, pieces_of_one_connection)
{
    struct seen flows[20];
    for (int i = 0; i < 10; i++) {
        flows[i] = (struct seen)FLOW(TCP, A, 40000, B, 80, i * 60 * SECOND, (i + 1) * 60 * SECOND - 1,
                                     .packets = 10, .bytes = 1000);
        flows[10 + i] = (struct seen)FLOW(TCP, B, 80, A, 40000, i * 60 * SECOND + 5, (i + 1) * 60 * SECOND,
                                          .packets = 20, .bytes = 9000);
    }
    struct seen late = flows[3];
    flows[3] = flows[7];
    flows[7] = late;
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    struct connection c = net_connection(&net, 0);
    cr_expect(c.start == 0 && c.end == 600 * SECOND);
    cr_expect(c.bytes[PAIR_CLIENT] == 10000 && c.bytes[PAIR_SERVER] == 90000);
    cr_expect(c.packets[PAIR_CLIENT] == 100 && c.packets[PAIR_SERVER] == 200);
    cr_expect(c.flows[PAIR_CLIENT] == 10 && c.flows[PAIR_SERVER] == 10 && c.duplicates == 0);
    net_end(&net);
}

/* One side was silent for longer than the tolerance, the other was not: its one flow comes when both are over. */
Test(pairs, a_flow_between_two_makes_them_one)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, 10 * SECOND, .bytes = 1),
        FLOW(TCP, A, 40000, B, 80, 100 * SECOND, 110 * SECOND, .bytes = 2),
        FLOW(TCP, A, 40000, B, 80, 200 * SECOND, 210 * SECOND, .bytes = 4),
        FLOW(TCP, A, 40000, B, 80, 201 * SECOND, 210 * SECOND, .bytes = 8),
        FLOW(TCP, B, 80, A, 40000, SECOND, 205 * SECOND, .bytes = 100),
        FLOW(TCP, A, 40000, B, 80, 1 * SECOND, 2 * SECOND, .bytes = 16),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    struct connection c = net_connection(&net, 0);
    cr_expect(c.paired && c.bytes[PAIR_CLIENT] == 31 && c.bytes[PAIR_SERVER] == 100);
    cr_expect(c.flows[PAIR_CLIENT] == 5 && c.flows[PAIR_SERVER] == 1 && c.duplicates == 0);
    cr_expect(c.start == 0 && c.end == 210 * SECOND);
    expect_rows(&net, 0, (const int[]) { 0, 1, 2, 3, 4, 5, -1 });
    net_end(&net);
}

Test(pairs, one_address_and_port_on_both_sides)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 5000, A, 5000, 0, MS, .packets = 3, .bytes = 30),
        FLOW(UDP, A, 5000, A, 5000, 2 * MS, 3 * MS, .packets = 4, .bytes = 40),
        FLOW(TCP, A, 5000, A, 6000, 10 * MS, 30 * MS, .bytes = 1),
        FLOW(TCP, A, 6000, A, 5000, 11 * MS, 30 * MS, .bytes = 2),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    struct connection c = net_connection(&net, 0);
    cr_expect(!c.paired && c.packets[PAIR_CLIENT] + c.packets[PAIR_SERVER] == 7);
    expect_ends(&net, 0, A, 5000, A, 5000);
    cr_expect(net_connection(&net, 1).paired);
    cr_expect_eq(net_connection(&net, 1).bytes[PAIR_CLIENT] + net_connection(&net, 1).bytes[PAIR_SERVER], 3);
    net_end(&net);
}

Test(pairs, equal_ports)
{
    static const struct seen flows[] = {
        FLOW(UDP, B, 123, A, 123, 0, 0, .bytes = 76),
        FLOW(UDP, A, 123, B, 123, 20 * MS, 20 * MS, .bytes = 48),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    expect_ends(&net, 0, B, 123, A, 123);
    cr_expect_eq(net_connection(&net, 0).bytes[PAIR_CLIENT], 76);
    net_end(&net);
}

/* The same number of ports and addresses, but one thing is other: never one connection. */
Test(pairs, what_differs_is_apart)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 0, SECOND),
        FLOW(UDP, B, 80, A, 40000, 0, SECOND),
        FLOW(TCP, B, 81, A, 40000, 0, SECOND),
        FLOW(TCP, B, 40000, A, 80, 0, SECOND),
        FLOW(TCP, "10.0.0.3", 80, A, 40000, 0, SECOND),
        FLOW(TCP, "::ffff:10.0.0.2", 80, "::ffff:10.0.0.1", 40000, 0, SECOND),
        FLOW(TCP, "::10.0.0.2", 80, "::10.0.0.1", 40000, 0, SECOND),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, LENGTH(flows));
    for (uint32_t i = 0; i < LENGTH(flows); i++)
        cr_expect_eq(net_connection(&net, i).reason, PAIR_NO_REVERSE);
    net_end(&net);
}

Test(pairs, ipv6)
{
    static const struct {
        const char *a, *b;
    } cases[] = {
        { "2001:db8::1", "2001:db8::2" },         { "2001:db8::2", "2001:db8::1" },
        { "2001:db8:1::1", "2001:db8::1" }, /* they differ in the upper half only */
        { "::ffff:10.0.0.1", "::ffff:10.0.0.2" }, { "fe80::1", "2001:db8::1" },
    };
    for (uint32_t i = 0; i < LENGTH(cases); i++) {
        const struct seen flows[] = {
            FLOW(UDP, cases[i].a, 50000, cases[i].b, 443, 0, SECOND, .bytes = 10),
            FLOW(UDP, cases[i].b, 443, cases[i].a, 50000, 1, SECOND, .bytes = 20),
            FLOW(UDP, cases[i].b, 50000, cases[i].a, 443, 2, SECOND, .bytes = 40),
        };
        struct net net;
        net_of(&net, flows, LENGTH(flows));
        expect_connections(&net, 2);
        expect_ends(&net, 0, cases[i].a, 50000, cases[i].b, 443);
        struct connection c = net_connection(&net, 0);
        cr_expect(c.paired && c.bytes[PAIR_CLIENT] == 10 && c.bytes[PAIR_SERVER] == 20);
        expect_ends(&net, 1, cases[i].b, 50000, cases[i].a, 443);
        net_end(&net);
    }
}

/* Records that lack addresses stand alone, with the octets on the side of the address that they have. */
Test(pairs, missing_addresses)
{
    static const struct {
        const char *src, *dst;
    } cases[] = { { NULL, NULL },
                  { A, NULL },
                  { NULL, B },
                  { A, "2001:db8::1" },
                  { "2001:db8::1", A },
                  { "200.0.0.1", "2001:db8::1" },
                  { "2001:db8::1", "200.0.0.1" },
                  { "::1", "10.0.0.1" },
                  { "10.0.0.1", "::1" },
                  { "ff02::1", NULL } };
    for (uint32_t i = 0; i < LENGTH(cases); i++) {
        const struct seen flows[] = {
            FLOW(UDP, cases[i].src, 50000, cases[i].dst, 80, 0, 0, .packets = 1, .bytes = 10),
            FLOW(UDP, cases[i].dst, 80, cases[i].src, 50000, 1, 1, .packets = 2, .bytes = 20),
        };
        struct net net;
        net_of(&net, flows, LENGTH(flows));
        expect_connections(&net, 2);
        for (uint32_t k = 0; k < 2; k++) {
            struct connection c = net_connection(&net, k);
            cr_expect(!c.paired && c.reason == PAIR_NO_ADDRESSES);
            cr_expect_eq(c.bytes[k ? PAIR_SERVER : PAIR_CLIENT], k ? 20 : 10, "case %u, flow %u", i, k);
            expect_ends(&net, k, cases[i].src, 50000, cases[i].dst, 80);
        }
        net_end(&net);
    }
}

Test(pairs, nobody_answers_for_a_group)
{
    static const char *const groups[][2] = {
        { A, "224.0.0.251" },         { A, "239.255.255.250" },      { A, "255.255.255.255" },
        { "240.0.0.1", "224.0.0.1" }, { "2001:db8::1", "ff02::fb" }, { "ffff::1", "ff02::fb" },
    };
    for (uint32_t i = 0; i < LENGTH(groups); i++) {
        const struct seen flow = FLOW(UDP, groups[i][0], 5353, groups[i][1], 5353, 0, 0);
        struct net net;
        net_of(&net, &flow, 1);
        cr_expect_eq(net_connection(&net, 0).reason, PAIR_MULTICAST, "%s", groups[i][1]);
        net_end(&net);
    }
    const struct seen flow = FLOW(UDP, A, 5353, "223.255.255.255", 5353, 0, 0);
    struct net net;
    net_of(&net, &flow, 1);
    cr_expect_eq(net_connection(&net, 0).reason, PAIR_NO_REVERSE);
    net_end(&net);
}

Test(pairs, end_before_start)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 80, 50 * SECOND, 10 * SECOND),
        FLOW(TCP, B, 80, A, 40000, 20 * SECOND, 25 * SECOND),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    cr_expect_eq(net_connection(&net, 0).start, 10 * SECOND);
    cr_expect_eq(net_connection(&net, 0).end, 50 * SECOND);
    net_end(&net);
}

/* No number that an exporter sends may do harm. */
Test(pairs, hostile_numbers)
{
    static const int64_t times[] = { INT64_MIN, -1, 0, 1, INT64_MAX };
    struct seen flows[4 * 5 * 5];
    uint32_t n = 0;
    for (unsigned k = 0; k < 4; k++)
        for (unsigned s = 0; s < 5; s++)
            for (unsigned e = 0; e < 5; e++) {
                flows[n] = (struct seen)FLOW(k < 2 ? TCP : ICMP4, k % 2 ? A : B, 7, k % 2 ? B : A, 7,
                                             times[s], times[e], .packets = UINT64_MAX, .bytes = UINT64_MAX,
                                             .reverse_bytes = n % 3 ? UINT64_MAX : 0, .flags = UINT16_MAX,
                                             .vlan = n % 5 ? UINT16_MAX : 0, .vrf = n % 7 ? UINT32_MAX : 0,
                                             .session = n % 2 ? UINT32_MAX : 0, .direction = (uint8_t)n);
                n++;
            }
    for (uint32_t from = 0; from < n; from += 7) {
        struct net net;
        net_of(&net, flows + from, n - from);
        uint32_t rows = 0;
        for (uint32_t i = 0; i < pairs_count(net.pairs); i++) {
            struct connection c = net_connection(&net, i);
            cr_assert_leq(c.start, c.end);
            rows += c.flows[0] + c.flows[1];
        }
        cr_expect_eq(rows, n - from);
        net_end(&net);
    }
}

/* As above, where the single flows that are joined at the end are the farthest apart. */
Test(pairs, hostile_times_of_what_is_left_over)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 7, B, 7, INT64_MAX, INT64_MAX, .vlan = 1),
        FLOW(TCP, B, 7, A, 7, INT64_MIN, INT64_MIN, .vlan = 2),
        FLOW(ICMP4, A, 0, B, 0, INT64_MAX, INT64_MAX),
        FLOW(ICMP4, B, 0, A, 0, INT64_MIN, INT64_MIN),
    };
    for (uint32_t first = 0; first < 4; first++) {
        struct net net;
        net_begin(&net, 0);
        for (uint32_t i = 0; i < 4; i++)
            net_add(&net, &flows[(first + i) % 4], 1);
        net_finish(&net);
        expect_connections(&net, 4);
        net_end(&net);
    }
}

/* More than one span of time holds, and times as far apart as numbers reach. */
Test(pairs, many_in_order_of_start)
{
    enum { MANY = 20000 };
    static const int64_t far[] = { INT64_MAX, INT64_MIN, 0, -1, INT64_MIN, INT64_MAX - 1 };
    for (unsigned apart = 0; apart < 2; apart++) {
        struct net net;
        uint32_t random = 1;
        net_begin(&net, 0);
        for (uint32_t i = 0; i < MANY; i++) {
            random = random * 1664525u + 1013904223u;
            int64_t start = (int64_t)(random >> 12) * MS;
            if (apart && i < LENGTH(far))
                start = far[i];
            struct seen seen = FLOW(UDP, "10.0.0.1", (uint16_t)i, "10.0.0.2", (uint16_t)(i % 7), start, start,
                                    .bytes = i + 1);
            net_add(&net, &seen, 1);
        }
        net_finish(&net);
        expect_connections(&net, MANY);
        for (uint32_t i = 1; i < MANY; i++) {
            struct connection before = net_connection(&net, i - 1), here = net_connection(&net, i);
            bool in_order = before.start != here.start
                                ? before.start < here.start
                                : pairs_first_row(net.pairs, i - 1) < pairs_first_row(net.pairs, i);
            cr_assert(in_order, "connection %u", i);
        }
        net_end(&net);
    }
}

Test(pairs, in_order_of_start)
{
    static const int64_t starts[] = { 500, -7, INT64_MAX, 0, INT64_MIN, 3, 500 };
    struct seen flows[7];
    struct net net;
    for (uint32_t i = 0; i < 7; i++)
        flows[i] = (struct seen)FLOW(TCP, A, (uint16_t)(1000 + i), B, 80, starts[i], starts[i]);
    net_of(&net, flows, 7);
    expect_connections(&net, 7);
    static const int64_t wanted[] = { INT64_MIN, -7, 0, 3, 500, 500, INT64_MAX };
    for (uint32_t i = 0; i < 7; i++)
        cr_expect_eq(net_connection(&net, i).start, wanted[i]);
    cr_expect_eq(pairs_first_row(net.pairs, 4), 0, "of equal starts the first flow first");
    cr_expect_eq(pairs_first_row(net.pairs, 5), 6);
    net_end(&net);
}

Test(pairs, nothing_at_all)
{
    struct net net;
    net_of(&net, NULL, 0);
    expect_connections(&net, 0);
    cr_expect_gt(pairs_memory(net.pairs), 0);
    net_end(&net);
    pairs_free(NULL);
}

/* All answers come behind all questions: which a small table has forgotten by then, and one that grows as it grows. */
Test(pairs, many_connections)
{
    enum { MANY = 80000 };
    static const uint32_t lines[] = { 0, 1024 };
    struct seen *flows = calloc(2 * MANY, sizeof *flows);
    char(*text)[16] = calloc(MANY, sizeof *text);
    cr_assert(flows && text);
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(text[i], sizeof *text, "172.%u.%u.%u", i / 40000, i / 200 % 200, i % 200);
        flows[i] =
            (struct seen)FLOW(TCP, text[i], (uint16_t)(i * 7), B, 80, i * SECOND, i * SECOND, .bytes = i);
        flows[MANY + i] =
            (struct seen)FLOW(TCP, B, 80, text[i], (uint16_t)(i * 7), i * SECOND, i * SECOND, .bytes = i);
    }
    for (unsigned k = 0; k < LENGTH(lines); k++) {
        struct net net;
        net_begin_small(&net, 0, lines[k]);
        net_add(&net, flows, 2 * MANY);
        net_finish(&net);
        expect_connections(&net, MANY);
        for (uint32_t i = 0; i < MANY; i++) {
            struct connection c = net_connection(&net, i);
            cr_assert(c.paired && c.bytes[0] == i && c.bytes[1] == i);
            cr_assert_eq(pairs_first_row(net.pairs, i), i);
            cr_assert_eq(pairs_next_row(net.pairs, i), MANY + i);
        }
        net_end(&net);
    }
    free(flows);
    free(text);
}

/* What is known before all rows are there can be shown. */
Test(pairs, while_rows_come_in)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 40000, B, 53, 10 * MS, 20 * MS, .bytes = 60),
        FLOW(UDP, B, 53, A, 40000, 12 * MS, 30 * MS, .bytes = 500),
        FLOW(UDP, A, 40001, B, 53, 5 * MS, 6 * MS, .bytes = 70),
    };
    struct net net;
    net_begin(&net, 0);
    expect_connections(&net, 0);
    net_add(&net, flows, 1);
    expect_connections(&net, 1);
    cr_expect(!net_connection(&net, 0).paired);
    net_add(&net, flows + 1, 2);
    expect_connections(&net, 2);
    cr_expect(net_connection(&net, 0).paired && net_connection(&net, 0).bytes[PAIR_SERVER] == 500);
    cr_expect_eq(net_connection(&net, 1).start, 5 * MS, "in order of appearance");
    expect_rows(&net, 0, (const int[]) { 0, 1, -1 });
    net_finish(&net);
    cr_expect_eq(net_connection(&net, 0).start, 5 * MS, "in order of start");
    net_end(&net);
}
