/* SPDX-License-Identifier: MIT */
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define DIGIT_BITS 11
#define DIGITS     (1u << DIGIT_BITS)

static unsigned digit(uint64_t key, unsigned shift)
{
    return (unsigned)(key >> shift) & (DIGITS - 1);
}

static void pass(const uint32_t *from, uint32_t *to, size_t count, const uint64_t *key, unsigned shift)
{
    size_t place[DIGITS] = { 0 }, sum = 0;
    for (size_t i = 0; i < count; i++)
        place[digit(key[from[i]], shift)]++;
    for (unsigned d = 0; d < DIGITS; d++) {
        size_t n = place[d];
        place[d] = sum;
        sum += n;
    }
    for (size_t i = 0; i < count; i++)
        to[place[digit(key[from[i]], shift)]++] = from[i];
}

void order_by_key(uint32_t *index, size_t count, const uint64_t *key)
{
    uint64_t differ = 0;
    for (size_t i = 1; i < count; i++)
        differ |= key[index[i]] ^ key[index[0]];
    if (!differ)
        return;
    uint32_t *other = alloc_array(count, sizeof *other), *from = index, *to = other;
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (!digit(differ, shift))
            continue;
        pass(from, to, count, key, shift);
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != index)
        memcpy(index, from, count * sizeof *index);
    free(other);
}
