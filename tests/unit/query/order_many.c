/* SPDX-License-Identifier: MIT */
/* Orders of many flows and connections, of both families and of none, are what a plain sort of them says. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "pair/candidates.h"
#include "query/order.h"

#define ROWS  (70u * NFDEC_ROWS + 100u) /* more blocks than are looked at first */
#define HOSTS 200u

static struct query_data data;
static uint64_t state;

static uint32_t below(uint32_t limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % limit;
}

/* A question, or the answer to one of those before it, near or far. */
struct flow {
    uint32_t src, dst; /* hosts */
    uint16_t sport, dport;
    uint8_t proto;
    uint64_t start;
};

static void make_flow(const struct flow *before, uint32_t count, struct flow *flow)
{
    static const uint8_t protocols[] = { 6, 17, 47 };
    const struct flow *asked = count > 0 ? &before[below(count < 20000 ? count : 20000)] : NULL;
    *flow = (struct flow) { below(HOSTS),
                            below(HOSTS),
                            (uint16_t)(1024 + below(60000)),
                            (uint16_t)below(900),
                            protocols[below(3)],
                            UINT64_C(1700000000000000000) + count / 7 * UINT64_C(1000000) };
    flow->dst = flow->dst / 3 * 3 + flow->src % 3; /* of the same family */
    if (!asked || below(3) > 0)
        return;
    *flow = (struct flow) { asked->dst, asked->src, asked->dport, asked->sport, asked->proto, flow->start };
}

/* Of three hosts one has an address of IPv4, one of IPv6, and one has none. */
static uint64_t put_address(struct nfdec_columns *c, enum nfdec_column column, uint32_t host)
{
    bool dst = column == NFDEC_COL_DST;
    uint32_t mixed = host * 0x9E3779B1u;
    c->column[column][c->rows] = host % 3 == 0 ? mixed : 0;
    if (host % 3 == 0)
        return dst ? NFDEC_DST_IP4 : NFDEC_SRC_IP4;
    if (host % 3 == 2)
        return 0;
    c->column[column][c->rows] = c->ip6_count;
    uint8_t *octets = c->ip6[c->ip6_count++];
    memset(octets, 0, 16);
    octets[0] = 0x20;
    memcpy(octets + 4 + host % 2 * 8, &mixed, sizeof mixed);
    return dst ? NFDEC_DST_IP6 : NFDEC_SRC_IP6;
}

static void put(struct nfdec_columns *c, const struct flow *flow)
{
    const struct {
        enum nfdec_column column;
        uint64_t value;
    } values[] = { { NFDEC_COL_SPORT, flow->sport },    { NFDEC_COL_DPORT, flow->dport },
                   { NFDEC_COL_PROTO, flow->proto },    { NFDEC_COL_START, flow->start },
                   { NFDEC_COL_END, flow->start + 50 }, { NFDEC_COL_PACKETS, below(30) },
                   { NFDEC_COL_BYTES, below(5000) },    { NFDEC_COL_REVERSE_PACKETS, below(9) ? 0 : 3 } };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        c->column[values[i].column][c->rows] = values[i].value;
        c->used |= 1u << values[i].column;
    }
    uint64_t src = put_address(c, NFDEC_COL_SRC, flow->src), dst = put_address(c, NFDEC_COL_DST, flow->dst);
    c->column[NFDEC_COL_FAMILY][c->rows] = src | dst;
    c->used |= NFDEC_BIT(SRC) | NFDEC_BIT(DST) | NFDEC_BIT(FAMILY);
    c->rows++;
}

static void begin(void)
{
    struct flow_store *store = flow_store_new();
    struct pairs *pairs = pairs_new(NULL);
    struct candidates *candidates = candidates_new();
    struct flow *flows = calloc(ROWS, sizeof *flows);
    cr_assert(flows);
    state = 1;
    for (uint32_t row = 0; row < ROWS;) {
        struct nfdec_columns *c = flow_store_tail(store);
        uint32_t first = row;
        for (; row < ROWS && c->rows < NFDEC_ROWS; row++) {
            make_flow(flows, row, &flows[row]);
            put(c, &flows[row]);
        }
        candidates_make(candidates, pairs, c);
        pairs_enter(pairs, candidates, 0, first);
        flow_store_commit(store);
    }
    pairs_finish(pairs, store);
    pairs_order(pairs);
    candidates_free(candidates);
    free(flows);
    data = (struct query_data) {
        .store = store, .pairs = pairs, .ledger = ledger_new(), .decoder = nfdec_new(NULL)
    };
}

static void end(void)
{
    pairs_free((struct pairs *)(uintptr_t)data.pairs);
    flow_store_free((struct flow_store *)(uintptr_t)data.store);
    ledger_free((struct ledger *)(uintptr_t)data.ledger);
    nfdec_free((struct nfdec *)(uintptr_t)data.decoder);
}

TestSuite(many, .init = begin, .fini = end);

/* What orders an item: those of IPv6 behind those of IPv4, those without a value last in any order. */
struct valued {
    bool missing, wide;
    uint8_t octets[16];
    uint64_t number;
    uint32_t item;
};

