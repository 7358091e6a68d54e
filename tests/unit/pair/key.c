/* SPDX-License-Identifier: MIT */
#include "pair/key.h"

#include <criterion/criterion.h>

#include "net.h"

#define A  "10.0.0.1"
#define B  "10.0.0.2"
#define A6 "2001:db8::1"
#define B6 "2001:db8::2"

#define TYPE(type, code) ((uint16_t)((type)*256 + (code)))

Test(key, every_question_meets_its_answer)
{
    static const struct {
        uint8_t proto, ask, answer;
    } cases[] = { { ICMP4, 8, 0 },     { ICMP4, 13, 14 },   { ICMP4, 15, 16 },   { ICMP4, 17, 18 },
                  { ICMP4, 10, 9 },    { ICMP4, 42, 43 },   { ICMP6, 128, 129 }, { ICMP6, 133, 134 },
                  { ICMP6, 135, 136 }, { ICMP6, 139, 140 }, { ICMP6, 144, 145 }, { ICMP6, 146, 147 },
                  { ICMP6, 160, 161 } };
    for (uint32_t i = 0; i < LENGTH(cases); i++) {
        for (unsigned turn = 0; turn < 8;
             turn++) { /* who asks, whose record comes first, where the type stands */
            bool v6 = cases[i].proto == ICMP6, v5 = turn & 4;
            const char *a = turn & 1 ? (v6 ? B6 : B) : (v6 ? A6 : A),
                       *b = turn & 1 ? (v6 ? A6 : A) : (v6 ? B6 : B);
            uint16_t ask = TYPE(cases[i].ask, 0), answer = TYPE(cases[i].answer, 0);
            const struct seen flows[] = {
                FLOW(cases[i].proto, a, 0, b, v5 ? ask : 0, 0, SECOND, .icmp = v5 ? 0 : ask, .bytes = 84),
                FLOW(cases[i].proto, b, 0, a, v5 ? answer : 0, MS, SECOND, .icmp = v5 ? 0 : answer,
                     .bytes = 85),
            };
            struct net net;
            net_begin(&net, 0);
            net_add(&net, &flows[turn >> 1 & 1], 1);
            net_add(&net, &flows[!(turn >> 1 & 1)], 1);
            net_finish(&net);
            expect_connections(&net, 1);
            expect_ends(&net, 0, a, 0, b, 0);
            struct connection c = net_connection(&net, 0);
            cr_expect(c.paired && c.evidence == PAIR_BY_ICMP && c.reason == PAIR_BOTH_DIRECTIONS);
            cr_expect(c.bytes[PAIR_CLIENT] == 84 && c.bytes[PAIR_SERVER] == 85, "type %u", cases[i].ask);
            net_end(&net);
        }
    }
}

