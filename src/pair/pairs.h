/* SPDX-License-Identifier: MIT */
/* The state of pairing: connections under construction and the table that finds them. Private to src/pair. */
#ifndef PAIR_PAIRS_H
#define PAIR_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/chunks.h"
#include "pair/key.h"
#include "pair/pair.h"

enum conn_bits {
    CONN_BIFLOW = 1,    /* a record carries both directions */
    CONN_BIFLOW_HI = 2, /* its initiator is the higher endpoint */
    CONN_POINTS = 4,    /* flows of several observation points: duplicates are possible */
    CONN_APART = 8,     /* the other direction is there, but in a connection out of the tolerance's reach */
    CONN_JOINED = 16,   /* was joined from different VLANs or VRFs */
    CONN_GONE = 32,     /* was joined into another one */
    CONN_MULTICAST = 64,
    CONN_ICMP_UNKNOWN = 128,
    CONN_FROM_HI = 256,  /* its first row is a flow of the higher endpoint */
    CONN_NO_ASKER = 512, /* ICMP of unknown type both ways: nobody is known to have asked */
    CONN_MIXED = 1024,   /* was joined: its rows are not in order yet */
};

enum conn_sides {
    CONN_FLOWS_LO = 1, /* the lower endpoint sent a flow */
    CONN_FLOWS_HI = 2,
    CONN_FIRST_LO = 4, /* a flow of its is the earliest one; both: they start together */
    CONN_FIRST_HI = 8,
};

/*
 * What pairing needs and lists sort by, in one line of the cache; all else about a connection is in its flows.
 * Sides: 0 is the lower endpoint, 1 the higher.
 */
struct conn {
    uint64_t ends;     /* as in struct key; of IPv6: index in pairs.ip6 */
    uint64_t rest;     /* as in struct key */
    int64_t start;     /* of the earliest flow */
    uint64_t bytes[2]; /* sent by each side, duplicates taken out at the end */
    uint32_t length;   /* ms from start to the latest end, rounded up; UINT32_MAX: at least that */
    uint32_t first_row, last_row;
    uint32_t previous; /* connection of the same key before this one; PAIR_NONE */
    uint32_t session;  /* of the first flow */
    uint16_t bits;     /* enum conn_bits */
    uint8_t direction; /* flowDirection of the first flow */
    uint8_t sides;     /* enum conn_sides */
};

_Static_assert(sizeof(struct conn) == 64, "a connection is one line of the cache");

#define CONN_SHIFT 14u
#define NEXT_SHIFT 18u

struct pairs {
    int64_t tolerance;
    uint64_t seed;
    struct chunks conns; /* struct conn */
    struct chunks next;  /* uint32_t by row: the connection's next flow + 1; 0: none */
    struct chunks ip6;   /* uint64_t[4] */
    struct key_scopes scopes;
    uint64_t *slot; /* upper half of the hash << 32 | connection + 1; 0: free */
    struct arena slots;
    size_t slot_count;
    unsigned slot_bits; /* of the table's size */
    uint16_t seen;      /* enum conn_bits that connections of several flows have, all together */
    bool apart;         /* some key has several connections */
    bool leftovers;     /* some flow may find its peer in leftover_join() only */
    uint8_t *duplicate; /* bit per row; NULL: none */
    uint32_t *order;    /* by start, gone ones left out; after pairs_finish() */
    uint32_t order_count;
};

static inline struct conn *pairs_conn(const struct pairs *pairs, uint32_t index)
{
    return (struct conn *)(void *)pairs->conns.chunk[index >> CONN_SHIFT] +
           (index & ((1u << CONN_SHIFT) - 1));
}

static inline uint32_t *pairs_next(const struct pairs *pairs, uint32_t row)
{
    return (uint32_t *)(void *)pairs->next.chunk[row >> NEXT_SHIFT] + (row & ((1u << NEXT_SHIFT) - 1));
}

/* The latest end, to the millisecond. */
int64_t conn_end(const struct conn *conn);

/* Whether a connection and a span of time overlap or follow each other within the tolerance. */
bool conn_near(const struct pairs *pairs, const struct conn *conn, int64_t start, int64_t end);

/* Moves the flows and sums of `from` into `to`, which is the older of both. */
void conn_join(struct pairs *pairs, struct conn *to, struct conn *from);

/* Joins single connections whose other direction is in another VLAN or VRF, or is ICMP of unknown type. */
void leftover_join(struct pairs *pairs);

/* Finds flows seen twice, and counts them out of their connections. */
void duplicates_find(struct pairs *pairs, const struct flow_store *store);

bool conn_paired(const struct conn *conn);

#endif
