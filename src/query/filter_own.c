/* SPDX-License-Identifier: MIT */
#include "query/filter_own.h"

#include <string.h>

#include "base/alloc.h"

enum { TCP = 6, UDP = 17, DCCP = 33, SCTP = 132, UDP_LITE = 136 };

/* A value of a connection. */
struct value {
    bool known;
    uint64_t number;
    const struct addr *address;
    const char *text;
};

#define TIMES (NFDEC_BIT(START) | NFDEC_BIT(END))

/* Which columns all flows must have, so that a value needs no look at what each flow of a connection has. */
static const struct {
    bool quick;
    uint32_t columns;
} needs[FIELD_COUNT] = {
    [FIELD_START] = { true, NFDEC_BIT(START) },
    [FIELD_END] = { true, NFDEC_BIT(END) },
    [FIELD_DURATION] = { true, TIMES },
    [FIELD_PROTO] = { true, NFDEC_BIT(PROTO) },
    [FIELD_PACKETS] = { true, NFDEC_BIT(PACKETS) },
    [FIELD_BYTES] = { true, NFDEC_BIT(BYTES) },
    [FIELD_PPS] = { true, TIMES | NFDEC_BIT(PACKETS) },
    [FIELD_BPS] = { true, TIMES | NFDEC_BIT(BYTES) },
    [FIELD_BPP] = { true, NFDEC_BIT(PACKETS) | NFDEC_BIT(BYTES) },
    [FIELD_CLIENT_IP] = { true, 0 },
    [FIELD_SERVER_IP] = { true, 0 },
    [FIELD_CLIENT_PORT] = { true, NFDEC_BIT(PROTO) },
    [FIELD_SERVER_PORT] = { true, NFDEC_BIT(PROTO) },
    [FIELD_CLIENT_NAME] = { true, 0 },
    [FIELD_SERVER_NAME] = { true, 0 },
    [FIELD_SERVICE] = { true, NFDEC_BIT(PROTO) },
    [FIELD_CLIENT_PACKETS] = { true, NFDEC_BIT(PACKETS) },
    [FIELD_SERVER_PACKETS] = { true, NFDEC_BIT(PACKETS) },
    [FIELD_CLIENT_BYTES] = { true, NFDEC_BIT(BYTES) },
    [FIELD_SERVER_BYTES] = { true, NFDEC_BIT(BYTES) },
    [FIELD_FLOWS] = { true, 0 },
    [FIELD_DUPLICATES] = { true, 0 },
    [FIELD_PAIRED] = { true, 0 },
};

static bool is_quick(uint32_t every, enum field_symbol symbol)
{
    return needs[symbol].quick && (every & needs[symbol].columns) == needs[symbol].columns;
}

/* The fields of connections that a question is about; returns how many. */
static unsigned sides_of(const struct filter_leaf *leaf, enum field_symbol sides[2])
{
    sides[0] = (enum field_symbol)leaf->field.symbol;
    if (field_table[leaf->field.symbol].where != FIELD_OF_EITHER)
        return 1;
    field_sides(sides[0], true, sides);
    return 2;
}

bool filter_own_quick(uint32_t every, const struct filter_leaf *leaf)
{
    enum field_symbol sides[2];
    unsigned count = sides_of(leaf, sides);
    return is_quick(every, sides[0]) && is_quick(every, sides[count - 1]);
}

static bool asks_addresses(const struct filter *filter)
{
    for (const struct filter_leaf *leaf = filter->leaves; leaf; leaf = leaf->next)
        switch (leaf->record ? FIELD_COUNT : (enum field_symbol)leaf->field.symbol) {
        case FIELD_IP:
        case FIELD_CLIENT_IP:
        case FIELD_SERVER_IP:
        case FIELD_CLIENT_NAME:
        case FIELD_SERVER_NAME:
            return true;
        default:
            break;
        }
    return false;
}

struct filter_own *filter_own_new(const struct filter *filter, const struct query_data *data, uint32_t every)
{
    struct filter_own *own = alloc_new(sizeof *own);
    own->data = data;
    own->names = filter->options.names;
    own->every = every;
    own->near = OWN_MOST;
    own->addresses = asks_addresses(filter);
    return own;
}

/* How many are read from the one in hand on. */
static uint32_t near_count(const struct filter_own *own)
{
    uint32_t left = pairs_count(own->data->pairs) - own->index;
    return left < own->near ? left : own->near;
}

static const struct pair_end *end_of(struct filter_own *own, enum pair_side side)
{
    if (own->index - own->end_from[side] >= own->end_count[side]) {
        own->end_from[side] = own->index;
        own->end_count[side] = near_count(own);
        pairs_ends(own->data->pairs, own->data->store, own->index, own->end_count[side], side, own->addresses,
                   own->end[side]);
    }
    return &own->end[side][own->index - own->end_from[side]];
}

static const struct pair_summary *summary_of(struct filter_own *own)
{
    if (own->index - own->summary_from >= own->summary_count) {
        own->summary_from = own->index;
        own->summary_count = near_count(own);
        pairs_summaries(own->data->pairs, own->index, own->summary_count, own->summary);
    }
    return &own->summary[own->index - own->summary_from];
}

