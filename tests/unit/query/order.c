/* SPDX-License-Identifier: MIT */
/* Orders of flows and connections. Values of every kind are held against a reference by tests/formats/sorted.py. */
#include <criterion/criterion.h>
#include <string.h>

#include "flows5.h"
#include "query/order.h"

static struct session *run;
static struct query_data data;

static void begin(void)
{
    struct flow5 flows[FLOWS5];
    for (unsigned i = 0; i < FLOWS5; i++)
        flows[i] = (struct flow5) { .src = 0x0A000000 + (i * 7) % 30,
                                    .dst = 0xC0000201,
                                    .sport = (uint16_t)(40000 + i),
                                    .dport = 53,
                                    .packets = 1 + i % 3,
                                    .bytes = 100 * (1 + i % 5),
                                    .first = 1000 * i,
                                    .last = 1000 * i + 10,
                                    .proto = 17 };
    run = flows5_run(flows, &data);
}

static void end(void)
{
    session_free(run);
}

TestSuite(order, .init = begin, .fini = end);

static struct order_request request_for(const char *name)
{
    struct order_request request = { .data = &data, .threads = 2 };
    cr_assert(field_find(name, strlen(name), &request.field));
    return request;
}

Test(order, rises_and_falls_and_equal_ones_stay)
{
    struct order_request request = request_for("bytes");
    uint32_t out[FLOWS5];
    cr_assert_eq(order_all(&request, out, NULL), FLOWS5);
    for (unsigned i = 0; i < FLOWS5; i++)
        cr_expect_eq(out[i], i % 6 * 5 + i / 6);
    request.descending = true;
    cr_assert_eq(order_all(&request, out, NULL), FLOWS5);
    for (unsigned i = 0; i < FLOWS5; i++)
        cr_expect_eq(out[i], i % 6 * 5 + (4 - i / 6));
}

Test(order, the_first_ones_are_those_of_all)
{
    static const char *const names[] = { "src", "bytes", "sport", "packets", "start", "bpp", "exporter" };
    uint32_t all[FLOWS5], top[FLOWS5];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct order_request request = request_for(names[i]);
        request.descending = i % 2;
        cr_assert_eq(order_all(&request, all, NULL), FLOWS5);
        for (uint64_t most = 0; most <= FLOWS5; most++) {
            cr_assert_eq(order_top(&request, most, top, NULL), most);
            cr_expect_arr_eq(all, top, most * sizeof *all, "%s", names[i]);
        }
        cr_expect_eq(order_top(&request, FLOWS5 + 5, top, NULL), FLOWS5);
    }
}

Test(order, of_chosen_ones_only)
{
    struct order_request request = request_for("src");
    uint64_t chosen[1] = { 1u << 3 | 1u << 4 | 1u << 9 };
    uint32_t out[FLOWS5];
    request.chosen = chosen;
    cr_expect_eq(order_count(&request), 3);
    cr_assert_eq(order_all(&request, out, NULL), 3);
    cr_expect(out[0] == 9 && out[1] == 3 && out[2] == 4); /* addresses end in 3, 21 and 28 */
    cr_assert_eq(order_top(&request, 2, out, NULL), 2);
    cr_expect(out[0] == 9 && out[1] == 3);
    request.connections = true;
    cr_assert(field_find("client.ip", 9, &request.field));
    cr_assert_eq(order_all(&request, out, NULL), 3);
    cr_expect(out[0] == 9 && out[1] == 3 && out[2] == 4);
}

Test(order, can_be_cancelled)
{
    struct order_request request = request_for("src");
    struct query_job job = { .cancel = true };
    uint32_t out[FLOWS5];
    cr_expect_eq(order_all(&request, out, &job), ORDER_CANCELLED);
    cr_expect_eq(order_top(&request, 5, out, &job), ORDER_CANCELLED);
}

Test(order, tells_how_far_it_is)
{
    struct order_request request = request_for("src");
    struct query_job job = { .total = 0 };
    uint32_t out[FLOWS5];
    order_all(&request, out, &job);
    cr_expect_eq(job.done, 2 * FLOWS5);
    cr_expect_eq(job.total, 2 * FLOWS5);
}

Test(order, what_cannot_be_done_is_refused)
{
    static const struct {
        const char *name;
        bool connections, fine;
    } cases[] = {
        { "src", false, true },      { "src", true, false },
        { "client.ip", true, true }, { "client.ip", false, false },
        { "ip", false, false },      { "bytes", true, true },
        { "bytes", false, true },    { "record", false, false },
        { "reason", true, false },   { "octetDeltaCount", false, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct field field;
        cr_assert(field_find(cases[i].name, strlen(cases[i].name), &field));
        cr_expect_eq(order_refusal(&field, cases[i].connections) == NULL, cases[i].fine, "%s", cases[i].name);
    }
}
