/* SPDX-License-Identifier: MIT */
#include "base/order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define DIGIT_BITS 11
#define DIGITS     (1u << DIGIT_BITS)

static unsigned digit(uint64_t key, unsigned shift)
{
    return (unsigned)(key >> shift) & (DIGITS - 1);
}

static void pass(const struct order *from, struct order *to, size_t count, unsigned shift)
{
    size_t place[DIGITS] = { 0 }, sum = 0;
    for (size_t i = 0; i < count; i++)
        place[digit(from[i].key, shift)]++;
    for (unsigned d = 0; d < DIGITS; d++) {
        size_t n = place[d];
        place[d] = sum;
        sum += n;
    }
    for (size_t i = 0; i < count; i++)
        to[place[digit(from[i].key, shift)]++] = from[i];
}

void order_sort(struct order *order, size_t count)
{
    uint64_t differ = 0;
    bool sorted = true;
    for (size_t i = 1; i < count; i++) {
        differ |= order[i].key ^ order[0].key;
        sorted &= order[i - 1].key <= order[i].key;
    }
    if (sorted)
        return;
    struct order *other = alloc_array(count, sizeof *other), *from = order, *to = other;
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (!digit(differ, shift))
            continue;
        pass(from, to, count, shift);
        struct order *swap = from;
        from = to;
        to = swap;
    }
    if (from != order)
        memcpy(order, from, count * sizeof *order);
    free(other);
}

void order_by_key(uint32_t *index, size_t count, const uint64_t *key)
{
    struct order *order = alloc_array(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (struct order) { .key = key[index[i]], .index = index[i] };
    order_sort(order, count);
    for (size_t i = 0; i < count; i++)
        index[i] = order[i].index;
    free(order);
}

/* Bytes for digits: there are few numbers mostly, and counting must not be more work than moving. */
static void pass_byte(const uint64_t *from, uint64_t *to, size_t count, unsigned shift)
{
    size_t place[256] = { 0 }, sum = 0;
    for (size_t i = 0; i < count; i++)
        place[(uint8_t)(from[i] >> shift)]++;
    for (unsigned d = 0; d < 256; d++) {
        size_t n = place[d];
        place[d] = sum;
        sum += n;
    }
    for (size_t i = 0; i < count; i++)
        to[place[(uint8_t)(from[i] >> shift)]++] = from[i];
}

void order_upper_halves(uint64_t *number, uint64_t *other, size_t count)
{
    uint64_t differ = 0, *from = number, *to = other;
    for (size_t i = 1; i < count; i++)
        differ |= number[i] ^ number[0];
    for (unsigned shift = 32; shift < 64; shift += 8) {
        if (!(uint8_t)(differ >> shift))
            continue;
        pass_byte(from, to, count, shift);
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != number)
        memcpy(number, from, count * sizeof *number);
}
