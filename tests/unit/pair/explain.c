/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "net.h"

#define A "10.0.0.1"
#define B "10.0.0.2"

struct asked {
    struct seen flow[2]; /* of the second one `src` may be NULL: there is none */
    const char *client;
    enum pair_evidence evidence;
    enum pair_reason reason;
};

/* Every case in both orders of arrival, and with the addresses the other way round. */
static void expect_asked(const struct asked *asked, uint32_t number)
{
    uint32_t count = asked->flow[1].src ? 2 : 1;
    for (uint32_t turn = 0; turn < 2 * count; turn++) {
        struct seen flows[2] = { asked->flow[0], asked->flow[1] };
        for (uint32_t i = 0; i < count && turn & 1; i++) {
            const char *swap = flows[i].src;
            flows[i].src = flows[i].dst;
            flows[i].dst = swap;
        }
        const char *client = (strcmp(asked->client, A) == 0) == !(turn & 1) ? A : B;
        struct net net;
        net_begin(&net, 0);
        net_add(&net, &flows[turn >> 1], 1);
        if (count == 2)
            net_add(&net, &flows[!(turn >> 1)], 1);
        net_finish(&net);
        expect_connections(&net, 1);
        struct connection c = net_connection(&net, 0);
        char text[ADDR_TEXT];
        addr_text(&c.ip[PAIR_CLIENT], text);
        cr_expect_str_eq(text, client, "case %u, turn %u", number, turn);
        cr_expect_eq(c.evidence, asked->evidence, "case %u, turn %u: %s", number, turn,
                     pair_evidence_text(c.evidence));
        cr_expect_eq(c.reason, asked->reason, "case %u: %s", number, pair_reason_text(c.reason));
        net_end(&net);
    }
}

static const struct asked asked[] = {
    /* a record of both directions says who began, against ports, flags and time */
    { { FLOW(TCP, A, 80, B, 40000, 0, 1, .bytes = 1, .reverse_bytes = 1, .reverse_flags = SYN) },
      A,
      PAIR_BY_RECORD,
      PAIR_BIFLOW },
    { { FLOW(TCP, A, 80, B, 40000, 0, 1, .packets = 1, .reverse_packets = 1, .biflow = 1) },
      A,
      PAIR_BY_RECORD,
      PAIR_BIFLOW },
    { { FLOW(TCP, A, 80, B, 40000, 0, 1, .packets = 1, .reverse_packets = 1, .biflow = 2) },
      B,
      PAIR_BY_RECORD,
      PAIR_BIFLOW },
    { { FLOW(UDP, A, 40000, B, 53, 0, 1, .bytes = 5), FLOW(UDP, B, 53, A, 40000, 5, 9, .bytes = 7) },
      A,
      PAIR_BY_START,
      PAIR_BOTH_DIRECTIONS },
    /* SYN without ACK from one side */
    { { FLOW(TCP, A, 80, B, 40000, 9, 9, .flags = SYN),
        FLOW(TCP, B, 40000, A, 80, 0, 9, .flags = SYN | ACK) },
      A,
      PAIR_BY_SYN,
      PAIR_BOTH_DIRECTIONS },
    { { FLOW(TCP, A, 80, B, 40000, 0, 0, .flags = SYN) }, A, PAIR_BY_SYN, PAIR_NO_REVERSE },
    /* both sides have both: who started earlier */
    { { FLOW(TCP, A, 80, B, 40000, 5, 9, .flags = SYN | ACK),
        FLOW(TCP, B, 40000, A, 80, 6, 9, .flags = SYN | ACK) },
      A,
      PAIR_BY_START,
      PAIR_BOTH_DIRECTIONS },
    { { FLOW(UDP, A, 53, B, 40000, 5, 9), FLOW(UDP, B, 40000, A, 53, 6, 9) },
      A,
      PAIR_BY_START,
      PAIR_BOTH_DIRECTIONS },
    /* SYN of another protocol is none */
    { { FLOW(UDP, A, 53, B, 40000, 5, 9, .flags = SYN), FLOW(UDP, B, 40000, A, 53, 4, 9) },
      B,
      PAIR_BY_START,
      PAIR_BOTH_DIRECTIONS },
    /* from the middle of a TCP connection: the start says nothing, the port does */
    { { FLOW(TCP, A, 80, B, 40000, 5, 9, .flags = ACK), FLOW(TCP, B, 40000, A, 80, 6, 9, .flags = ACK) },
      B,
      PAIR_BY_PORT,
      PAIR_BOTH_DIRECTIONS },
    { { FLOW(UDP, A, 53, B, 40000, 5, 9), FLOW(UDP, B, 40000, A, 53, 5, 9) },
      B,
      PAIR_BY_PORT,
      PAIR_BOTH_DIRECTIONS },
    { { FLOW(UDP, A, 53, B, 40000, 5, 9) }, B, PAIR_BY_PORT, PAIR_NO_REVERSE },
    { { FLOW(UDP, A, 8080, B, 40000, 5, 9) }, B, PAIR_BY_PORT, PAIR_NO_REVERSE },
    /* nothing tells */
    { { FLOW(UDP, A, 40001, B, 40000, 5, 9) }, A, PAIR_BY_ORDER, PAIR_NO_REVERSE },
    { { FLOW(TCP, A, 40001, B, 40000, 5, 9), FLOW(TCP, B, 40000, A, 40001, 6, 9) },
      A,
      PAIR_BY_ORDER,
      PAIR_BOTH_DIRECTIONS },
    /* who asks is the client of ICMP, whatever came first */
    { { FLOW(ICMP4, A, 0, B, 0, 5, 9, .icmp = 8 * 256), FLOW(ICMP4, B, 0, A, 0, 1, 9) },
      A,
      PAIR_BY_ICMP,
      PAIR_BOTH_DIRECTIONS },
    { { FLOW(ICMP4, A, 0, B, 0, 5, 9, .icmp = 3 * 256) }, A, PAIR_BY_ORDER, PAIR_ICMP_ONE_WAY },
};

