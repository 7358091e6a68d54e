/* SPDX-License-Identifier: MIT */
/* The state of pairing: connections under construction and the table that finds them. Private to src/pair. */
#ifndef PAIR_PAIRS_H
#define PAIR_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pair/key.h"
#include "pair/pair.h"

enum conn_bits {
    CONN_BIFLOW = 1,    /* a record carries both directions */
    CONN_BIFLOW_HI = 2, /* its initiator is the higher endpoint */
    CONN_POINTS = 4,    /* flows of several observation points: duplicates are possible */
    CONN_APART = 8,     /* another connection of the same key is out of the tolerance's reach */
    CONN_JOINED = 16,   /* was joined from different VLANs or VRFs */
    CONN_GONE = 32,     /* was joined into another one */
    CONN_MULTICAST = 64,
};

/* Sides: 0 is the lower endpoint, 1 the higher. */
struct conn {
    int64_t start[2]; /* first start of the side's flows; INT64_MAX: none */
    int64_t end;
    uint64_t bytes[2], packets[2];
    uint32_t end_point[2]; /* IPv4 addresses; of IPv6 the first is an index in pairs.ip6 */
    uint32_t vrf;
    uint32_t first_row, last_row;
    uint32_t previous; /* connection of the same key before this one; PAIR_NONE */
    uint32_t flows[2];
    uint32_t session; /* of the first flow */
    uint16_t port[2], flags[2];
    uint16_t vlan, icmp_value;
    uint8_t direction; /* flowDirection of the first flow */
    uint8_t proto, family, icmp, icmp_type;
    uint8_t bits;
};

struct pairs_ip6 {
    uint64_t half[4];
};

struct pairs {
    int64_t tolerance;
    uint64_t seed;
    struct conn *conn;
    size_t count, capacity;
    uint64_t *slot; /* upper half of the hash << 32 | connection + 1; 0: free */
    size_t slot_count, slot_mask;
    uint32_t *next; /* by row: the connection's next flow */
    size_t rows, row_capacity;
    struct pairs_ip6 *ip6;
    size_t ip6_count, ip6_capacity;
    uint8_t *duplicate; /* bit per row; NULL: none */
    uint32_t *order;    /* by start, gone ones left out; after pairs_finish() */
    uint32_t order_count;
};

void conn_key(const struct pairs *pairs, const struct conn *conn, struct key *key);
int64_t conn_start(const struct conn *conn);

/* Moves the flows and sums of `from` into `to`. */
void conn_join(struct pairs *pairs, struct conn *to, struct conn *from);

/* Joins single connections whose other direction is in another VLAN or VRF, or is ICMP of unknown type. */
void leftover_join(struct pairs *pairs);

/* Finds flows seen twice, and counts them out of their connections. */
void duplicates_find(struct pairs *pairs, const struct flow_store *store);

/* Which side is the client, 0 or 1, and by what evidence. */
int conn_client(const struct conn *conn, enum pair_evidence *evidence);
bool conn_paired(const struct conn *conn);
enum pair_reason conn_reason(const struct conn *conn);

#endif
