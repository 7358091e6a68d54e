/* SPDX-License-Identifier: MIT */
#include "decode/load.h"

#include "base/time.h"
#include "decode/number.h"

#define MS_NS         INT64_C(1000000)
#define US_NS         INT64_C(1000)
#define ALWAYS_INLINE inline __attribute__((always_inline)) /* compiled anew for each constant */

/* System start by v1 ... v9 header: the difference of two uptimes is signed, which survives the 32-bit wrap and a
 * flow time that is a little later than the header's. */
static inline uint64_t uptime_time(const struct load *l, uint64_t value)
{
    int32_t since = (int32_t)((uint32_t)value - l->uptime);
    return l->export_time + load_time((uint64_t)since, MS_NS);
}

/* A value of a column, from the number that the record has. */
static ALWAYS_INLINE uint64_t convert(const struct load *l, uint64_t value, enum plan_operation operation)
{
    switch (operation) {
    case PLAN_UPTIME:
        return uptime_time(l, value);
    case PLAN_SECONDS:
        return load_time(value, TIME_SECOND);
    case PLAN_MILLISECONDS:
        return load_time(value, MS_NS);
    case PLAN_DELTA:
        return l->export_time - load_time(value, US_NS);
    default:
        return value;
    }
}

void load_plain(const struct load *l, const struct plan_step *step, const struct plan_pair *pair)
{
    (void)pair;
    for (const struct plan_step *end = step + step->alike; step < end; step++) {
        struct number number = plan_number(step);
        enum plan_operation operation = step->operation;
        uint64_t *out = l->columns[step->column] + l->row;
        for (uint32_t i = 0; i < l->count; i++)
            out[i] = convert(l, number_at(load_record(l, i), number), operation);
    }
}

#ifdef __x86_64__

#include <immintrin.h>

#define WIDE __attribute__((target("avx2")))

static inline WIDE __m128i octets_at(const void *p)
{
    return _mm_loadu_si128((const __m128i *)p);
}

/* The octets at a in the lower half, those at b in the upper one. */
static inline WIDE __m256i octets_at_two(const uint8_t *a, const uint8_t *b)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(octets_at(a)), octets_at(b), 1);
}

/* As load_time(). */
static inline WIDE __m256i times_of(__m256i values, int64_t unit)
{
    __m256i units = _mm256_set1_epi64x(unit), low = _mm256_mul_epu32(values, units),
            high = _mm256_mul_epu32(_mm256_srli_epi64(values, 32), units);
    return _mm256_add_epi64(low, _mm256_slli_epi64(high, 32));
}

static inline WIDE __m256i uptime_times(const struct load *l, __m256i values)
{
    __m256i since = _mm256_sub_epi32(values, _mm256_set1_epi64x(l->uptime));
    return _mm256_add_epi64(_mm256_set1_epi64x((int64_t)l->export_time),
                            _mm256_mul_epi32(since, _mm256_set1_epi64x(MS_NS)));
}

/* As convert(). */
static inline WIDE __m256i convert_four(const struct load *l, __m256i values, uint8_t operation)
{
    switch (operation) {
    case PLAN_UPTIME:
        return uptime_times(l, values);
    case PLAN_SECONDS:
        return times_of(values, TIME_SECOND);
    case PLAN_MILLISECONDS:
        return times_of(values, MS_NS);
    default: /* PLAN_DELTA */
        return _mm256_sub_epi64(_mm256_set1_epi64x((int64_t)l->export_time), times_of(values, US_NS));
    }
}

/* Into as many rows as there are, where these are less than four. */
static ALWAYS_INLINE WIDE void store(const struct load *l, uint64_t *out, __m256i values, bool few)
{
    if (few)
        _mm256_maskstore_epi64(
            (long long *)(void *)out,
            _mm256_cmpgt_epi64(_mm256_set1_epi64x(l->count), _mm256_set_epi64x(3, 2, 1, 0)), values);
    else
        _mm256_storeu_si256((__m256i *)(void *)out, values);
}

/* Rows behind those that are filled, whose cache lines are asked for: they are wanted soon, and in many columns. */
#define AHEAD 16

/* Four records from the i-th on; of fewer than four the last one stands for those that are not there. */
static ALWAYS_INLINE WIDE void load_four(const struct load *l, uint32_t i, const struct plan_pair *pair,
                                         const struct plan_pair *end, bool few)
{
    uint32_t last = l->count - 1;
    const uint8_t *a = load_record(l, i), *b = load_record(l, few && last < 1 ? last : i + 1),
                  *c = load_record(l, few && last < 2 ? last : i + 2),
                  *d = load_record(l, few ? last : i + 3);
    uint64_t *out = l->columns[0] + l->row + i;
    for (; pair < end; pair++) {
        __m256i order = _mm256_broadcastsi128_si256(octets_at(pair->order));
        __m256i even = _mm256_shuffle_epi8(octets_at_two(a + pair->place, c + pair->place), order);
        __m256i odd = _mm256_shuffle_epi8(octets_at_two(b + pair->place, d + pair->place), order);
        __m256i first = _mm256_unpacklo_epi64(even, odd), second = _mm256_unpackhi_epi64(even, odd);
        if (pair->operation != PLAN_NUMBER) {
            first = convert_four(l, first, pair->operation);
            second = convert_four(l, second, pair->operation);
        }
        __builtin_prefetch(out + pair->values[0] + AHEAD, 1);
        __builtin_prefetch(out + pair->values[1] + AHEAD, 1);
        store(l, out + pair->values[0], first, few);
        store(l, out + pair->values[1], second, few);
    }
}

/* The last four go back over some that were done, so that nothing is written behind them. */
WIDE void load_wide(const struct load *l, const struct plan_step *step, const struct plan_pair *pair)
{
    const struct plan_pair *end = pair + step->pairs;
    if (l->count < 4) {
        load_four(l, 0, pair, end, true);
        return;
    }
    for (uint32_t i = 0; i < l->count - 4; i += 4)
        load_four(l, i, pair, end, false);
    load_four(l, l->count - 4, pair, end, false);
}

bool load_is_wide(void)
{
    return __builtin_cpu_supports("avx2");
}

#else

void load_wide(const struct load *l, const struct plan_step *step, const struct plan_pair *pair)
{
    load_plain(l, step, pair);
}

bool load_is_wide(void)
{
    return false;
}

#endif
