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
    KEY_ICMP_NONE,   /* no ICMP, or its type is not known */
    KEY_ICMP_ASK_LO, /* a question and its answers; the lower endpoint asked */
    KEY_ICMP_ASK_HI,
    KEY_ICMP_ONE_WAY, /* a type that nobody answers */
};

struct key {
    uint64_t address[4]; /* lower endpoint high and low half, then the higher one; IPv4 in the low half */
    uint32_t vrf;
    uint16_t vlan;
    uint16_t port[2]; /* of the lower and the higher endpoint; 0 for ICMP */
    uint8_t proto;
    uint8_t family;    /* 0, 4, 6; mixed or missing addresses: 0 */
    uint8_t icmp;      /* enum key_icmp */
    uint8_t icmp_type; /* the type that asks, or the type itself */
};

/* The key of a row of a block; *reversed: its source is the higher endpoint. */
void key_of_row(struct key *key, const struct nfdec_columns *columns, uint32_t row, bool *reversed);

/* `seed` is secret to a run, so that nobody can choose flows that collide. */
uint64_t key_hash(const struct key *key, uint64_t seed);

/* The same without VLAN and VRF and without who asked: for joining what is left over. */
uint64_t key_loose_hash(const struct key *key, uint64_t seed);
bool key_loose_equal(const struct key *a, const struct key *b);

/* Whether the source of a stored row is the higher endpoint, as key_of_row() tells of a row in a block. */
bool key_row_reversed(const struct flow_row *row);

bool key_multicast(const struct key *key, bool reversed); /* the destination cannot answer */

#endif
