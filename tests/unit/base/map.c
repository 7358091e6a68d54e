/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define KEYS 600

/* The reference: a value per possible key. Keys are spread so that both halves count. */
struct reference {
    bool there[KEYS];
    uint32_t value[KEYS];
    size_t count;
};

static uint64_t key_a(unsigned k)
{
    return k % 3 == 0 ? k / 6 : (uint64_t)k << 40 | 7;
}

static uint32_t key_b(unsigned k)
{
    return k % 3 == 0 ? k % 6 : k % 3 == 1 ? 0 : UINT32_MAX;
}

static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static void put(struct map *map, struct reference *r, unsigned k, uint32_t value)
{
    map_put(map, key_a(k), key_b(k), value);
    r->count += !r->there[k];
    r->there[k] = true;
    r->value[k] = value;
}

static void take(struct map *map, struct reference *r, unsigned k)
{
    uint32_t value = 12345;
    uint32_t seen = 12345;
    bool there = map_find(map, key_a(k), key_b(k), &seen);
    bool found = map_take(map, key_a(k), key_b(k), &value);
    cr_assert_eq(found, r->there[k], "key %u", k);
    cr_assert_eq(there, found, "key %u", k);
    cr_assert_eq(seen, value, "key %u", k);
    if (found)
        cr_assert_eq(value, r->value[k], "key %u", k);
    else
        cr_assert_eq(value, 12345, "key %u is not there, yet its value was written", k);
    r->count -= found;
    r->there[k] = false;
}

static void run(uint64_t seed, unsigned puts_of_8)
{
    struct map map = { .entry = NULL };
    struct reference r = { .count = 0 };
    for (unsigned step = 0; step < 20000; step++) {
        unsigned k = next_random(&seed) % KEYS;
        if (next_random(&seed) % 8 < puts_of_8)
            put(&map, &r, k, next_random(&seed));
        else
            take(&map, &r, k);
        cr_assert_eq(map.count, r.count, "step %u", step);
    }
    for (unsigned k = 0; k < KEYS; k++)
        take(&map, &r, k);
    cr_assert_eq(map.count, 0);
    map_release(&map);
}

Test(map, agrees_with_a_reference)
{
    for (uint64_t seed = 1; seed <= 6; seed++)
        for (unsigned puts = 2; puts <= 6; puts += 2)
            run(seed * 77, puts);
}

Test(map, an_empty_one_holds_nothing)
{
    struct map map = { .entry = NULL };
    uint32_t value = 1;
    cr_expect_not(map_take(&map, 0, 0, &value));
    cr_expect_not(map_find(&map, 0, 0, &value));
    map_put(&map, 0, 0, 0);
    cr_assert(map_take(&map, 0, 0, &value));
    cr_expect_eq(value, 0);
    cr_expect_not(map_take(&map, 0, 0, &value));
    map_release(&map);
    cr_expect_not(map_take(&map, 0, 0, &value));
    map_release(&map);
}

Test(map, keeps_the_largest_numbers)
{
    struct map map = { .entry = NULL };
    uint32_t value;
    map_put(&map, UINT64_MAX, UINT32_MAX, UINT32_MAX - 1);
    map_put(&map, UINT64_MAX, 0, 1);
    map_put(&map, UINT64_MAX, 0, 2);
    cr_assert(map_take(&map, UINT64_MAX, UINT32_MAX, &value));
    cr_expect_eq(value, UINT32_MAX - 1);
    cr_assert(map_take(&map, UINT64_MAX, 0, &value));
    cr_expect_eq(value, 2, "the later value holds");
    map_release(&map);
}

Test(map, grows_to_many)
{
    struct map map = { .entry = NULL };
    uint32_t value;
    for (uint32_t i = 0; i < 100000; i++)
        map_put(&map, (uint64_t)i << 32, i % 3, i);
    cr_assert_eq(map.count, 100000);
    for (uint32_t i = 100000; i-- > 0;) {
        cr_assert(map_take(&map, (uint64_t)i << 32, i % 3, &value));
        cr_assert_eq(value, i);
    }
    map_release(&map);
}
