/* SPDX-License-Identifier: MIT */
/* Orders of flows and connections. Values of every kind are held against a reference by tests/formats/sorted.py. */
#include <criterion/criterion.h>
#include <string.h>

#include "flows5.h"
#include "query/connection.h"
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

/* Connections of both directions and of one, of several protocols. */
static void begin_connections(void)
{
    struct flow5 flows[FLOWS5];
    for (unsigned i = 0; i < FLOWS5; i++) {
        uint32_t host = 0x0A000000 + i * 7 % 5, server = 0xC0000201 + i % 3;
        uint16_t port = (uint16_t)(40000 + i / 2 * 2), service = (uint16_t)(i % 4 ? 53 : 443);
        bool answer = i % 2 && i % 3;
        flows[i] = answer ? flows[i - 1]
                          : (struct flow5) { .src = host,
                                             .dst = server,
                                             .sport = port,
                                             .dport = service,
                                             .packets = 1 + i % 3,
                                             .bytes = 100 * (1 + i % 5),
                                             .first = 1000 * i,
                                             .last = 1000 * i + 10 * (i % 3),
                                             .proto = (uint8_t)(i % 5 == 0 ? 1
                                                                : i % 4    ? 17
                                                                           : 6) };
        if (!answer)
            continue;
        flows[i].src = flows[i - 1].dst;
        flows[i].dst = flows[i - 1].src;
        flows[i].sport = flows[i - 1].dport;
        flows[i].dport = flows[i - 1].sport;
        flows[i].packets = 2 + i % 4;
        flows[i].first += 1;
        flows[i].last += 5;
    }
    run = flows5_run(flows, &data);
}

/* A number that orders connections, all of it; false: it has no such value. */
static bool value_of(enum field_symbol symbol, const struct query_connection *q, double *value)
{
    const struct connection *c = &q->c;
    const enum pair_side side = symbol == FIELD_SERVER_IP || symbol == FIELD_SERVER_PORT ||
                                symbol == FIELD_SERVER_BYTES || symbol == FIELD_SERVER_PACKETS;
    double packets = (double)(c->packets[0] + c->packets[1]), bytes = (double)(c->bytes[0] + c->bytes[1]);
    double seconds = (double)(c->end - c->start) / 1e9;
    switch (symbol) {
    case FIELD_START:
        return *value = (double)(c->start / 1000000), true;
    case FIELD_END:
        return *value = (double)(c->end / 1000000), true;
    case FIELD_DURATION:
        return *value = (double)(c->end - c->start), true;
    case FIELD_PROTO:
        return *value = c->proto, true;
    case FIELD_ICMP_TYPE:
        return *value = c->icmp >> 8, c->proto == 1;
    case FIELD_ICMP_CODE:
        return *value = c->icmp & 0xFF, c->proto == 1;
    case FIELD_PACKETS:
        return *value = packets, true;
    case FIELD_BYTES:
        return *value = bytes, true;
    case FIELD_PPS:
        return *value = packets / seconds, seconds > 0;
    case FIELD_BPS:
        return *value = 8 * bytes / seconds, seconds > 0;
    case FIELD_BPP:
        return *value = bytes / packets, true;
    case FIELD_CLIENT_IP:
    case FIELD_SERVER_IP:
        return *value = c->ip[side].octets[0] * 256.0 + c->ip[side].octets[3], true;
    case FIELD_CLIENT_PORT:
    case FIELD_SERVER_PORT:
        return *value = c->port[side], q->ports;
    case FIELD_CLIENT_BYTES:
    case FIELD_SERVER_BYTES:
        return *value = (double)c->bytes[side], true;
    case FIELD_CLIENT_PACKETS:
    case FIELD_SERVER_PACKETS:
        return *value = (double)c->packets[side], true;
    case FIELD_FLOWS:
        return *value = c->flows[0] + c->flows[1], true;
    case FIELD_DUPLICATES:
        return *value = c->duplicates, true;
    default:
        return *value = c->paired, true;
    }
}

