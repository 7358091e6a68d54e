/* SPDX-License-Identifier: MIT */
/* What lists order connections by that needs no look at their flows, or at addresses of the first one only. */
#include <string.h>

#include "base/be.h"
#include "pair/pairs.h"

#define AHEAD 64u /* connections that are fetched before they are read: they may stand anywhere */

/* What is to be fetched when `index` is read: what comes behind those that are asked for is asked for next. */
static const struct conn *ahead(const struct pairs *pairs, uint32_t index, uint32_t all)
{
    return pairs_listed(pairs, all - index > AHEAD ? index + AHEAD : index);
}

void pairs_summaries(const struct pairs *pairs, uint32_t index, uint32_t count, struct pair_summary *out)
{
    uint32_t all = pairs_count(pairs);
    for (uint32_t i = 0; i < count; i++) {
        __builtin_prefetch(ahead(pairs, index + i, all));
        const struct conn *conn = pairs_listed(pairs, index + i);
        out[i] = (struct pair_summary) { .start = conn->start,
                                         .end = conn->end,
                                         .bytes = conn->bytes[0] + conn->bytes[1],
                                         .proto = key_proto(conn->rest),
                                         .paired = conn_paired(conn) };
    }
}

void pairs_summary(const struct pairs *pairs, uint32_t index, struct pair_summary *out)
{
    pairs_summaries(pairs, index, 1, out);
}

/* Of a connection whose flows have to be asked. */
static void ask_end(const struct pairs *pairs, const struct flow_store *store, uint32_t index,
                    enum pair_side side, struct pair_end *out)
{
    struct connection c;
    pairs_get(pairs, store, index, &c);
    const uint8_t *octets = c.ip[side].octets;
    *out = (struct pair_end) { .bytes = c.bytes[side],
                               .port = c.port[side],
                               .other_port = c.port[!side],
                               .proto = c.proto,
                               .family = c.ip[side].family };
    out->ip[0] = c.ip[side].family == 4 ? be32(octets) : be64(octets);
    out->ip[1] = be64(octets + 8);
}

static void read_end(const struct conn *conn, int from, struct pair_end *out)
{
    bool is_ip6 = key_kind(conn->rest) == KEY_IP6, ports = key_icmp(conn->rest) == KEY_ICMP_NONE;
    *out = (struct pair_end) {
        .ip = { is_ip6 ? 0 : (uint32_t)(conn->ends >> (from ? 0 : 32)) },
        .bytes = conn->bytes[from],
        .port = ports ? key_port(conn->rest, from) : 0,
        .other_port = ports ? key_port(conn->rest, !from) : 0,
        .proto = key_proto(conn->rest),
        .family = is_ip6 ? 6 : 4,
    };
}

/* Connections of IPv6, whose addresses are in their flows: they are looked up together, so that none waits for another. */
struct look_up {
    uint32_t count;
    struct {
        struct pair_end *out;
        uint32_t row;
        bool higher; /* the higher address is asked for, as memcmp() says */
    } of[CONN_RUN];
};

/* Without a question: one that is not of IPv6 gives way to the next. */
static void note_ip6(struct look_up *look_up, const struct conn *conn, int from, struct pair_end *out)
{
    look_up->of[look_up->count].out = out;
    look_up->of[look_up->count].row = conn->first_row;
    look_up->of[look_up->count].higher = from;
    look_up->count += key_kind(conn->rest) == KEY_IP6;
}

static void find_ip6(const struct flow_store *store, const struct look_up *look_up)
{
    static const uint8_t none[16];
    const uint8_t *ip[CONN_RUN][2];
    for (uint32_t i = 0; i < look_up->count; i++)
        flow_store_ip6_fetch(store, look_up->of[i].row);
    for (uint32_t i = 0; i < look_up->count; i++) {
        flow_store_ip6_ends(store, look_up->of[i].row, ip[i]);
        __builtin_prefetch(ip[i][0]);
        __builtin_prefetch(ip[i][1]);
    }
    for (uint32_t i = 0; i < look_up->count; i++) {
        const uint8_t *src = ip[i][0] ? ip[i][0] : none, *dst = ip[i][1] ? ip[i][1] : none;
        uint64_t a[2] = { be64(src), be64(src + 8) }, b[2] = { be64(dst), be64(dst + 8) };
        bool later = a[0] != b[0] ? a[0] > b[0] : a[1] > b[1];
        memcpy(look_up->of[i].out->ip, later == look_up->of[i].higher ? a : b, sizeof a);
    }
}

static void read_run(const struct pairs *pairs, const struct flow_store *store, uint32_t index,
                     uint32_t count, enum pair_side side, bool addresses, struct pair_end *out)
{
    uint32_t all = pairs_count(pairs), client[CONN_RUN];
    const struct conn *conn[CONN_RUN];
    struct look_up look_up;
    look_up.count = 0;
    for (uint32_t i = 0; i < count; i++)
        conn[i] = pairs_listed(pairs, index + i);
    conn_clients(conn, count, client);
    for (uint32_t i = 0; i < count; i++) {
        __builtin_prefetch(ahead(pairs, index + i, all));
        int from = (client[i] == 1) != (side == PAIR_SERVER);
        if (client[i] == CONN_UNTOLD) {
            ask_end(pairs, store, index + i, side, &out[i]);
            continue;
        }
        read_end(conn[i], from, &out[i]);
        if (addresses)
            note_ip6(&look_up, conn[i], from, &out[i]);
    }
    find_ip6(store, &look_up);
}

void pairs_ends(const struct pairs *pairs, const struct flow_store *store, uint32_t index, uint32_t count,
                enum pair_side side, bool addresses, struct pair_end *out)
{
    for (uint32_t from = 0; from < count; from += CONN_RUN)
        read_run(pairs, store, index + from, count - from < CONN_RUN ? count - from : CONN_RUN, side,
                 addresses, out + from);
}
