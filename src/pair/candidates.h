/* SPDX-License-Identifier: MIT */
/*
 * Rows of a block, each as a connection of its own: what can be said of them without a look at any other. Made by any
 * thread, column by column, while the block is in its cache; what is left for pairs_enter(), which is one thread's at
 * a time, is to look for the connection and to enter the row. Private to src/pair.
 */
#ifndef PAIR_CANDIDATES_H
#define PAIR_CANDIDATES_H

#include "pair/key.h"
#include "pair/pair.h"

/* A nature, from the lowest bit: session of 32 bits, enum conn_bits of 16, direction of 8, enum conn_sides of 8. */
#define NATURE_BITS      32
#define NATURE_DIRECTION 48
#define NATURE_SIDES     56

struct candidates {
    struct key_block block;
    struct keys keys;
    uint64_t nature[NFDEC_ROWS];
    uint64_t scope[NFDEC_ROWS]; /* vrf << 16 | vlan */
    int64_t earliest, latest;   /* between which all of them start */
};

#endif
