/* SPDX-License-Identifier: MIT */
/* Sorting many rows by a number: a radix sort, linear and stable. */
#ifndef BASE_ORDER_H
#define BASE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Keys travel with their rows, so that every pass reads in order. */
struct order {
    uint64_t key;
    uint32_t index;
};

/* Sorts by key; rows of equal keys stay in the order they had. */
void order_sort(struct order *order, size_t count);

/* Permutes `index` so that key[index[i]] does not fall; rows of equal keys stay in the order they had. */
void order_by_key(uint32_t *index, size_t count, const uint64_t *key);

/* Sorts numbers by their upper half, those equal in it stay in the order they had; `other` has room for as many. */
void order_upper_halves(uint64_t *number, uint64_t *other, size_t count);

/* A key that orders int64 values. */
static inline uint64_t order_signed(int64_t value)
{
    return (uint64_t)value ^ UINT64_C(1) << 63;
}

/* The value of such a key. */
static inline int64_t order_value(uint64_t key)
{
    return (int64_t)(key ^ UINT64_C(1) << 63);
}

#endif