Test(explain, who_is_the_client)
{
    for (uint32_t i = 0; i < LENGTH(asked); i++)
        expect_asked(&asked[i], i);
}

/* Where both start together and nothing else tells, it does not depend on what came first. */
Test(explain, nothing_tells)
{
    static const struct seen flows[] = {
        FLOW(UDP, A, 123, B, 123, 5, 9),
        FLOW(UDP, B, 123, A, 123, 5, 9),
        FLOW(UDP, A, 8000, B, 9000, 5, 9),
        FLOW(UDP, B, 9000, A, 8000, 5, 9),
    };
    for (uint32_t first = 0; first < 2; first++) {
        struct net net;
        net_begin(&net, 0);
        net_add(&net, &flows[first], 1);
        net_add(&net, &flows[!first], 1);
        net_add(&net, &flows[2 + first], 1);
        net_add(&net, &flows[2 + !first], 1);
        net_finish(&net);
        cr_expect_eq(net_connection(&net, 0).evidence, PAIR_BY_NOTHING);
        expect_ends(&net, 0, A, 123, B, 123);
        expect_ends(&net, 1, B, 9000, A, 8000);
        net_end(&net);
    }
}

/* Firewalls tell of both directions in one record; what each side sent stands on its side. */
Test(explain, a_record_of_both_directions)
{
    static const struct seen flow =
        FLOW(TCP, B, 40000, A, 443, 0, SECOND, .bytes = 10, .packets = 1, .reverse_bytes = 20,
             .reverse_packets = 2, .flags = SYN, .reverse_flags = ACK);
    struct net net;
    net_of(&net, &flow, 1);
    struct connection c = net_connection(&net, 0);
    expect_ends(&net, 0, B, 40000, A, 443);
    cr_expect(c.paired && c.reason == PAIR_BIFLOW && c.flows[PAIR_CLIENT] == 1 && c.flows[PAIR_SERVER] == 0);
    cr_expect(c.bytes[PAIR_CLIENT] == 10 && c.bytes[PAIR_SERVER] == 20);
    cr_expect(c.packets[PAIR_CLIENT] == 1 && c.packets[PAIR_SERVER] == 2);
    cr_expect(c.tcp_flags[PAIR_CLIENT] == SYN && c.tcp_flags[PAIR_SERVER] == ACK);
    net_end(&net);
}

/* One that nobody answered is as single as any other. */
Test(explain, a_record_whose_other_direction_is_empty)
{
    static const struct seen flow =
        FLOW(TCP, A, 40000, B, 443, 0, SECOND, .bytes = 10, .packets = 1, .biflow = 1);
    struct net net;
    net_of(&net, &flow, 1);
    struct connection c = net_connection(&net, 0);
    cr_expect(!c.paired && c.reason == PAIR_NO_REVERSE);
    expect_ends(&net, 0, A, 40000, B, 443);
    net_end(&net);
}

Test(explain, each_reason_and_evidence_has_its_own_words)
{
    for (unsigned a = 0; a < PAIR_REASONS; a++)
        for (unsigned b = 0; b < a; b++)
            cr_expect_str_neq(pair_reason_text((enum pair_reason)a), pair_reason_text((enum pair_reason)b));
    for (unsigned a = 0; a <= PAIR_BY_NOTHING; a++)
        for (unsigned b = 0; b < a; b++)
            cr_expect_str_neq(pair_evidence_text((enum pair_evidence)a),
                              pair_evidence_text((enum pair_evidence)b));
}

/* Some exporters tell of an answer in a record of its own, turned like the question, with nothing sent forward. */
Test(explain, a_record_of_the_answer_only)
{
    static const struct seen flows[] = {
        FLOW(UDP, B, 40000, A, 53, 0, 5, .bytes = 60, .packets = 1),
        FLOW(UDP, B, 40000, A, 53, 3, 9, .reverse_bytes = 500, .reverse_packets = 2),
    };
    for (uint32_t first = 0; first < 2; first++) {
        struct net net;
        net_begin(&net, 0);
        net_add(&net, &flows[first], 1);
        net_add(&net, &flows[!first], 1);
        net_finish(&net);
        expect_connections(&net, 1);
        expect_ends(&net, 0, B, 40000, A, 53);
        struct connection c = net_connection(&net, 0);
        cr_expect(c.paired && c.reason == PAIR_BOTH_DIRECTIONS && c.evidence == PAIR_BY_START);
        cr_expect(c.bytes[PAIR_CLIENT] == 60 && c.bytes[PAIR_SERVER] == 500);
        cr_expect(c.packets[PAIR_CLIENT] == 1 && c.packets[PAIR_SERVER] == 2);
        cr_expect(c.flows[PAIR_CLIENT] == 1 && c.flows[PAIR_SERVER] == 1);
        net_end(&net);
    }
}

Test(explain, one_sentence)
{
    const struct connection c = { .paired = true, .reason = PAIR_BIFLOW, .evidence = PAIR_BY_RECORD };
    static const char wanted[] = "one record carries both directions; client: the record says who began";
    char text[256], small[11];
    cr_expect_eq(connection_why(&c, text, sizeof text), sizeof wanted - 1);
    cr_expect_str_eq(text, wanted);
    cr_expect_eq(connection_why(&c, small, sizeof small), 10, "cut to size");
    cr_expect_str_eq(small, "one record");
}