static void value_address(struct valued *v, const struct addr *address)
{
    v->missing = address->family == 0;
    v->wide = address->family == 6;
    memcpy(v->octets, address->octets, sizeof v->octets);
}

static void value_flow(enum field_symbol symbol, uint32_t row, struct valued *v)
{
    struct flow_row flow;
    flow_store_row(data.store, row, &flow);
    if (symbol == FIELD_SRC)
        value_address(v, &flow.src);
    else
        v->number =
            order_signed((int64_t)flow.value[symbol == FIELD_START ? NFDEC_COL_START : NFDEC_COL_BYTES]);
}

static void value_connection(enum field_symbol symbol, uint32_t index, struct valued *v)
{
    struct connection c;
    pairs_get(data.pairs, data.store, index, &c);
    v->missing = symbol == FIELD_SERVER_PORT && c.proto == 47;
    if (symbol == FIELD_CLIENT_IP || symbol == FIELD_SERVER_IP)
        value_address(v, &c.ip[symbol == FIELD_CLIENT_IP ? PAIR_CLIENT : PAIR_SERVER]);
    else if (symbol == FIELD_SERVER_PORT)
        v->number = c.port[PAIR_SERVER];
    else if (symbol == FIELD_CLIENT_PACKETS || symbol == FIELD_SERVER_PACKETS)
        v->number = c.packets[symbol == FIELD_CLIENT_PACKETS ? PAIR_CLIENT : PAIR_SERVER];
    else
        v->number = symbol == FIELD_START ? order_signed(c.start) : c.packets[0] + c.packets[1];
}

static int compare(const void *a, const void *b, void *user)
{
    const struct valued *x = a, *y = b;
    int sign = *(const bool *)user ? -1 : 1, octets = memcmp(x->octets, y->octets, sizeof x->octets);
    if (x->missing != y->missing)
        return x->missing ? 1 : -1;
    if (!x->missing && x->wide != y->wide)
        return x->wide ? sign : -sign;
    if (!x->missing && x->number != y->number)
        return x->number < y->number ? -sign : sign;
    if (!x->missing && octets != 0)
        return octets < 0 ? -sign : sign;
    return x->item < y->item ? -1 : 1;
}

static uint64_t sort_plainly(const struct order_request *request, struct valued *values, uint32_t *out)
{
    uint32_t all = request->connections ? pairs_count(data.pairs) : ROWS;
    bool descending = request->descending;
    uint64_t count = 0;
    for (uint32_t i = 0; i < all; i++) {
        if (request->chosen && !(request->chosen[i / 64] >> i % 64 & 1))
            continue;
        struct valued *v = &values[count++];
        *v = (struct valued) { .item = i };
        (request->connections ? value_connection : value_flow)((enum field_symbol)request->field.symbol, i,
                                                               v);
    }
    qsort_r(values, count, sizeof *values, compare, &descending);
    for (uint64_t i = 0; i < count; i++)
        out[i] = values[i].item;
    return count;
}

static void note(void *user, const uint32_t *numbers, uint64_t count)
{
    memcpy(user, numbers, count * sizeof *numbers);
}

static void expect_plain(const struct order_request *request)
{
    static const uint64_t mosts[] = { 100, 4096, ROWS };
    static struct valued values[ROWS];
    static uint32_t expected[ROWS], out[ROWS], early[ROWS];
    const char *name = field_table[request->field.symbol].name;
    uint64_t count = sort_plainly(request, values, expected);
    for (size_t i = 0; i < sizeof mosts / sizeof *mosts; i++) {
        uint64_t most = mosts[i] < count ? mosts[i] : count;
        struct order_early first = { .most = mosts[i], .found = note, .user = early };
        cr_assert_eq(order_top(request, mosts[i], out, NULL), most);
        cr_assert_arr_eq(out, expected, most * sizeof *out, "the first of %s", name);
        cr_assert_eq(order_all_early(request, &first, out, NULL), count);
        cr_assert_arr_eq(out, expected, count * sizeof *out, "all by %s", name);
        cr_assert_arr_eq(early, expected, most * sizeof *early, "early ones of %s", name);
    }
}

static void expect_fields(const char *const *names, bool connections)
{
    static uint64_t chosen[ROWS / 64 + 1];
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        chosen[i] = (uint64_t)below(UINT32_MAX) << 32 | below(UINT32_MAX);
    for (unsigned turn = 0; *names; turn++, names += turn % 4 == 0) {
        struct order_request request = { .data = &data,
                                         .connections = connections,
                                         .descending = turn % 2,
                                         .chosen = turn % 4 / 2 ? chosen : NULL,
                                         .threads = 1 + turn % 3 };
        cr_assert(field_find(*names, strlen(*names), &request.field));
        expect_plain(&request);
    }
}

Test(many, flows)
{
    static const char *const names[] = { "src", "bytes", "start", NULL };
    expect_fields(names, false);
}

Test(many, connections)
{
    static const char *const names[] = { "client.ip",      "server.ip",      "server.port", "packets",
                                         "packets.client", "packets.server", "start",       NULL };
    cr_assert(pairs_count(data.pairs) > ROWS / 4 && pairs_count(data.pairs) < ROWS - ROWS / 8);
    expect_fields(names, true);
}
