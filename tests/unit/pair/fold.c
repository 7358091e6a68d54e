/* SPDX-License-Identifier: MIT */
/*
 * Flows at random, of few keys, and what they make by definition: two flows of a key are of one connection when they
 * are near in time, and so are all that hang together by such. How much is remembered on the way, and in what pieces
 * the flows come, must not be seen.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

#define FLOWS     1200
#define KEYS      40
#define SEEDS     60
#define TOLERANCE (30 * SECOND)

struct world {
    uint64_t random;
    struct seen flow[FLOWS];
    uint32_t key[FLOWS];
    uint32_t component[FLOWS]; /* the lowest of its flows */
};

static uint32_t below(struct world *w, uint32_t limit)
{
    w->random = w->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(w->random >> 33) % limit;
}

/* Some keys are busy and some are not; the time of all of them goes on, but not steadily. */
static void make_flows(struct world *w, uint64_t seed, bool other_kinds)
{
    static const char *const hosts[] = { "10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8::2" };
    *w = (struct world) { .random = seed * 0x9E3779B97F4A7C15u };
    int64_t spread = below(w, 2) ? 100 * SECOND : 4000 * SECOND;
    for (uint32_t i = 0; i < FLOWS; i++) {
        uint32_t key = below(w, 3) ? below(w, KEYS) : below(w, 4), v6 = key % 3 == 0, back = below(w, 2);
        int64_t start = (int64_t)i * SECOND + below(w, 1000) * (spread / 1000),
                length = below(w, 20) * SECOND;
        uint16_t port = (uint16_t)(1000 + key);
        w->key[i] = key;
        w->flow[i] = (struct seen)FLOW(key % 5 ? TCP : UDP, hosts[2 * v6 + back], back ? 53 : port,
                                       hosts[2 * v6 + !back], back ? port : 53, start, start + length,
                                       .bytes = 1u + i, .packets = 1, .end_reason = 1);
        if (!other_kinds)
            continue;
        w->flow[i].vlan = (uint16_t)(below(w, 4) ? 0 : key % 3);
        w->flow[i].session = below(w, 10) == 0;
        if (key % 7 == 0) {
            w->flow[i].proto = v6 ? ICMP6 : ICMP4;
            w->flow[i].icmp = (uint16_t)(below(w, 2) ? 0 : (v6 ? 128 : 8) << 8);
        }
    }
}

static bool near(const struct seen *a, const struct seen *b)
{
    return a->start - b->end <= TOLERANCE && b->start - a->end <= TOLERANCE;
}

static void find_components(struct world *w)
{
    for (uint32_t i = 0; i < FLOWS; i++)
        w->component[i] = i;
    for (uint32_t i = 0; i < FLOWS; i++)
        for (uint32_t k = 0; k < i; k++) {
            uint32_t one = w->component[i], other = w->component[k];
            if (w->key[i] != w->key[k] || one == other || !near(&w->flow[i], &w->flow[k]))
                continue;
            for (uint32_t n = 0; n < FLOWS; n++)
                if (w->component[n] == one || w->component[n] == other)
                    w->component[n] = one < other ? one : other;
        }
}

/* Which directions the flows of a component have, or of all of its key: bit 0 and 1. */
static unsigned directions(const struct world *w, uint32_t component, bool all_of_key)
{
    unsigned found = 0;
    for (uint32_t i = 0; i < FLOWS; i++)
        if (all_of_key ? w->key[i] == w->key[component] : w->component[i] == component)
            found |= w->flow[i].sport == 53 ? 1 : 2;
    return found;
}

static void pair_flows(struct net *net, const struct world *w, uint32_t lines, bool each)
{
    net_begin_small(net, TOLERANCE, lines);
    (each ? net_add_each : net_add)(net, w->flow, FLOWS);
    net_finish(net);
}