static uint64_t sum_of(const struct filter_own *own, enum pair_sum sum)
{
    const struct pairs *pairs = own->data->pairs;
    uint32_t slot;
    uint64_t value;
    pairs_slots_of(pairs, own->index, 1, &slot);
    pairs_sums(pairs, own->data->store, sum, slot, 1, &value);
    return value;
}

static const struct query_connection *connection_of(struct filter_own *own)
{
    if (!own->got)
        query_connection_get(own->data, &own->sets, own->index, &own->connection);
    own->got = true;
    return &own->connection;
}

static struct value number_value(bool known, uint64_t number)
{
    return (struct value) { .known = known, .number = number };
}

static struct value text_value(const char *text)
{
    return (struct value) { .known = text, .text = text };
}

static struct value address_value(const struct addr *address)
{
    return (struct value) { .known = address->family, .address = address };
}

static struct value host_value(const struct filter_own *own, const struct addr *address)
{
    return text_value(own->names && address->family ? names_host(own->names, address) : NULL);
}

/* What rates are made of. */
struct amounts {
    bool lasts_known, packets_known, bytes_known;
    int64_t start, end;
    uint64_t packets, bytes;
};

static uint64_t ratio(uint64_t value, uint64_t factor, uint64_t by)
{
    unsigned __int128 product = (unsigned __int128)value * factor / by;
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

static struct value rate_of(const struct amounts *a, enum field_symbol symbol)
{
    uint64_t lasts = a->lasts_known && a->end > a->start ? (uint64_t)a->end - (uint64_t)a->start : 0;
    if (symbol == FIELD_BPP)
        return number_value(a->packets_known && a->bytes_known && a->packets,
                            a->packets ? a->bytes / a->packets : 0);
    if (!lasts)
        return number_value(false, 0);
    if (symbol == FIELD_PPS)
        return number_value(a->packets_known, ratio(a->packets, UINT64_C(1000000000), lasts));
    return number_value(a->bytes_known, ratio(a->bytes, UINT64_C(8000000000), lasts));
}

/* ---- where all flows say enough ---- */

static const struct addr *address_of(struct filter_own *own, enum pair_side side)
{
    const struct pair_end *end = end_of(own, side);
    unsigned octets = end->family == 4 ? 4 : end->family == 6 ? 16 : 0;
    own->address = (struct addr) { .family = end->family };
    for (unsigned i = 0; i < octets; i++) {
        uint64_t word = octets == 4 ? end->ip[0] << 32 : end->ip[i / 8];
        own->address.octets[i] = (uint8_t)(word >> (56 - 8 * (i % 8)));
    }
    return &own->address;
}

static bool has_ports(uint8_t proto)
{
    return proto == TCP || proto == UDP || proto == DCCP || proto == SCTP || proto == UDP_LITE;
}

static struct value quick_rate(struct filter_own *own, enum field_symbol symbol)
{
    const struct pair_summary *summary = summary_of(own);
    const struct amounts amounts = { .lasts_known = true,
                                     .packets_known = true,
                                     .bytes_known = true,
                                     .start = summary->start,
                                     .end = summary->end,
                                     .packets = symbol == FIELD_BPS ? 0 : sum_of(own, PAIR_SUM_PACKETS),
                                     .bytes = summary->bytes };
    return rate_of(&amounts, symbol);
}

static struct value quick_service(struct filter_own *own)
{
    const struct pair_end *client = end_of(own, PAIR_CLIENT);
    const struct query_connection c = { .c = { .port = { client->port, client->other_port },
                                               .proto = client->proto },
                                        .ports = has_ports(client->proto) };
    return text_value(query_connection_service(&c, own->names));
}

static struct value quick_sum(struct filter_own *own, enum field_symbol symbol)
{
    uint64_t duplicates;
    switch (symbol) {
    case FIELD_PACKETS:
        return number_value(true, sum_of(own, PAIR_SUM_PACKETS));
    case FIELD_CLIENT_PACKETS:
        return number_value(true, sum_of(own, PAIR_SUM_CLIENT_PACKETS));
    case FIELD_SERVER_PACKETS:
        return number_value(true, sum_of(own, PAIR_SUM_SERVER_PACKETS));
    default:
        duplicates = sum_of(own, PAIR_SUM_DUPLICATES);
        return number_value(true, symbol == FIELD_DUPLICATES ? duplicates
                                                             : sum_of(own, PAIR_SUM_FLOWS) - duplicates);
    }
}

static struct value quick_end(struct filter_own *own, enum field_symbol symbol)
{
    const struct pair_end *client;
    switch (symbol) {
    case FIELD_CLIENT_IP:
        return address_value(address_of(own, PAIR_CLIENT));
    case FIELD_SERVER_IP:
        return address_value(address_of(own, PAIR_SERVER));
    case FIELD_CLIENT_NAME:
        return host_value(own, address_of(own, PAIR_CLIENT));
    case FIELD_SERVER_NAME:
        return host_value(own, address_of(own, PAIR_SERVER));
    case FIELD_CLIENT_PORT:
        client = end_of(own, PAIR_CLIENT);
        return number_value(has_ports(client->proto), client->port);
    case FIELD_SERVER_PORT:
        client = end_of(own, PAIR_CLIENT);
        return number_value(has_ports(client->proto), client->other_port);
    case FIELD_CLIENT_BYTES:
        return number_value(true, end_of(own, PAIR_CLIENT)->bytes);
    case FIELD_SERVER_BYTES:
        return number_value(true, end_of(own, PAIR_SERVER)->bytes);
    default:
        return quick_sum(own, symbol);
    }
}

static struct value quick_value(struct filter_own *own, enum field_symbol symbol)
{
    switch (symbol) {
    case FIELD_START:
        return number_value(true, (uint64_t)summary_of(own)->start);
    case FIELD_END:
        return number_value(true, (uint64_t)summary_of(own)->end);
    case FIELD_DURATION:
        return number_value(true, (uint64_t)summary_of(own)->end - (uint64_t)summary_of(own)->start);
    case FIELD_PROTO:
        return number_value(true, summary_of(own)->proto);
    case FIELD_BYTES:
        return number_value(true, summary_of(own)->bytes);
    case FIELD_PAIRED:
        return number_value(true, summary_of(own)->paired);
    case FIELD_SERVICE:
        return quick_service(own);
    case FIELD_PPS:
    case FIELD_BPS:
    case FIELD_BPP:
        return quick_rate(own, symbol);
    default:
        return quick_end(own, symbol);
    }
}

/* ---- by a look at each flow ---- */

static struct value slow_rate(const struct query_connection *q, enum field_symbol symbol)
{
    const struct amounts amounts = { .lasts_known = q->start && q->end,
                                     .packets_known = q->packets,
                                     .bytes_known = q->bytes,
                                     .start = q->c.start,
                                     .end = q->c.end,
                                     .packets = q->c.packets[0] + q->c.packets[1],
                                     .bytes = q->c.bytes[0] + q->c.bytes[1] };
    return rate_of(&amounts, symbol);
}

static struct value slow_value(struct filter_own *own, enum field_symbol symbol)
{
    const struct query_connection *q = connection_of(own);
    const struct connection *c = &q->c;
    switch (symbol) {
    case FIELD_START:
        return number_value(q->start, (uint64_t)c->start);
    case FIELD_END:
        return number_value(q->end, (uint64_t)c->end);
    case FIELD_DURATION:
        return number_value(q->start && q->end, (uint64_t)c->end - (uint64_t)c->start);
    case FIELD_PROTO:
        return number_value(q->proto, c->proto);
    case FIELD_ICMP_TYPE:
        return number_value(q->icmp, c->icmp >> 8);
    case FIELD_ICMP_CODE:
        return number_value(q->icmp, c->icmp & 0xFFu);
    case FIELD_PACKETS:
        return number_value(q->packets, c->packets[0] + c->packets[1]);
    case FIELD_BYTES:
        return number_value(q->bytes, c->bytes[0] + c->bytes[1]);
    case FIELD_CLIENT_PORT:
        return number_value(q->ports, c->port[PAIR_CLIENT]);
    case FIELD_SERVER_PORT:
        return number_value(q->ports, c->port[PAIR_SERVER]);
    case FIELD_SERVICE:
        return text_value(query_connection_service(q, own->names));
    case FIELD_CLIENT_PACKETS:
        return number_value(q->packets, c->packets[PAIR_CLIENT]);
    case FIELD_SERVER_PACKETS:
        return number_value(q->packets, c->packets[PAIR_SERVER]);
    case FIELD_CLIENT_BYTES:
        return number_value(q->bytes, c->bytes[PAIR_CLIENT]);
    case FIELD_SERVER_BYTES:
        return number_value(q->bytes, c->bytes[PAIR_SERVER]);
    case FIELD_REASON:
        return text_value(query_reason_word(c->reason));
    default:
        return slow_rate(q, symbol);
    }
}

static bool passes(const struct filter_test *test, const struct value *value)
{
    switch (test->kind) {
    case TEST_ADDRESS:
        return filter_test_address(test, value->address);
    case TEST_TEXT:
        return filter_test_text(test, value->text, strlen(value->text));
    default:
        return filter_test_number(test, value->number);
    }
}

bool filter_own_ask(struct filter_own *own, const struct filter_leaf *leaf)
{
    enum field_symbol sides[2];
    unsigned there = 0, pass = 0, count = sides_of(leaf, sides);
    for (unsigned i = 0; i < count; i++) {
        struct value value =
            is_quick(own->every, sides[i]) ? quick_value(own, sides[i]) : slow_value(own, sides[i]);
        there += value.known;
        pass += value.known && !leaf->has && passes(&leaf->test, &value);
    }
    if (leaf->has)
        return leaf->every ? there == count : there > 0;
    if (leaf->every)
        return there == count && (leaf->negate ? pass == 0 : pass == count);
    return leaf->negate ? there > 0 && pass == 0 : pass > 0;
}
