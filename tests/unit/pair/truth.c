/* SPDX-License-Identifier: MIT */
/*
 * Small networks whose connections are known: their flows are made up, put into any order, and paired. What comes
 * out must be the connections that were made up, no more and no less.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

#define SEEDS       1000
#define CONNECTIONS 30
#define FLOWS       600
#define HOSTS       6
#define TOLERANCE   (30 * SECOND)

struct made {
    uint8_t proto, client, server;
    uint16_t cport, sport, vlan;
    bool answered, twice; /* a second exporter saw it too */
    uint64_t bytes[2], packets[2];
    uint32_t flows, duplicates;
};

struct world {
    uint64_t random;
    struct made made[CONNECTIONS];
    uint32_t count, flow_count;
    struct seen flow[FLOWS];
    uint32_t owner[FLOWS]; /* which connection a flow is of */
    char host[HOSTS][32];
    bool ip6;
};

static uint32_t random_below(struct world *w, uint32_t below)
{
    w->random = w->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(w->random >> 33) % below;
}

static bool same_ends(const struct made *a, const struct made *b)
{
    if (a->proto != b->proto)
        return false;
    return (a->client == b->client && a->server == b->server && a->cport == b->cport &&
            a->sport == b->sport) ||
           (a->client == b->server && a->server == b->client && a->cport == b->sport && a->sport == b->cport);
}

static bool is_new(const struct world *w, const struct made *m)
{
    for (uint32_t i = 0; i < w->count; i++)
        if (same_ends(&w->made[i], m))
            return false;
    return true;
}

static void add_flow(struct world *w, const struct made *m, int side, int64_t start, int64_t end,
                     uint32_t session)
{
    static const uint8_t icmp[2][2] = { { 8, 0 }, { 128, 129 } };
    uint64_t bytes = 100 + random_below(w, 10000), packets = 1 + random_below(w, 20);
    bool ping = m->proto == ICMP4 || m->proto == ICMP6;
    struct seen *s = &w->flow[w->flow_count];
    *s = (struct seen) { .proto = m->proto,
                         .src = w->host[side ? m->server : m->client],
                         .dst = w->host[side ? m->client : m->server],
                         .sport = side ? m->sport : m->cport,
                         .dport = side ? m->cport : m->sport,
                         .start = start,
                         .end = end,
                         .packets = packets,
                         .bytes = bytes,
                         .vlan = m->vlan,
                         .icmp = ping ? (uint16_t)(icmp[w->ip6][side] * 256u) : 0,
                         .session = session,
                         .end_reason = 1 }; /* idle: nothing but times tells what goes on */
    cr_assert_lt(w->flow_count, FLOWS);
    w->owner[w->flow_count++] = w->count;
}

/* One direction: pieces that follow each other within the tolerance. The first begins at `start`. */
static void add_direction(struct world *w, struct made *m, int side, int64_t start)
{
    uint32_t pieces = 1 + random_below(w, 3), first = w->flow_count;
    int64_t at = start;
    for (uint32_t i = 0; i < pieces; i++) {
        int64_t end = at + random_below(w, 40000) * MS;
        add_flow(w, m, side, at, end, 0);
        at = end + 1 + random_below(w, 30000) * MS;
    }
    for (uint32_t i = first; i < first + pieces; i++) {
        m->bytes[side] += w->flow[i].bytes;
        m->packets[side] += w->flow[i].packets;
    }
    for (uint32_t i = first; i < first + pieces && m->twice; i++) { /* it saw a little less, somewhat later */
        add_flow(w, m, side, w->flow[i].start, w->flow[i].end, 1);
        w->flow[w->flow_count - 1].bytes = w->flow[i].bytes - 1;
        w->flow[w->flow_count - 1].packets = w->flow[i].packets;
    }
    m->flows += pieces * (1u + m->twice);
    m->duplicates += m->twice ? pieces : 0;
}

static int64_t add_connection(struct world *w, struct made m, int64_t start)
{
    uint32_t first = w->flow_count;
    m.answered = random_below(w, 5) != 0;
    m.twice = random_below(w, 4) == 0;
    add_direction(w, &m, 0, start);
    if (m.answered)
        add_direction(w, &m, 1, start + random_below(w, 20) * MS);
    w->made[w->count++] = m;
    int64_t end = start;
    for (uint32_t i = first; i < w->flow_count; i++)
        end = w->flow[i].end > end ? w->flow[i].end : end;
    return end;
}

static struct made random_ends(struct world *w)
{
    struct made m = { .client = (uint8_t)random_below(w, HOSTS) };
    m.server = (uint8_t)((m.client + 1 + random_below(w, HOSTS - 1)) % HOSTS);
    unsigned kind = random_below(w, 5);
    m.proto = kind == 0 ? (w->ip6 ? ICMP6 : ICMP4) : kind < 3 ? UDP : TCP;
    if (kind) {
        m.cport = (uint16_t)(kind == 1 ? 123 : 40000 + random_below(w, 3));
        m.sport = (uint16_t)(kind == 1 ? 123 : 80 + random_below(w, 2));
    }
    m.vlan = 0;
    return m;
}

