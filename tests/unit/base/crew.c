/* SPDX-License-Identifier: MIT */
#include "base/crew.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

enum { ITEMS = 2000, CAPACITY = 5, MOST = 7 };

struct item {
    uint32_t number, result;
};

struct workshop {
    atomic_bool busy[MOST]; /* a worker is one thread at a time */
    atomic_uint done;
};

static void work(void *user, unsigned worker, void *argument)
{
    struct workshop *shop = user;
    struct item *item = argument;
    cr_assert_lt(worker, MOST);
    cr_assert_not(atomic_exchange(&shop->busy[worker], true));
    if (item->number % 3 == 0)
        sched_yield(); /* later ones overtake */
    item->result = item->number * 7;
    atomic_store(&shop->busy[worker], false);
    atomic_fetch_add(&shop->done, 1);
}

/* Takes `wanted` of the items in order, then leaves. */
static void take(unsigned workers, uint32_t wanted)
{
    struct workshop shop = { .done = 0 };
    struct item items[CAPACITY];
    struct crew *crew = crew_new(workers, CAPACITY, work, &shop);
    uint32_t given = 0, taken = 0;
    while (taken < wanted) {
        for (; given < ITEMS && !crew_full(crew); given++) {
            items[given % CAPACITY] = (struct item) { .number = given };
            crew_give(crew, &items[given % CAPACITY]);
        }
        const struct item *item = crew_take(crew);
        cr_assert_eq(item, &items[taken % CAPACITY], "%u workers", workers);
        cr_assert_eq(item->result, taken * 7, "%u workers", workers);
        taken++;
    }
    if (wanted == ITEMS)
        cr_assert_null(crew_take(crew));
    crew_free(crew);
    cr_assert_geq(atomic_load(&shop.done), wanted);
    cr_assert_leq(atomic_load(&shop.done), given);
}

Test(crew, gives_results_in_order)
{
    for (unsigned workers = 1; workers <= MOST; workers++)
        take(workers, ITEMS);
}

Test(crew, may_be_left_early)
{
    for (unsigned workers = 1; workers <= MOST; workers++)
        for (uint32_t wanted = 0; wanted < 2 * CAPACITY; wanted++)
            take(workers, wanted);
}

Test(crew, without_items)
{
    struct crew *crew = crew_new(3, 1, work, NULL);
    cr_expect_null(crew_take(crew));
    cr_expect_not(crew_full(crew));
    crew_free(crew);
    crew_free(NULL);
}
