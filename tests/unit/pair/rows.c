/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <pthread.h>

#include "net.h"

#define A "10.0.0.1"
#define B "10.0.0.2"

/* Two connections that alternate, and one that began before both and comes last. */
static const struct seen flows[] = {
    FLOW(UDP, A, 1000, B, 53, 2 * SECOND, 2 * SECOND),  FLOW(UDP, A, 2000, B, 53, 3 * SECOND, 3 * SECOND),
    FLOW(UDP, B, 53, A, 1000, 2 * SECOND, 2 * SECOND),  FLOW(UDP, B, 53, A, 2000, 3 * SECOND, 3 * SECOND),
    FLOW(UDP, A, 3000, B, 123, 1 * SECOND, 1 * SECOND),
};
static const uint32_t owner[] = { 1, 2, 1, 2, 0 };

Test(rows, connection_of_each)
{
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    for (uint32_t row = 0; row < LENGTH(flows); row++)
        cr_expect_eq(pairs_connection_of_row(net.pairs, row), owner[row], "row %u", row);
    cr_expect_eq(pairs_connection_of_row(net.pairs, LENGTH(flows)), PAIR_NONE);
    net_end(&net);
}

Test(rows, not_before_the_order)
{
    struct net net;
    net_begin(&net, 0);
    net_add(&net, flows, LENGTH(flows));
    cr_expect_eq(pairs_connection_of_row(net.pairs, 0), PAIR_NONE);
    net_finish(&net);
    cr_expect_eq(pairs_connection_of_row(net.pairs, 0), 1u);
    net_end(&net);
}

Test(rows, memory_is_told)
{
    struct net net;
    net_of(&net, flows, LENGTH(flows));
    size_t before = pairs_memory(net.pairs);
    pairs_connection_of_row(net.pairs, 0);
    cr_expect_eq(pairs_memory(net.pairs), before + LENGTH(flows) * sizeof(uint32_t));
    pairs_order(net.pairs); /* may change it */
    cr_expect_eq(pairs_memory(net.pairs), before);
    net_end(&net);
}

static void *ask(void *user)
{
    const struct net *net = user;
    uintptr_t wrong = 0;
    for (uint32_t row = 0; row < LENGTH(flows); row++)
        wrong += pairs_connection_of_row(net->pairs, row) != owner[row];
    return (void *)wrong;
}

Test(rows, threads_ask_at_once)
{
    for (int round = 0; round < 50; round++) {
        struct net net;
        pthread_t thread[4];
        void *wrong;
        net_of(&net, flows, LENGTH(flows));
        for (unsigned i = 0; i < 4; i++)
            cr_assert_eq(pthread_create(&thread[i], NULL, ask, &net), 0);
        for (unsigned i = 0; i < 4; i++) {
            pthread_join(thread[i], &wrong);
            cr_expect_null(wrong);
        }
        net_end(&net);
    }
}
