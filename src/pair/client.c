/* SPDX-License-Identifier: MIT */
/* Who is the client of a connection, by the best evidence there is. */
#include "base/vectors.h"
#include "pair/pairs.h"

#define TCP 6u

bool conn_paired(const struct conn *conn)
{
    return conn->bits & CONN_BIFLOW || conn_both_sent(conn);
}

/* What a connection tells by itself: numbers of one size, so that several are weighed at once. */
struct look {
    uint32_t ports; /* the upper half of conn.rest, ... */
    uint32_t kind;  /* ... and the lower one */
    uint32_t bits, sides;
};

static struct look look_at(const struct conn *conn)
{
    return (struct look) { (uint32_t)(conn->rest >> 32), (uint32_t)conn->rest, conn->bits, conn->sides };
}

/* A bit by enum pair_evidence: what is there, and whether it speaks for the higher endpoint. */
struct evidence {
    uint32_t there, higher;
};

/* 0: a service port, 1 from 1024 on, 2 from 32768 on; 3: none. By what a difference borrows: no comparison is guessed. */
static inline uint32_t port_rank(uint32_t port)
{
    return ((1023 - port) >> 31) + (port >> 15) + 3 * ((port - 1) >> 31);
}

/* The start tells who asked first, unless what is seen of a side of a TCP connection is from the middle of its life. */
static inline uint32_t start_tells(uint32_t sides, uint32_t tcp)
{
    uint32_t syn = CONN_SYN_LO | CONN_SYN_HI;
    return (uint32_t)((sides & CONN_FLOWS) == CONN_FLOWS) & (uint32_t)((sides & CONN_FIRST) != CONN_FIRST) &
           ((tcp ^ 1) | (uint32_t)((sides & syn) == syn));
}

static inline uint32_t icmp_tells(uint32_t icmp, uint32_t bits, uint32_t sides)
{
    uint32_t asks = (uint32_t)(icmp == KEY_ICMP_ASK_LO) | (uint32_t)(icmp == KEY_ICMP_ASK_HI);
    uint32_t alone = (uint32_t)((sides & CONN_FLOWS) != CONN_FLOWS);
    uint32_t nobody = (uint32_t)((bits & CONN_NO_ASKER) != 0);
    uint32_t unknown = (uint32_t)((bits & CONN_ICMP_UNKNOWN) != 0) & alone;
    return asks & ~(nobody | unknown);
}

/*
 * All evidence is weighed but what records tell, and then the best of it taken: what a connection has is as good as random,
 * and guessing it takes longer.
 */
static inline struct evidence weigh(const struct look *look)
{
    uint32_t sides = look->sides, tcp = (uint32_t)(look->kind >> 24 == TCP), icmp = look->kind >> 16 & 0xf;
    uint32_t low = look->ports >> 16, high = look->ports & 0xffff, has = (uint32_t)(icmp == KEY_ICMP_NONE);
    uint32_t rank[2] = { port_rank(low) * has, port_rank(high) * has };
    uint32_t lone = sides & ~(sides >> 2), syn[2] = { lone >> 4 & tcp, lone >> 5 & tcp };
    uint32_t later = (uint32_t) !(sides & CONN_FIRST_LO);
    uint32_t apart = (uint32_t)((sides & CONN_FIRST) != CONN_FIRST);
    return (struct evidence) {
        .there = (syn[0] ^ syn[1]) << PAIR_BY_SYN | icmp_tells(icmp, look->bits, sides) << PAIR_BY_ICMP |
                 start_tells(sides, tcp) << PAIR_BY_START | (uint32_t)(rank[0] != rank[1]) << PAIR_BY_PORT |
                 apart << PAIR_BY_ORDER | 1u << PAIR_BY_NOTHING,
        .higher = syn[1] << PAIR_BY_SYN | (uint32_t)(icmp == KEY_ICMP_ASK_HI) << PAIR_BY_ICMP |
                  later << PAIR_BY_START | (uint32_t)(rank[1] > rank[0]) << PAIR_BY_PORT |
                  later << PAIR_BY_ORDER | (uint32_t)(high > low) << PAIR_BY_NOTHING,
    };
}

int conn_client(const struct conn *conn, const struct conn_told *told, enum pair_evidence *evidence)
{
    struct look look = look_at(conn);
    struct evidence e = weigh(&look);
    bool record = conn->bits & CONN_BIFLOW;
    e.there |= (uint32_t)(record | told->event) << PAIR_BY_RECORD;
    e.higher |= (uint32_t)(record ? told->initiator_hi : told->event_hi) << PAIR_BY_RECORD;
    *evidence = (enum pair_evidence)__builtin_ctz(e.there);
    return e.higher >> *evidence & 1;
}

/* Flows have more to tell where there are events, or several that carry both directions. */
static bool is_known(const struct conn *conn)
{
    bool several = conn->bits & CONN_BIFLOW && conn->first_row != conn->last_row;
    return !several && !(conn->bits & CONN_EVENT) && key_kind(conn->rest) != KEY_ALONE;
}

/* The best evidence is the lowest bit of what is there. */
WIDE_VECTORS static void find_clients(const struct look look[CONN_RUN], uint32_t client[CONN_RUN])
{
    for (uint32_t i = 0; i < CONN_RUN; i++) {
        struct evidence e = weigh(&look[i]);
        uint32_t there = e.there | (uint32_t)((look[i].bits & CONN_BIFLOW) != 0) << PAIR_BY_RECORD;
        uint32_t higher = e.higher | (uint32_t)((look[i].bits & CONN_BEGAN_HI) != 0) << PAIR_BY_RECORD;
        client[i] = (uint32_t)((there & -there & higher) != 0);
    }
}

void conn_clients(const struct conn *const *conn, uint32_t count, uint32_t client[CONN_RUN])
{
    struct look look[CONN_RUN];
    for (uint32_t i = 0; i < CONN_RUN; i++)
        look[i] = look_at(conn[i < count ? i : 0]);
    find_clients(look, client);
    for (uint32_t i = 0; i < count; i++)
        if (!is_known(conn[i]))
            client[i] = CONN_UNTOLD;
}