static uint32_t expect_component(const struct world *w, const struct net *net, uint32_t index)
{
    struct connection c = net_connection(net, index);
    uint32_t first = pairs_first_row(net->pairs, index), row = first, flows = 0;
    int64_t start = INT64_MAX, end = INT64_MIN;
    for (uint32_t i = first; i < FLOWS; i++) {
        if (w->component[i] != first)
            continue;
        cr_assert_eq(row, i, "row %u, not %u", row, i);
        row = pairs_next_row(net->pairs, row);
        start = w->flow[i].start < start ? w->flow[i].start : start;
        end = w->flow[i].end > end ? w->flow[i].end : end;
        flows++;
    }
    cr_assert_eq(row, PAIR_NONE);
    cr_assert_eq(w->component[first], first, "it begins with its first flow");
    cr_assert(c.start == start && c.end == end && c.flows[0] + c.flows[1] == flows);
    enum pair_reason reason = directions(w, first, false) == 3  ? PAIR_BOTH_DIRECTIONS
                              : directions(w, first, true) == 3 ? PAIR_APART
                                                                : PAIR_NO_REVERSE;
    cr_assert_eq(c.reason, reason, "%s, not: %s", pair_reason_text(c.reason), pair_reason_text(reason));
    return flows;
}

Test(fold, what_is_near_hangs_together)
{
    static const uint32_t lines[] = { 1, 4, 0 };
    static struct world w;
    uint32_t connections = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        make_flows(&w, seed, false);
        find_components(&w);
        struct net net;
        uint32_t flows = 0;
        pair_flows(&net, &w, lines[seed % LENGTH(lines)], seed / 3 % 2);
        for (uint32_t i = 0; i < pairs_count(net.pairs); i++)
            flows += expect_component(&w, &net, i);
        cr_assert_eq(flows, FLOWS);
        connections += pairs_count(net.pairs);
        net_end(&net);
    }
    cr_expect_gt(connections, SEEDS * KEYS * 2, "keys come back after long: %u", connections);
}

static void expect_same(const struct net *a, const struct net *b, uint32_t index)
{
    struct connection c = net_connection(a, index), d = net_connection(b, index);
    cr_assert(c.start == d.start && c.end == d.end && c.vlan == d.vlan && c.icmp == d.icmp);
    cr_assert(addr_equal(&c.ip[0], &d.ip[0]) && addr_equal(&c.ip[1], &d.ip[1]));
    cr_assert(memcmp(c.bytes, d.bytes, sizeof c.bytes) == 0 && memcmp(c.flows, d.flows, sizeof c.flows) == 0);
    cr_assert(c.reason == d.reason && c.evidence == d.evidence && c.duplicates == d.duplicates);
    uint32_t row = pairs_first_row(a->pairs, index), other = pairs_first_row(b->pairs, index);
    while (row != PAIR_NONE && row == other) {
        row = pairs_next_row(a->pairs, row);
        other = pairs_next_row(b->pairs, other);
    }
    cr_assert_eq(row, other);
}

/* With VLANs, ICMP of unknown type and duplicates, too. */
Test(fold, what_is_forgotten_is_not_lost)
{
    static struct world w;
    uint32_t differ = 0, duplicates = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        make_flows(&w, seed, true);
        struct net all, few;
        pair_flows(&all, &w, 0, false);
        pair_flows(&few, &w, 1u << seed % 4, seed % 3 == 0);
        cr_assert_eq(pairs_count(all.pairs), pairs_count(few.pairs));
        for (uint32_t i = 0; i < pairs_count(all.pairs); i++) {
            expect_same(&all, &few, i);
            differ += net_connection(&all, i).reason == PAIR_VLAN_DIFFERS;
            duplicates += net_connection(&all, i).duplicates;
        }
        net_end(&all);
        net_end(&few);
    }
    cr_expect(differ > SEEDS && duplicates > SEEDS, "%u of different VLANs, %u duplicates", differ,
              duplicates);
}
