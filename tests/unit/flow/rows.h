/* SPDX-License-Identifier: MIT */
/* Rows made by a seed, into a store and, as they should come out, beside it. */
#ifndef TEST_FLOW_ROWS_H
#define TEST_FLOW_ROWS_H

#include <stdint.h>

#include "flow/store.h"

#define ROWS_MAX (4 * NFDEC_ROWS)

struct rows {
    struct flow_store *store;
    struct flow_row *wanted; /* ROWS_MAX */
    uint32_t count;
    uint64_t random;
};

void rows_begin(struct rows *rows, uint64_t seed);
void rows_end(struct rows *rows);
uint32_t rows_random(struct rows *rows, uint32_t below);
uint64_t rows_bits(struct rows *rows, unsigned bits); /* a number of at most that many bits */

/* One row with all values of `row`; a column is opened by its first value other than 0. Seals full blocks. */
void rows_put(struct rows *rows, const struct flow_row *row);

/* A row of addresses, IPv4 or IPv6 or none by side: 0, 4, 6. */
void rows_address(struct rows *rows, struct addr *address, unsigned family);

#endif