static void make_world(struct world *w, uint64_t seed)
{
    *w = (struct world) { .random = seed * 0x9E3779B97F4A7C15u + 5, .ip6 = seed % 3 == 0 };
    for (unsigned i = 0; i < HOSTS; i++)
        snprintf(w->host[i], sizeof w->host[i], w->ip6 ? "2001:db8:%x::%x" : "10.%u.0.%u", i % 2, i + 1);
    while (w->count < CONNECTIONS - 4) {
        struct made m = random_ends(w);
        int64_t start = 1500000000 * SECOND + random_below(w, 100000) * MS;
        uint32_t customers = random_below(w, 8) ? 1 : 2; /* the same addresses, each in its VLAN, at once */
        bool again = random_below(w, 4) == 0;            /* the same ports later on */
        if (!is_new(w, &m))
            continue;
        for (uint32_t c = 0; c < customers; c++) {
            m.vlan = (uint16_t)(customers > 1 ? 10 + c : 0);
            int64_t end = add_connection(w, m, start + c * MS);
            if (again)
                add_connection(w, m, end + TOLERANCE + 2 * MS + random_below(w, 50000) * MS);
        }
    }
}

/* Arrival in any order at all. */
static void shuffle(struct world *w)
{
    for (uint32_t i = w->flow_count; i > 1; i--) {
        uint32_t j = random_below(w, i), owner = w->owner[i - 1];
        struct seen flow = w->flow[i - 1];
        w->flow[i - 1] = w->flow[j];
        w->owner[i - 1] = w->owner[j];
        w->flow[j] = flow;
        w->owner[j] = owner;
    }
}

static void expect_made(const struct world *w, const struct net *net, uint32_t index, uint64_t seed)
{
    struct connection c = net_connection(net, index);
    uint32_t owner = w->owner[pairs_first_row(net->pairs, index)], rows = 0;
    const struct made *m = &w->made[owner];
    for (uint32_t r = pairs_first_row(net->pairs, index); r != PAIR_NONE;
         r = pairs_next_row(net->pairs, r), rows++) {
        cr_assert_eq(w->owner[r], owner, "seed %ju: flows of two connections in one", (uintmax_t)seed);
        cr_assert_eq(pairs_row_duplicate(net->pairs, r), w->flow[r].session == 1, "seed %ju",
                     (uintmax_t)seed);
    }
    struct addr client;
    cr_assert(addr_parse(w->host[m->client], &client));
    int side = addr_equal(&c.ip[PAIR_CLIENT], &client) ? PAIR_CLIENT
                                                       : PAIR_SERVER; /* who is who is not its concern */
    cr_assert_eq(rows, m->flows, "seed %ju: %u flows of %u", (uintmax_t)seed, rows, m->flows);
    cr_assert_eq(c.paired, m->answered, "seed %ju", (uintmax_t)seed);
    cr_assert_eq(c.duplicates, m->duplicates, "seed %ju", (uintmax_t)seed);
    cr_assert_eq(c.vlan, m->vlan);
    cr_assert_eq(c.bytes[side], m->bytes[0], "seed %ju", (uintmax_t)seed);
    cr_assert_eq(c.bytes[!side], m->bytes[1], "seed %ju", (uintmax_t)seed);
    cr_assert_eq(c.packets[side], m->packets[0], "seed %ju", (uintmax_t)seed);
    cr_assert_eq(c.packets[!side], m->packets[1], "seed %ju", (uintmax_t)seed);
}

/* Octets and packets of all connections are those of all flows without duplicates. */
static void expect_sums(const struct world *w, const struct net *net)
{
    uint64_t bytes = 0, packets = 0;
    for (uint32_t i = 0; i < pairs_count(net->pairs); i++) {
        struct connection c = net_connection(net, i);
        bytes += c.bytes[0] + c.bytes[1];
        packets += c.packets[0] + c.packets[1];
    }
    for (uint32_t i = 0; i < w->flow_count; i++) {
        if (pairs_row_duplicate(net->pairs, i))
            continue;
        bytes -= w->flow[i].bytes;
        packets -= w->flow[i].packets;
    }
    cr_assert_eq(bytes, 0);
    cr_assert_eq(packets, 0);
}

Test(truth, what_was_made_up_comes_out)
{
    uint64_t connections = 0, flows = 0;
    struct world *w = malloc(sizeof *w);
    cr_assert_not_null(w);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct net net;
        make_world(w, seed);
        shuffle(w);
        net_begin(&net, TOLERANCE);
        net_add(&net, w->flow, w->flow_count);
        net_finish(&net);
        cr_assert_eq(pairs_count(net.pairs), w->count, "seed %ju: %u connections, not %u", (uintmax_t)seed,
                     pairs_count(net.pairs), w->count);
        for (uint32_t i = 0; i < w->count; i++)
            expect_made(w, &net, i, seed);
        expect_sums(w, &net);
        connections += w->count;
        flows += w->flow_count;
        net_end(&net);
    }
    printf("%ju flows made %ju connections, all as they were\n", (uintmax_t)flows, (uintmax_t)connections);
    free(w);
}
