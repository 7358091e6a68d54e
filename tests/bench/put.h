/* SPDX-License-Identifier: MIT */
/* Numbers in network order. */
#ifndef BENCH_PUT_H
#define BENCH_PUT_H

#include <stddef.h>
#include <stdint.h>

/* Writes the lower `length` octets of a value, returns what is behind them. */
static inline uint8_t *put(uint8_t *out, uint64_t value, size_t length)
{
    for (size_t i = length; i-- > 0; value >>= 8)
        out[i] = (uint8_t)value;
    return out + length;
}

#endif
