/* SPDX-License-Identifier: MIT */
#include "net.h"

#include <criterion/criterion.h>
#include <string.h>

void net_begin_small(struct net *net, int64_t tolerance, uint32_t lines)
{
    struct pairs_config config = { .tolerance = tolerance, .recent_lines = lines };
    *net = (struct net) { .store = flow_store_new(),
                          .pairs = pairs_new(&config),
                          .candidates = candidates_new() };
}

void net_begin(struct net *net, int64_t tolerance)
{
    net_begin_small(net, tolerance, 0);
}

static void set(struct nfdec_columns *c, enum nfdec_column column, uint64_t value)
{
    if (!value && !(c->used >> column & 1))
        return;
    if (!(c->used >> column & 1)) {
        memset(c->column[column], 0, sizeof c->column[column]);
        c->used |= 1u << column;
    }
    c->column[column][c->rows] = value;
}

static uint64_t set_address(struct nfdec_columns *c, enum nfdec_column column, const char *text, uint64_t ip4,
                            uint64_t ip6)
{
    struct addr a = { .family = 0 };
    if (text)
        cr_assert(addr_parse(text, &a), "%s is no address", text);
    if (a.family == 4) {
        set(c, column,
            (uint64_t)a.octets[0] << 24 | (uint64_t)a.octets[1] << 16 | (uint64_t)a.octets[2] << 8 |
                a.octets[3]);
        return ip4;
    }
    set(c, column, a.family ? c->ip6_count : 0);
    if (!a.family)
        return 0;
    memcpy(c->ip6[c->ip6_count++], a.octets, 16);
    return ip6;
}

static void put(struct nfdec_columns *c, const struct seen *s)
{
    uint64_t src = set_address(c, NFDEC_COL_SRC, s->src, NFDEC_SRC_IP4, NFDEC_SRC_IP6);
    uint64_t dst = set_address(c, NFDEC_COL_DST, s->dst, NFDEC_DST_IP4, NFDEC_DST_IP6);
    c->used |= NFDEC_BIT(FAMILY) | NFDEC_BIT(SESSION);
    c->column[NFDEC_COL_FAMILY][c->rows] = src | dst;
    c->column[NFDEC_COL_SESSION][c->rows] = s->session;
    set(c, NFDEC_COL_PROTO, s->proto);
    set(c, NFDEC_COL_SPORT, s->sport);
    set(c, NFDEC_COL_DPORT, s->dport);
    set(c, NFDEC_COL_START, (uint64_t)s->start);
    set(c, NFDEC_COL_END, (uint64_t)s->end);
    set(c, NFDEC_COL_PACKETS, s->packets);
    set(c, NFDEC_COL_BYTES, s->bytes);
    set(c, NFDEC_COL_REVERSE_PACKETS, s->reverse_packets);
    set(c, NFDEC_COL_REVERSE_BYTES, s->reverse_bytes);
    set(c, NFDEC_COL_TCP_FLAGS, s->flags);
    set(c, NFDEC_COL_REVERSE_FLAGS, s->reverse_flags);
    set(c, NFDEC_COL_ICMP, s->icmp);
    set(c, NFDEC_COL_VLAN, s->vlan);
    set(c, NFDEC_COL_VRF, s->vrf);
    set(c, NFDEC_COL_DIRECTION, s->direction);
    set(c, NFDEC_COL_BIFLOW, s->biflow);
    set(c, NFDEC_COL_EVENT, s->event);
    set(c, NFDEC_COL_END_REASON, s->end_reason);
    set(c, NFDEC_COL_TOS, s->tos);
    set(c, NFDEC_COL_OUTPUT, s->output);
    c->rows++;
}

void net_add(struct net *net, const struct seen *seen, uint32_t count)
{
    uint32_t done = 0;
    while (done < count) {
        struct nfdec_columns *c = flow_store_tail(net->store);
        uint32_t from = c->rows;
        while (done < count && c->rows < NFDEC_ROWS)
            put(c, &seen[done++]);
        candidates_make(net->candidates, net->pairs, c);
        pairs_enter(net->pairs, net->candidates, from, net->rows);
        net->rows += c->rows - from;
        flow_store_commit(net->store);
    }
}

void net_add_each(struct net *net, const struct seen *seen, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        net_add(net, &seen[i], 1);
}

void net_finish(struct net *net)
{
    pairs_finish(net->pairs, net->store);
    pairs_order(net->pairs);
}

void net_of(struct net *net, const struct seen *seen, uint32_t count)
{
    net_begin(net, 0);
    net_add(net, seen, count);
    net_finish(net);
}

void net_end(struct net *net)
{
    pairs_free(net->pairs);
    candidates_free(net->candidates);
    flow_store_free(net->store);
}

struct connection net_connection(const struct net *net, uint32_t index)
{
    struct connection connection;
    cr_assert_lt(index, pairs_count(net->pairs), "there is no connection %u", index);
    pairs_get(net->pairs, net->store, index, &connection);
    return connection;
}

void expect_connections(const struct net *net, uint32_t count)
{
    cr_assert_eq(pairs_count(net->pairs), count, "%u connections, not %u", pairs_count(net->pairs), count);
}

static void expect_end(const struct connection *c, enum pair_side side, const char *ip, uint16_t port)
{
    char text[ADDR_TEXT];
    addr_text(&c->ip[side], text);
    cr_expect(strcmp(text, ip ? ip : "") == 0 && c->port[side] == port, "%s is %s port %u, not %s port %u",
              side == PAIR_CLIENT ? "client" : "server", text, c->port[side], ip, port);
}

void expect_ends(const struct net *net, uint32_t index, const char *client, uint16_t client_port,
                 const char *server, uint16_t server_port)
{
    struct connection c = net_connection(net, index);
    expect_end(&c, PAIR_CLIENT, client, client_port);
    expect_end(&c, PAIR_SERVER, server, server_port);
}

void expect_rows(const struct net *net, uint32_t index, const int *rows)
{
    uint32_t row = pairs_first_row(net->pairs, index);
    for (; *rows >= 0; rows++) {
        cr_expect_eq(row, (uint32_t)*rows, "row %u, not %d", row, *rows);
        if (row == PAIR_NONE)
            return;
        row = pairs_next_row(net->pairs, row);
    }
    cr_expect_eq(row, PAIR_NONE, "row %u is one too many", row);
}