/* Both ping each other at once: two connections, each with its own reply. */
Test(key, two_questions_that_cross)
{
    static const struct seen flows[] = {
        FLOW(ICMP4, A, 0, B, 0, 0, SECOND, .icmp = TYPE(8, 0), .bytes = 1),
        FLOW(ICMP4, B, 0, A, 0, 1, SECOND, .icmp = TYPE(8, 0), .bytes = 2),
        FLOW(ICMP4, A, 0, B, 0, 2, SECOND, .icmp = TYPE(0, 0), .bytes = 4),
        FLOW(ICMP4, B, 0, A, 0, 3, SECOND, .icmp = TYPE(0, 0), .bytes = 8),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    expect_ends(&net, 0, A, 0, B, 0);
    expect_ends(&net, 1, B, 0, A, 0);
    struct connection c = net_connection(&net, 0);
    cr_expect(c.bytes[PAIR_CLIENT] == 1 && c.bytes[PAIR_SERVER] == 8);
    c = net_connection(&net, 1);
    cr_expect(c.bytes[PAIR_CLIENT] == 2 && c.bytes[PAIR_SERVER] == 4);
    net_end(&net);
}

Test(key, two_questions_alone_stay_apart)
{
    static const struct seen flows[] = {
        FLOW(ICMP4, A, 0, B, 0, 0, SECOND, .icmp = TYPE(8, 0)),
        FLOW(ICMP4, B, 0, A, 0, 1, SECOND, .icmp = TYPE(8, 0)),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 2);
    for (uint32_t i = 0; i < 2; i++)
        cr_expect_eq(net_connection(&net, i).reason, PAIR_NO_REVERSE);
    net_end(&net);
}

/* Exporters that do not tell the type say 0 in both directions. */
Test(key, types_that_are_not_known)
{
    static const struct seen flows[] = {
        FLOW(ICMP4, B, 0, A, 0, 0, SECOND, .bytes = 1),
        FLOW(ICMP4, A, 0, B, 0, 5, SECOND, .bytes = 2),
    };
    for (uint32_t first = 0; first < 2; first++) {
        struct net net;
        net_begin(&net, 0);
        net_add(&net, &flows[first], 1);
        net_add(&net, &flows[!first], 1);
        net_finish(&net);
        expect_connections(&net, 1);
        expect_ends(&net, 0, B, 0, A, 0);
        struct connection c = net_connection(&net, 0);
        cr_expect(c.paired && c.reason == PAIR_VLAN_DIFFERS);
        cr_expect_eq(c.evidence, PAIR_BY_START, "nobody is known to have asked");
        cr_expect(c.bytes[PAIR_CLIENT] == 1 && c.bytes[PAIR_SERVER] == 2);
        net_end(&net);
    }
}

Test(key, types_that_nobody_answers)
{
    static const struct {
        uint8_t proto, type;
    } cases[] = { { ICMP4, 3 }, { ICMP4, 5 },   { ICMP4, 11 }, { ICMP6, 1 },
                  { ICMP6, 3 }, { ICMP6, 137 }, { ICMP6, 8 },  { ICMP4, 128 } };
    for (uint32_t i = 0; i < LENGTH(cases); i++) {
        bool v6 = cases[i].proto == ICMP6;
        const struct seen flows[] = {
            FLOW(cases[i].proto, v6 ? A6 : A, 0, v6 ? B6 : B, 0, 0, SECOND, .icmp = TYPE(cases[i].type, 1)),
            FLOW(cases[i].proto, v6 ? B6 : B, 0, v6 ? A6 : A, 0, 1, SECOND, .icmp = TYPE(cases[i].type, 3)),
        };
        struct net net;
        net_of(&net, flows, LENGTH(flows));
        expect_connections(&net, 2);
        for (uint32_t k = 0; k < 2; k++) {
            struct connection c = net_connection(&net, k);
            cr_expect(!c.paired && c.reason == PAIR_ICMP_ONE_WAY, "type %u", cases[i].type);
            cr_expect_eq(c.icmp, TYPE(cases[i].type, k ? 3 : 1));
        }
        net_end(&net);
    }
}

/* Nobody asked for what says an answer to all; one host may have asked for it. */
Test(key, routers_advertise_themselves)
{
    static const struct {
        struct seen flow;
        const char *client;
        enum pair_evidence evidence;
    } cases[] = {
        { FLOW(ICMP4, A, 0, "224.0.0.1", 0, 0, SECOND, .icmp = TYPE(9, 0)), A, PAIR_BY_ORDER },
        { FLOW(ICMP6, A6, 0, "ff02::1", 0, 0, SECOND, .icmp = TYPE(134, 0)), A6, PAIR_BY_ORDER },
        { FLOW(ICMP4, A, 0, B, 0, 0, SECOND, .icmp = TYPE(9, 0)), B, PAIR_BY_ICMP },
        { FLOW(ICMP6, A6, 0, B6, 0, 0, SECOND, .icmp = TYPE(134, 0)), B6, PAIR_BY_ICMP },
    };
    for (uint32_t i = 0; i < LENGTH(cases); i++) {
        struct net net;
        net_of(&net, &cases[i].flow, 1);
        struct connection c = net_connection(&net, 0);
        char text[ADDR_TEXT];
        addr_text(&c.ip[PAIR_CLIENT], text);
        cr_expect_str_eq(text, cases[i].client, "case %u", i);
        cr_expect_eq(c.evidence, cases[i].evidence, "case %u: %s", i, pair_evidence_text(c.evidence));
        net_end(&net);
    }
}

Test(key, a_host_that_pings_itself)
{
    static const struct seen flows[] = {
        FLOW(ICMP4, A, 0, A, 0, 0, SECOND, .icmp = TYPE(8, 0), .bytes = 1),
        FLOW(ICMP4, A, 0, A, 0, 0, SECOND, .icmp = TYPE(0, 0), .bytes = 2),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    struct connection c = net_connection(&net, 0);
    cr_expect(c.paired && c.bytes[PAIR_CLIENT] == 1 && c.bytes[PAIR_SERVER] == 2);
    net_end(&net);
}

/* What stands in the port fields of ICMP is no part of the key. */
Test(key, ports_of_icmp_do_not_matter)
{
    static const struct seen flows[] = {
        FLOW(ICMP4, A, 77, B, TYPE(8, 0), 0, SECOND),
        FLOW(ICMP4, B, 78, A, 0, 0, SECOND),
    };
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    expect_connections(&net, 1);
    expect_ends(&net, 0, A, 0, B, 0);
    net_end(&net);
}

/* A port is no ICMP type. */
Test(key, no_icmp_no_type)
{
    static const struct seen flow = FLOW(TCP, A, 40000, B, 80, 0, 0);
    struct net net;
    net_of(&net, &flow, 1);
    cr_expect_eq(net_connection(&net, 0).icmp, 0);
    net_end(&net);
}
