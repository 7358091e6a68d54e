/* SPDX-License-Identifier: MIT */
#include "base/order.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"

#define DIGIT_BITS 11
#define DIGITS     (1u << DIGIT_BITS)

/* Keys travel with their indices, so that every pass reads in order. */
struct entry {
    uint64_t key;
    uint32_t index;
};

static unsigned digit(uint64_t key, unsigned shift)
{
    return (unsigned)(key >> shift) & (DIGITS - 1);
}

static void pass(const struct entry *from, struct entry *to, size_t count, unsigned shift)
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

/* Sorts `from` with the help of `to`; returns where the result is. */
static const struct entry *sort(struct entry *from, struct entry *to, size_t count, uint64_t differ)
{
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (!digit(differ, shift))
            continue;
        pass(from, to, count, shift);
        struct entry *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

void order_by_key(uint32_t *index, size_t count, const uint64_t *key)
{
    uint64_t differ = 0;
    bool sorted = true;
    for (size_t i = 1; i < count; i++) {
        differ |= key[index[i]] ^ key[index[0]];
        sorted &= key[index[i - 1]] <= key[index[i]];
    }
    if (sorted)
        return;
    struct entry *entries = alloc_array(2 * count, sizeof *entries);
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry) { .key = key[index[i]], .index = index[i] };
    const struct entry *result = sort(entries, entries + count, count, differ);
    for (size_t i = 0; i < count; i++)
        index[i] = result[i].index;
    free(entries);
}
