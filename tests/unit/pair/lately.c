/* SPDX-License-Identifier: MIT */
/* How many connections are remembered: as many as find something, and what comes out does not depend on it. */
#include "pair/pairs.h"

#include <criterion/criterion.h>

#include "net.h"

#define QUESTIONS 160000u
#define LINES     8192u /* to begin with, of four connections each */

/* Question `number`, or its answer. */
static struct seen flow(uint32_t number, bool answer)
{
    static const char *const clients[] = { "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4" };
    const char *client = clients[number >> 16];
    uint16_t port = (uint16_t)number;
    int64_t time = number * (SECOND / 100000) + answer;
    if (answer)
        return (struct seen)FLOW(UDP, "10.0.1.1", 53, client, port, time, time, .packets = 1);
    return (struct seen)FLOW(UDP, client, port, "10.0.1.1", 53, time, time, .packets = 1);
}

/* Each question is answered when so many others have been asked behind it. Returns the lines there are in the end. */
static uint32_t pair_answers(struct net *net, uint32_t behind)
{
    struct seen seen[1024];
    uint32_t count = 0;
    net_begin(net, 0);
    for (uint32_t i = 0; i < QUESTIONS + behind; i++) {
        if (i < QUESTIONS)
            seen[count++] = flow(i, false);
        if (i >= behind)
            seen[count++] = flow(i - behind, true);
        if (count + 2 > LENGTH(seen) || i + 1 == QUESTIONS + behind) {
            net_add(net, seen, count);
            count = 0;
        }
    }
    uint32_t lines = net->pairs->lately[LATELY_MOST].mask + 1;
    net_finish(net);
    return lines;
}

static void expect_pairs(const struct net *net)
{
    uint32_t paired = 0;
    expect_connections(net, QUESTIONS);
    for (uint32_t i = 0; i < QUESTIONS; i++)
        paired += net_connection(net, i).paired;
    cr_expect_eq(paired, QUESTIONS);
}

Test(lately, stays_small_where_answers_come_soon)
{
    struct net net;
    cr_expect_eq(pair_answers(&net, 100), LINES);
    expect_pairs(&net);
    net_end(&net);
}

Test(lately, grows_where_answers_come_late)
{
    struct net net;
    cr_expect_gt(pair_answers(&net, 60000), LINES);
    expect_pairs(&net);
    net_end(&net);
}
