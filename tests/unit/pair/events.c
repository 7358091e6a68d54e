/* SPDX-License-Identifier: MIT */
/* What firewalls tell, event by event. */
#include <criterion/criterion.h>
#include <string.h>

#include "net.h"

#define A "10.0.0.1"
#define B "10.0.0.2"

enum { CREATED = 1, DELETED = 2, DENIED = 3, UPDATED = 5 };

#define BOTH(n, m)              .bytes = (n), .packets = (n) / 10, .reverse_bytes = (m), .reverse_packets = (m) / 10
#define TOLD(end_, event_, ...) FLOW(TCP, A, 40000, B, 443, 0, end_, .event = (event_), __VA_ARGS__)

static struct connection expect_one(const struct seen *flows, uint32_t count, uint64_t client,
                                    uint64_t server, unsigned duplicates)
{
    struct connection c = { .start = 0 };
    for (uint32_t turn = 0; turn < count; turn++) {
        struct net net;
        net_begin(&net, 0);
        for (uint32_t i = 0; i < count; i++)
            net_add(&net, &flows[(turn + i) % count], 1);
        net_finish(&net);
        expect_connections(&net, 1);
        c = net_connection(&net, 0);
        cr_expect(c.bytes[PAIR_CLIENT] == client && c.bytes[PAIR_SERVER] == server, "turn %u: %ju, %ju", turn,
                  (uintmax_t)c.bytes[PAIR_CLIENT], (uintmax_t)c.bytes[PAIR_SERVER]);
        for (uint32_t i = 0; i < count; i++)
            cr_expect_eq(pairs_row_duplicate(net.pairs, i), duplicates >> (turn + i) % count & 1,
                         "turn %u, row %u", turn, i);
        expect_ends(&net, 0, A, 40000, B, 443);
        net_end(&net);
    }
    return c;
}

/* Each counter is of the time since the report before. */
Test(events, deltas_add_up)
{
    static const struct seen flows[] = {
        TOLD(0, CREATED, .bytes = 0),
        TOLD(60 * SECOND, UPDATED, BOTH(1000, 5000)),
        TOLD(120 * SECOND, UPDATED, BOTH(1000, 5000)),
        TOLD(150 * SECOND, DELETED, BOTH(300, 700)),
    };
    struct connection c = expect_one(flows, LENGTH(flows), 2300, 10700, 0);
    char why[512];
    cr_expect(c.paired && c.reason == PAIR_BIFLOW && c.evidence == PAIR_BY_RECORD);
    cr_expect_eq(c.events, 1u << CREATED | 1u << UPDATED | 1u << DELETED);
    connection_why(&c, why, sizeof why);
    cr_expect(strstr(why, "a firewall told of creation, updates, teardown;"), "%s", why);
}

/* Cisco's: an update at the moment of the teardown, which says the same. */
Test(events, the_teardown_repeats_the_update)
{
    static const struct seen flows[] = {
        TOLD(SECOND, UPDATED, BOTH(810, 7630)),
        TOLD(SECOND, DELETED, BOTH(810, 7630)),
    };
    expect_one(flows, LENGTH(flows), 810, 7630, 1);
}

Test(events, the_teardown_repeats_the_last_of_several_updates)
{
    static const struct seen flows[] = {
        TOLD(60 * SECOND, UPDATED, BOTH(1000, 5000)),
        TOLD(80 * SECOND, UPDATED, BOTH(300, 700)),
        TOLD(80 * SECOND, DELETED, BOTH(300, 700)),
    };
    expect_one(flows, LENGTH(flows), 1300, 5700, 2);
}

Test(events, the_teardown_tells_the_sum)
{
    static const struct seen flows[] = {
        TOLD(0, CREATED, .bytes = 0),
        TOLD(60 * SECOND, UPDATED, BOTH(1000, 5000)),
        TOLD(80 * SECOND, UPDATED, BOTH(300, 700)),
        TOLD(80 * SECOND, DELETED, BOTH(1300, 5700)),
    };
    expect_one(flows, LENGTH(flows), 1300, 5700, 6);
}

/* ... and is still the whole when an update was lost: at its moment nothing can have come since the last one. */
Test(events, the_teardown_tells_more_than_the_updates)
{
    static const struct seen flows[] = {
        TOLD(0, CREATED, .bytes = 0),
        TOLD(80 * SECOND, UPDATED, BOTH(300, 700)),
        TOLD(80 * SECOND, DELETED, BOTH(1300, 5700)),
    };
    expect_one(flows, LENGTH(flows), 1300, 5700, 2);
}

/* Equal by chance, but not at once: two deltas. */
Test(events, one_way_and_equal)
{
    static const struct seen flows[] = {
        TOLD(60 * SECOND, UPDATED, .bytes = 500, .packets = 5),
        TOLD(90 * SECOND, DELETED, .bytes = 500, .packets = 5),
    };
    struct connection c = expect_one(flows, LENGTH(flows), 1000, 0, 0);
    cr_expect(!c.paired && c.reason == PAIR_NO_REVERSE);
}

Test(events, only_the_creation)
{
    static const struct seen flow = TOLD(0, CREATED, .bytes = 0);
    struct connection c = expect_one(&flow, 1, 0, 0, 0);
    cr_expect(!c.paired && c.reason == PAIR_EVENTS && c.evidence == PAIR_BY_RECORD);
}

Test(events, denied)
{
    static const struct seen flow = TOLD(0, DENIED, .bytes = 0);
    struct connection c = expect_one(&flow, 1, 0, 0, 0);
    cr_expect(!c.paired && c.reason == PAIR_DENIED && c.evidence == PAIR_BY_RECORD);
}

/* Firewalls that tell of each direction by itself: flows like any other, with an event. */
Test(events, each_direction_by_itself)
{
    static const struct seen flows[] = {
        FLOW(TCP, A, 40000, B, 443, 0, 0, .bytes = 70, .packets = 1, .flags = SYN, .event = CREATED),
        FLOW(TCP, B, 443, A, 40000, 5 * MS, 5 * MS, .bytes = 70, .packets = 1, .flags = SYN | ACK,
             .event = CREATED),
        FLOW(TCP, A, 40000, B, 443, 0, SECOND, .bytes = 111, .packets = 1, .flags = ACK | FIN,
             .event = DELETED),
    };
    struct connection c = expect_one(flows, LENGTH(flows), 181, 70, 0);
    cr_expect(c.paired && c.reason == PAIR_BOTH_DIRECTIONS && c.evidence != PAIR_BY_RECORD);
}
