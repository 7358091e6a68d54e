/* SPDX-License-Identifier: MIT */
/* Who is the client of a connection, by the best evidence there is. */
#include "pair/pairs.h"

#define TCP 6

bool conn_paired(const struct conn *conn)
{
    return conn->bits & CONN_BIFLOW || conn_both_sent(conn);
}

static bool only_syn(const struct conn *conn, int side)
{
    uint8_t syn = side ? CONN_SYN_HI : CONN_SYN_LO, ack = side ? CONN_ACK_HI : CONN_ACK_LO;
    return (conn->sides & (syn | ack)) == syn;
}

/* 0: a service port, 1 from 1024 on, 2 from 32768 on; 3: none. By what a difference borrows: compared, it would be guessed. */
static unsigned port_rank(uint32_t port)
{
    return ((1023 - port) >> 31) + (port >> 15) + 3 * ((port - 1) >> 31);
}

/* The start tells who asked first, unless what is seen of a side of a TCP connection is from the middle of its life. */
static bool start_tells(const struct conn *conn, bool tcp)
{
    uint8_t syn = CONN_SYN_LO | CONN_SYN_HI;
    return conn_both_sent(conn) & ((conn->sides & CONN_FIRST) != CONN_FIRST) &
           (!tcp | ((conn->sides & syn) == syn));
}

static bool icmp_tells(const struct conn *conn)
{
    enum key_icmp icmp = key_icmp(conn->rest);
    bool unknown = conn->bits & CONN_NO_ASKER || (conn->bits & CONN_ICMP_UNKNOWN && !conn_both_sent(conn));
    return (icmp == KEY_ICMP_ASK_LO || icmp == KEY_ICMP_ASK_HI) && !unknown;
}

/*
 * All evidence is weighed, and then the best of it taken: what a connection has is as good as random, and guessing it
 * takes longer. Both sets have a bit by enum pair_evidence: what is there, and whether it speaks for the higher endpoint.
 */
int conn_client(const struct conn *conn, const struct conn_told *told, enum pair_evidence *evidence)
{
    bool tcp = key_proto(conn->rest) == TCP, record = conn->bits & CONN_BIFLOW;
    bool icmp = key_icmp(conn->rest) != KEY_ICMP_NONE;
    uint16_t port[2] = { icmp ? 0 : key_port(conn->rest, 0), icmp ? 0 : key_port(conn->rest, 1) };
    unsigned rank[2] = { port_rank(port[0]), port_rank(port[1]) };
    bool syn[2] = { tcp & only_syn(conn, 0), tcp & only_syn(conn, 1) };
    bool later = !(conn->sides & CONN_FIRST_LO), together = (conn->sides & CONN_FIRST) == CONN_FIRST;
    unsigned there =
        (unsigned)(record | told->event) << PAIR_BY_RECORD | (unsigned)(syn[0] != syn[1]) << PAIR_BY_SYN |
        (unsigned)(icmp && icmp_tells(conn)) << PAIR_BY_ICMP |
        (unsigned)start_tells(conn, tcp) << PAIR_BY_START | (unsigned)(rank[0] != rank[1]) << PAIR_BY_PORT |
        (unsigned)!together << PAIR_BY_ORDER | 1u << PAIR_BY_NOTHING;
    unsigned higher = (unsigned)(record ? told->initiator_hi : told->event_hi) << PAIR_BY_RECORD |
                      (unsigned)syn[1] << PAIR_BY_SYN |
                      (unsigned)(key_icmp(conn->rest) == KEY_ICMP_ASK_HI) << PAIR_BY_ICMP |
                      (unsigned)later << PAIR_BY_START | (unsigned)(rank[1] > rank[0]) << PAIR_BY_PORT |
                      (unsigned)later << PAIR_BY_ORDER |
                      (unsigned)(key_port(conn->rest, 1) > key_port(conn->rest, 0)) << PAIR_BY_NOTHING;
    *evidence = (enum pair_evidence)__builtin_ctz(there);
    return higher >> *evidence & 1;
}

bool conn_client_known(const struct conn *conn, int *client)
{
    struct conn_told told = { .initiator_hi = conn->bits & CONN_BEGAN_HI };
    enum pair_evidence evidence;
    bool several = conn->bits & CONN_BIFLOW && conn->first_row != conn->last_row;
    if (several || conn->bits & CONN_EVENT || key_kind(conn->rest) == KEY_ALONE)
        return false;
    *client = conn_client(conn, &told, &evidence);
    return true;
}