/* By insertion. Returns how many there are. */
static uint64_t reference(const struct order_request *request, uint32_t out[FLOWS5])
{
    struct query_sets sets = { .recent = { 0 } };
    double value[FLOWS5] = { 0 };
    bool there[FLOWS5] = { false };
    uint64_t count = 0;
    for (uint32_t i = 0; i < pairs_count(data.pairs); i++) {
        struct query_connection q;
        if (request->chosen && !(request->chosen[0] >> i & 1))
            continue;
        query_connection_get(&data, &sets, i, &q);
        there[i] = value_of((enum field_symbol)request->field.symbol, &q, &value[i]);
        uint64_t at = count++;
        for (; at > 0; at--) {
            uint32_t other = out[at - 1];
            bool before = request->descending ? value[i] > value[other] : value[i] < value[other];
            if (!there[i] || (there[other] && !before))
                break;
            out[at] = other;
        }
        out[at] = i;
    }
    return count;
}

struct noted {
    uint32_t number[FLOWS5];
    uint64_t count;
    unsigned times;
};

static void note(void *user, const uint32_t *numbers, uint64_t count)
{
    struct noted *noted = user;
    memcpy(noted->number, numbers, count * sizeof *numbers);
    noted->count = count;
    noted->times++;
}

/* With the first `most` on the way. */
static void expect_early(const struct order_request *request, uint64_t most, const uint32_t *expected,
                         uint64_t count)
{
    uint32_t out[FLOWS5];
    struct noted noted = { .count = 0 };
    struct order_early early = { .most = most, .found = note, .user = &noted };
    cr_assert_eq(order_all_early(request, &early, out, NULL), count);
    cr_expect_arr_eq(out, expected, count * sizeof *out);
    cr_expect_eq(noted.times, 1);
    cr_assert_eq(noted.count, most < count ? most : count);
    cr_expect_arr_eq(noted.number, expected, noted.count * sizeof *expected);
}

static void expect_reference(const struct order_request *request)
{
    uint32_t expected[FLOWS5], out[FLOWS5];
    const char *name = field_table[request->field.symbol].name;
    uint64_t count = reference(request, expected);
    cr_assert_eq(order_all(request, out, NULL), count);
    cr_expect_arr_eq(out, expected, count * sizeof *out, "%s", name);
    for (uint64_t most = 0; most <= count; most++) {
        cr_assert_eq(order_top(request, most, out, NULL), most);
        cr_expect_arr_eq(out, expected, most * sizeof *out, "%s, %u", name, (unsigned)most);
        expect_early(request, most, expected, count);
    }
    expect_early(request, FLOWS5 + 5, expected, count);
}

Test(connections, each_field_as_connections_tell, .init = begin_connections, .fini = end)
{
    static const uint64_t some = 0x33333333, one = 0x80;
    const uint64_t *const chosen[] = { NULL, &some, &one };
    unsigned fields = 0;
    cr_assert(pairs_count(data.pairs) > 15 && pairs_count(data.pairs) < FLOWS5);
    for (unsigned symbol = 0; symbol < FIELD_COUNT; symbol++) {
        struct field field = { .symbol = (uint8_t)symbol };
        if (order_refusal(&field, true) || symbol == FIELD_SERVICE)
            continue;
        fields++;
        for (unsigned i = 0; i < 2 * 2 * 3; i++) {
            struct order_request request = { .data = &data, .field = field, .connections = true };
            request.descending = i % 2;
            request.threads = i / 2 % 2 ? 3 : 1;
            request.chosen = chosen[i / 4];
            expect_reference(&request);
        }
    }
    cr_expect(fields >= 20);
}

Test(connections, can_be_cancelled, .init = begin_connections, .fini = end)
{
    static const char *const names[] = { "packets", "client.ip", "pps", "flows", "icmp_type" };
    struct query_job job = { .cancel = true };
    uint32_t out[FLOWS5];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct order_request request = request_for(names[i]);
        request.connections = true;
        cr_expect_eq(order_all(&request, out, &job), ORDER_CANCELLED);
        cr_expect_eq(order_top(&request, 5, out, &job), ORDER_CANCELLED);
    }
}

Test(order, can_be_cancelled)
{
    struct order_request request = request_for("src");
    struct query_job job = { .cancel = true };
    uint32_t out[FLOWS5];
    struct noted noted = { .count = 0 };
    struct order_early early = { .most = 5, .found = note, .user = &noted };
    cr_expect_eq(order_all(&request, out, &job), ORDER_CANCELLED);
    cr_expect_eq(order_top(&request, 5, out, &job), ORDER_CANCELLED);
    cr_expect_eq(order_all_early(&request, &early, out, &job), ORDER_CANCELLED);
    cr_expect_eq(noted.times, 0);
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
