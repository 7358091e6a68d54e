/* SPDX-License-Identifier: MIT */
/* Several threads bring together, look at and order what one does: nothing of it may be seen. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

#define KEYS  20000
#define FLOWS 90000

/* Many keys, each of them with some of what is looked at in the end: late pieces, other lives, points, VLANs. */
static struct seen *make_flows(void)
{
    static const char *const hosts[] = { "10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8::2" };
    struct seen *flow = calloc(FLOWS, sizeof *flow);
    uint64_t random = 1;
    for (uint32_t i = 0; i < FLOWS; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint32_t r = (uint32_t)(random >> 33), key = r % KEYS, v6 = key % 3 == 0, back = r >> 16 & 1;
        int64_t start = i * MS + (r >> 17 & 1) * 40 * SECOND;
        uint16_t port = (uint16_t)(1000 + key);
        flow[i] = (struct seen)FLOW(
            key % 5 ? TCP : UDP, hosts[2 * v6 + back], back ? 53 : port, hosts[2 * v6 + !back],
            back ? port : 53, start, start + SECOND, .bytes = 1u + r % 100, .packets = 1,
            .flags = key % 2 ? 0 : (uint16_t)(r >> 20 & 0x13), .session = key % 4 ? 0 : r >> 25 & 1,
            .vlan = (uint16_t)(key % 7 ? 0 : r >> 26 & 1));
        if (key % 11 == 0 && i > 0) { /* the same again */
            flow[i] = flow[i - 1];
            flow[i].session = 2;
        }
    }
    return flow;
}

static void pair_flows(struct net *net, const struct seen *flow, unsigned threads)
{
    struct pairs_config config = { .recent_lines = 1024, .threads = threads };
    *net = (struct net) { .store = flow_store_new(),
                          .pairs = pairs_new(&config),
                          .candidates = candidates_new() };
    net_add(net, flow, FLOWS);
    net_finish(net);
}

static void expect_same(const struct net *a, const struct net *b, uint32_t index)
{
    struct connection c = net_connection(a, index), d = net_connection(b, index);
    cr_assert(c.start == d.start && c.end == d.end && c.reused == d.reused && c.twin == d.twin);
    cr_assert(memcmp(c.bytes, d.bytes, sizeof c.bytes) == 0 && memcmp(c.flows, d.flows, sizeof c.flows) == 0);
    cr_assert(c.reason == d.reason && c.evidence == d.evidence && c.duplicates == d.duplicates);
    uint32_t row = pairs_first_row(a->pairs, index), other = pairs_first_row(b->pairs, index);
    for (; row != PAIR_NONE && row == other; other = pairs_next_row(b->pairs, other)) {
        cr_assert_eq(pairs_row_duplicate(a->pairs, row), pairs_row_duplicate(b->pairs, row));
        row = pairs_next_row(a->pairs, row);
    }
    cr_assert_eq(row, other);
}

Test(threads, make_no_difference)
{
    struct seen *flow = make_flows();
    struct net one, several;
    uint32_t reused = 0, duplicates = 0, vlans = 0;
    pair_flows(&one, flow, 1);
    pair_flows(&several, flow, 4);
    expect_connections(&several, pairs_count(one.pairs));
    for (uint32_t i = 0; i < pairs_count(one.pairs); i++) {
        struct connection c = net_connection(&one, i);
        expect_same(&one, &several, i);
        reused += c.reused;
        duplicates += c.duplicates;
        vlans += c.reason == PAIR_VLAN_DIFFERS;
    }
    cr_expect(reused > 100 && duplicates > 100 && vlans > 100, "%u lives, %u duplicates, %u in two VLANs",
              reused, duplicates, vlans);
    cr_expect_gt(pairs_count(one.pairs), 10000, "so many that several threads are used: %u",
                 pairs_count(one.pairs));
    net_end(&one);
    net_end(&several);
    free(flow);
}
