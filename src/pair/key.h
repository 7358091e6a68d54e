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

enum key_turn {
    KEY_REVERSED = 1, /* the source of the flow is the higher endpoint; of one that asks itself: an answer */
    KEY_SWAPPED = 2,  /* the record names the ends the other way: only the answer was counted */
    KEY_ICMP_UNKNOWN = 4, /* ICMP whose type and code are 0: an echo reply, or not known */
    KEY_MULTICAST = 8,    /* the destination cannot answer */
    KEY_SOURCE_HI = 16,   /* the record's source is the higher endpoint: one of the first two, and not both */
    KEY_ODD = 32,         /* not IPv4, or ICMP: it takes a closer look to make the key */
};

#define KEYS_AHEAD 32u /* behind the last hash others can be read ahead of their use; they mean nothing */

/*
 * Keys of a block's rows, a column each. `ends` of IPv4: both addresses, the lower one above; of IPv6: 64 bits that stand
 * for both, made with secrets of the run. Of a hundred million connections with the same ports, two have the same by
 * chance once in four thousand runs; by intent nobody can. `rest`, from the top: ports of the lower and the higher
 * endpoint (of ICMP: the type that asks, and 0), protocol, kind and enum key_icmp, and room for the scope.
 */
struct keys {
    uint64_t ends[NFDEC_ROWS], rest[NFDEC_ROWS];
    uint64_t hash[NFDEC_ROWS +
                  KEYS_AHEAD]; /* of the loose key: equal too where only scope, or who asked, differs */
    uint64_t turn[NFDEC_ROWS]; /* enum key_turn */
};

#define KEY_SCOPES_RECENT 256u

/* VLAN and VRF, put together as vrf << 16 | vlan, as a small number: 0 where there are none. */
struct key_scopes {
    uint64_t *scope; /* by number - 1 */
    size_t count, capacity;
    uint16_t *slot; /* open addressing: number; 0: free */
    size_t slots;
    struct key_scope {
        uint64_t scope;
        uint16_t number;
    } recent[KEY_SCOPES_RECENT]; /* by hash: most rows need not look further */
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

/* Secret to a run, so that nobody can choose flows whose hashes, or whose addresses of IPv6, come to the same. */
struct key_secret {
    uint64_t word[6];
};

/* Keys of the rows of a block, without scope: any thread may make them. */
void keys_make(struct keys *keys, const struct key_block *block, const struct key_secret *secret);

static inline uint64_t key_scope_hash(uint64_t scope)
{
    return scope * 0x9E3779B97F4A7C15u >> 32;
}

/* As key_scope_number(), of one that is not among the recent ones. */
uint16_t key_scope_find(struct key_scopes *scopes, uint64_t scope);

/* The number of a scope: 1 for the first that is asked for, and so on. */
static inline uint16_t key_scope_number(struct key_scopes *scopes, uint64_t scope)
{
    const struct key_scope *recent = &scopes->recent[key_scope_hash(scope) % KEY_SCOPES_RECENT];
    return recent->scope == scope ? recent->number : key_scope_find(scopes, scope);
}

static inline uint16_t key_scope_vlan(const struct key_scopes *scopes, uint16_t number)
{
    return number ? (uint16_t)scopes->scope[number - 1] : 0;
}
static inline uint32_t key_scope_vrf(const struct key_scopes *scopes, uint16_t number)
{
    return number ? (uint32_t)(scopes->scope[number - 1] >> 16) : 0;
}

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

#endif
