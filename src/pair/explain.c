/* SPDX-License-Identifier: MIT */
/* What a connection is when it is shown: who is the client, why it is one, why a flow stayed single. */
#include <stdio.h>

#include "pair/pairs.h"

#define TCP      6
#define FLAG_SYN 0x02
#define FLAG_ACK 0x10

bool conn_paired(const struct conn *conn)
{
    return conn->bits & CONN_BIFLOW || (conn->flows[0] && conn->flows[1]);
}

enum pair_reason conn_reason(const struct conn *conn)
{
    if (conn->bits & CONN_BIFLOW && !(conn->flows[0] && conn->flows[1]))
        return PAIR_BIFLOW;
    if (conn->flows[0] && conn->flows[1])
        return conn->bits & CONN_JOINED ? PAIR_VLAN_DIFFERS : PAIR_BOTH_DIRECTIONS;
    if (!conn->family)
        return PAIR_NO_ADDRESSES;
    if (conn->bits & CONN_MULTICAST)
        return PAIR_MULTICAST;
    if (conn->icmp == KEY_ICMP_ONE_WAY)
        return PAIR_ICMP_ONE_WAY;
    return conn->bits & CONN_APART ? PAIR_APART : PAIR_NO_REVERSE;
}

static bool only_syn(const struct conn *conn, int side)
{
    return conn->proto == TCP && (conn->flags[side] & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN;
}

static unsigned port_rank(uint16_t port)
{
    return port == 0 ? 3 : port < 1024 ? 0 : port < 32768 ? 1 : 2;
}

/* The start tells who asked first, unless what is seen of a TCP connection is from the middle of its life. */
static bool start_tells(const struct conn *conn)
{
    return conn->flows[0] && conn->flows[1] && conn->start[0] != conn->start[1] &&
           (conn->proto != TCP || (conn->flags[0] | conn->flags[1]) & FLAG_SYN);
}

int conn_client(const struct conn *conn, enum pair_evidence *evidence)
{
    unsigned rank[2] = { port_rank(conn->port[0]), port_rank(conn->port[1]) };
    int earlier = conn->start[1] < conn->start[0];
    if (conn->bits & CONN_BIFLOW) {
        *evidence = PAIR_BY_RECORD;
        return (conn->bits & CONN_BIFLOW_HI) != 0;
    }
    if (only_syn(conn, 0) != only_syn(conn, 1)) {
        *evidence = PAIR_BY_SYN;
        return only_syn(conn, 1);
    }
    if (conn->icmp == KEY_ICMP_ASK_LO || conn->icmp == KEY_ICMP_ASK_HI) {
        *evidence = PAIR_BY_ICMP;
        return conn->icmp == KEY_ICMP_ASK_HI;
    }
    if (start_tells(conn)) {
        *evidence = PAIR_BY_START;
        return earlier;
    }
    if (rank[0] != rank[1]) {
        *evidence = PAIR_BY_PORT;
        return rank[1] > rank[0];
    }
    *evidence = PAIR_BY_ORDER;
    return earlier;
}

uint32_t pairs_count(const struct pairs *pairs)
{
    return pairs->order_count;
}

static const struct conn *at(const struct pairs *pairs, uint32_t index)
{
    return &pairs->conn[pairs->order[index]];
}

static uint32_t count_duplicates(const struct pairs *pairs, uint32_t index)
{
    uint32_t count = 0;
    if (!pairs->duplicate || !(at(pairs, index)->bits & CONN_POINTS))
        return 0;
    for (uint32_t r = pairs_first_row(pairs, index); r != PAIR_NONE; r = pairs_next_row(pairs, r))
        count += pairs_row_duplicate(pairs, r);
    return count;
}

/* Both addresses of a connection, by side. Where the record lacks one, the stored row knows which. */
static void addresses(const struct flow_store *store, const struct conn *conn, struct addr out[2])
{
    struct flow_row row;
    flow_store_row(store, conn->first_row, &row);
    bool reversed = key_row_reversed(&row);
    out[reversed] = row.src;
    out[!reversed] = row.dst;
}

void pairs_get(const struct pairs *pairs, const struct flow_store *store, uint32_t index,
               struct connection *out)
{
    const struct conn *conn = at(pairs, index);
    enum pair_evidence evidence;
    int client = conn_client(conn, &evidence);
    struct addr ip[2];
    addresses(store, conn, ip);
    *out = (struct connection) { .start = conn_start(conn),
                                 .end = conn->end,
                                 .vlan = conn->vlan,
                                 .vrf = conn->vrf,
                                 .icmp = conn->icmp_value,
                                 .proto = conn->proto,
                                 .paired = conn_paired(conn),
                                 .reason = conn_reason(conn),
                                 .evidence = evidence,
                                 .duplicates = count_duplicates(pairs, index) };
    for (int side = 0; side < 2; side++) {
        int from = side == PAIR_CLIENT ? client : !client;
        out->ip[side] = ip[from];
        out->port[side] = conn->port[from];
        out->bytes[side] = conn->bytes[from];
        out->packets[side] = conn->packets[from];
        out->tcp_flags[side] = conn->flags[from];
        out->flows[side] = conn->flows[from];
    }
}

uint32_t pairs_first_row(const struct pairs *pairs, uint32_t index)
{
    return at(pairs, index)->first_row;
}

uint32_t pairs_next_row(const struct pairs *pairs, uint32_t row)
{
    return pairs->next[row];
}

bool pairs_row_duplicate(const struct pairs *pairs, uint32_t row)
{
    return pairs->duplicate && pairs->duplicate[row / 8] >> row % 8 & 1;
}

bool pairs_row_reversed(const struct pairs *pairs, uint32_t index, const struct flow_row *row)
{
    enum pair_evidence evidence;
    return key_row_reversed(row) != (conn_client(at(pairs, index), &evidence) == 1);
}

const char *pair_reason_text(enum pair_reason reason)
{
    static const char *const texts[] = {
        [PAIR_BOTH_DIRECTIONS] = "flows of both directions overlap in time",
        [PAIR_BIFLOW] = "one record carries both directions",
        [PAIR_VLAN_DIFFERS] =
            "flows of both directions overlap in time, in different VLANs or VRFs or of unknown ICMP type",
        [PAIR_NO_REVERSE] = "no flow of the other direction was exported",
        [PAIR_APART] = "flows of the same endpoints are too far off in time",
        [PAIR_MULTICAST] = "sent to a multicast or broadcast address",
        [PAIR_ICMP_ONE_WAY] = "an ICMP type that has no answer",
        [PAIR_NO_ADDRESSES] = "the record has no addresses",
    };
    return texts[reason];
}

const char *pair_evidence_text(enum pair_evidence evidence)
{
    static const char *const texts[] = {
        [PAIR_BY_RECORD] = "the record says who began",
        [PAIR_BY_SYN] = "it sent SYN without ACK",
        [PAIR_BY_ICMP] = "it sent the request",
        [PAIR_BY_START] = "its flow started earlier",
        [PAIR_BY_PORT] = "the other port is a service port",
        [PAIR_BY_ORDER] = "nothing tells: it sent the first flow",
    };
    return texts[evidence];
}

size_t connection_why(const struct connection *connection, char *buffer, size_t size)
{
    int n = snprintf(buffer, size, "%s; client: %s", pair_reason_text(connection->reason),
                     pair_evidence_text(connection->evidence));
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}
