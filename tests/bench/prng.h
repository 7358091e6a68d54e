/* SPDX-License-Identifier: MIT */
/* Numbers that are the same on every machine: splitmix64 and what is made of it with integers only. */
#ifndef BENCH_PRNG_H
#define BENCH_PRNG_H

#include <stdbool.h>
#include <stdint.h>

struct prng {
    uint64_t state;
};

static inline uint64_t prng_next(struct prng *prng)
{
    uint64_t z = prng->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* 0 ... below - 1 */
static inline uint32_t prng_below(struct prng *prng, uint32_t below)
{
    return (uint32_t)((prng_next(prng) >> 32) * below >> 32);
}

static inline bool prng_percent(struct prng *prng, double percent)
{
    return prng_below(prng, 1000000) < percent * 10000;
}

/*
 * 1 ... 2^octaves - 1, every octave as likely as any other: as sizes and durations are spread, and as hosts are
 * by Zipf's law with exponent 1.
 */
static inline uint32_t prng_octaves(struct prng *prng, unsigned octaves)
{
    uint32_t floor = 1u << prng_below(prng, octaves);
    return floor + prng_below(prng, floor);
}

#endif
