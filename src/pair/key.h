/* SPDX-License-Identifier: MIT */
/*
 * The key of a connection: protocol, both endpoints in a fixed order, VLAN and VRF, and of ICMP what kind of
 * question it is and who asked. Both directions of a connection have the same key.
 */
#ifndef PAIR_KEY_H
#define PAIR_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/store.h"
#include "nfdec/columns.h"

enum key_icmp {
    KEY_ICMP_NONE,   /* no ICMP */
    KEY_ICMP_ASK_LO, /* a question and its answers; the lower endpoint asked */
    KEY_ICMP_ASK_HI,
    KEY_ICMP_ONE_WAY_LO, /* a type that nobody answers, sent by the lower endpoint */
    KEY_ICMP_ONE_WAY_HI,
};

enum key_kind { KEY_ALONE, KEY_IP4, KEY_IP6 };

/*
 * Words that are compared whole. `ends` of IPv4: both addresses, the lower one above; of IPv6 a hash of `ip6` (both
 * halves of the lower address, then of the higher), which is compared instead. `rest`, from the top: ports of the
 * lower and the higher endpoint (of ICMP: the type that asks, and 0), protocol, kind and enum key_icmp, scope.
 */
struct key {
    uint64_t ends, rest;
    uint64_t ip6[4];
    uint64_t hash;     /* of the loose key: equal too where only scope, or who asked, differs */
    bool reversed;     /* the source of the flow is the higher endpoint; of one that asks itself: an answer */
    bool swapped;      /* the record names the ends the other way: only the answer was counted */
    bool icmp_unknown; /* ICMP whose type and code are 0: an echo reply, or not known */
};

/* VLAN and VRF as a small number: 0 where there are none. */
struct key_scopes {
    struct key_scope {
        uint32_t vrf;
        uint16_t vlan;
    } * scope;
    size_t count, capacity;
    uint16_t *slot; /* open addressing: number; 0: free */
    size_t slots;
};

void key_scopes_release(struct key_scopes *scopes);

/* A block's columns, unused ones as zeros. */
struct key_block {
    const uint64_t *column[NFDEC_COLUMN_COUNT];
    const struct nfdec_columns *columns;
    bool reverse; /* some row may have counters of the other direction */
    bool scoped;  /* ... a VLAN or a VRF */
    bool events;  /* ... an event */
};

void key_block(struct key_block *block, const struct nfdec_columns *columns);

/* Keys of `count` rows. `seed` is secret to a run, so that nobody can choose flows whose hashes collide. */
void key_of_rows(struct key *key, const struct key_block *block, uint32_t from, uint32_t count,
                 struct key_scopes *scopes, uint64_t seed);

static inline uint16_t key_port(uint64_t rest, int side)
{
    return (uint16_t)(rest >> (side ? 32 : 48));
}
static inline uint8_t key_proto(uint64_t rest)
{
    return (uint8_t)(rest >> 24);
}
static inline enum key_kind key_kind(uint64_t rest)
{
    return (enum key_kind)(rest >> 20 & 0xf);
}
static inline enum key_icmp key_icmp(uint64_t rest)
{
    return (enum key_icmp)(rest >> 16 & 0xf);
}
static inline uint16_t key_scope(uint64_t rest)
{
    return (uint16_t)rest;
}

/* `rest` without scope and without who asked: for joining what is left over. */
static inline uint64_t key_loose(uint64_t rest)
{
    uint64_t asks = key_icmp(rest) == KEY_ICMP_ASK_HI ? UINT64_C(1) << 16 : 0;
    return (rest & ~UINT64_C(0xffff)) - asks;
}

/* Whether the source of a stored row is the higher endpoint, and whether that is its record's destination. */
bool key_row_reversed(const struct flow_row *row, bool *swapped);

/* The destination cannot answer. */
static inline bool key_multicast(const struct key *key)
{
    if (key_kind(key->rest) == KEY_IP6)
        return key->ip6[key->reversed ? 0 : 2] >> 56 == 0xff;
    uint32_t to = (uint32_t)(key->ends >> (key->reversed ? 32 : 0));
    return key_kind(key->rest) == KEY_IP4 && (to >> 28 == 0xe || to == 0xffffffffu);
}

#endif
