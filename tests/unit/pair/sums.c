/* SPDX-License-Identifier: MIT */
/* What is told of connections many at a time, without their flows or by slots, is what pairs_get() tells. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

#define FLOWS 2000u
#define SEEDS 40u

static uint64_t state;

static uint32_t below(uint32_t limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % limit;
}

/* Few hosts, some of which talk to themselves; all kinds of flows, in no order of time. */
static void make_flows(struct seen *flow)
{
    static const char *const hosts[] = { "10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8::1", "2001:db8::2" };
    static const uint8_t protocols[] = { TCP, TCP, UDP, ICMP4, 47 };
    static const uint16_t ports[] = { 0, 53, 443, 8080, 40000, 50000 };
    static const uint16_t flags[] = { 0, SYN, SYN | ACK, ACK, SYN | ACK | FIN, FIN | ACK };
    for (uint32_t i = 0; i < FLOWS; i++) {
        bool ip6 = below(4) == 0, biflow = below(8) == 0;
        uint8_t proto = protocols[below(5)];
        int64_t start = below(3000) * SECOND;
        flow[i] = (struct seen)FLOW(proto, hosts[ip6 ? 3 + below(2) : below(3)], ports[below(6)],
                                    hosts[ip6 ? 3 + below(2) : below(3)], ports[below(6)], start,
                                    start + below(40) * SECOND, .packets = below(9), .bytes = below(5000));
        flow[i].flags = flags[below(6)];
        flow[i].session = below(3) == 0;
        flow[i].vlan = (uint16_t)(below(6) == 0);
        flow[i].event = (uint8_t)(below(12) == 0 ? 1 + below(5) : 0);
        flow[i].icmp = (uint16_t)(proto == ICMP4 ? below(3) * 4 << 8 : 0);
        if (below(50) == 0)
            flow[i].dst = NULL;
        if (!biflow)
            continue;
        flow[i].reverse_packets = below(9);
        flow[i].reverse_bytes = below(5000);
        flow[i].reverse_flags = flags[below(6)];
        flow[i].biflow = (uint8_t)below(3);
        if (below(4) == 0)
            flow[i].packets = flow[i].bytes = 0;
    }
}

static void expect_end(const struct connection *c, const struct pair_end *end, int side)
{
    const struct addr *ip = &c->ip[side];
    uint8_t octets[16] = { 0 };
    cr_expect_eq(end->proto, c->proto);
    cr_expect_eq(end->port, c->port[side]);
    cr_expect_eq(end->other_port, c->port[!side]);
    cr_expect_eq(end->bytes, c->bytes[side]);
    cr_assert_eq(end->family, ip->family);
    for (unsigned i = 0; i < 16; i++)
        octets[i] = (uint8_t)(end->ip[i / 8] >> (56 - 8 * (i % 8)));
    if (ip->family == 4)
        memmove(octets, octets + 4, 4), memset(octets + 4, 0, 4);
    cr_expect_arr_eq(octets, ip->octets, 16);
}

static bool only_syn(const struct connection *c, int side)
{
    return c->proto == TCP && (c->tcp_flags[side] & (SYN | ACK)) == SYN;
}

static void expect_all(const struct net *net)
{
    uint32_t count = pairs_count(net->pairs), slots = pairs_slots(net->pairs);
    struct pair_end *ends[2];
    uint64_t *sums[PAIR_SUM_DUPLICATES + 1];
    cr_assert(count > 100);
    for (int side = 0; side < 2; side++) {
        ends[side] = calloc(count, sizeof *ends[side]);
        cr_assert(ends[side]);
        pairs_ends(net->pairs, net->store, 0, count, (enum pair_side)side, true, ends[side]);
    }
    for (unsigned sum = 0; sum <= PAIR_SUM_DUPLICATES; sum++) {
        sums[sum] = calloc(slots, sizeof *sums[sum]);
        cr_assert(sums[sum]);
        pairs_sums(net->pairs, net->store, (enum pair_sum)sum, 0, slots, sums[sum]);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct connection c = net_connection(net, i);
        uint64_t expected[] = { c.packets[0] + c.packets[1], c.packets[PAIR_CLIENT], c.packets[PAIR_SERVER],
                                c.flows[0] + c.flows[1], c.duplicates };
        uint32_t slot;
        pairs_slots_of(net->pairs, i, 1, &slot);
        expect_end(&c, &ends[PAIR_CLIENT][i], PAIR_CLIENT);
        expect_end(&c, &ends[PAIR_SERVER][i], PAIR_SERVER);
        if (c.evidence != PAIR_BY_RECORD)
            cr_expect_eq(c.evidence == PAIR_BY_SYN, only_syn(&c, PAIR_CLIENT) && !only_syn(&c, PAIR_SERVER));
        for (unsigned sum = 0; sum <= PAIR_SUM_DUPLICATES; sum++) {
            uint64_t alone;
            pairs_sums(net->pairs, net->store, (enum pair_sum)sum, slot, 1, &alone);
            cr_expect_eq(sums[sum][slot], expected[sum], "sum %u of %u", sum, i);
            cr_expect_eq(alone, expected[sum], "sum %u of %u alone", sum, i);
        }
    }
    for (unsigned sum = 0; sum <= PAIR_SUM_DUPLICATES; sum++)
        free(sums[sum]);
    free(ends[PAIR_CLIENT]);
    free(ends[PAIR_SERVER]);
}

Test(sums, are_what_flows_say)
{
    struct seen *flow = calloc(FLOWS, sizeof *flow);
    cr_assert(flow);
    for (state = 1; state <= SEEDS;) {
        uint64_t seed = state;
        struct net net;
        make_flows(flow);
        net_of(&net, flow, FLOWS);
        expect_all(&net);
        net_end(&net);
        state = seed + 1;
    }
    free(flow);
}
