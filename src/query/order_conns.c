/* SPDX-License-Identifier: MIT */
#include "query/order_conns.h"

#include <string.h>

#include "base/order.h"

enum { TCP = 6, UDP = 17, DCCP = 33, UDP_LITE = 136, SCTP = 132 };

static unsigned service_place(uint8_t proto)
{
    return proto == TCP ? 0 : proto == UDP ? 1 : proto == SCTP ? 2 : proto == DCCP ? 3 : ORDER_SERVICES;
}

static void put_address(struct order_reader *r, uint32_t at, const struct addr *address)
{
    uint64_t octets[2];
    if (address->family == 0) {
        order_miss(r, at);
        return;
    }
    memcpy(octets, address->octets, sizeof octets);
    r->key[at] = __builtin_bswap64(octets[0]);
    if (address->family == 4) {
        r->key[at] >>= 32;
        return;
    }
    r->low[at] = __builtin_bswap64(octets[1]);
    r->state[at] = ORDER_WIDE;
    r->plain = false;
}

static bool has_ports(uint8_t proto)
{
    return proto == TCP || proto == UDP || proto == DCCP || proto == SCTP || proto == UDP_LITE;
}

static void put_service(struct order_reader *r, uint32_t at, const struct connection *c)
{
    unsigned place = service_place(c->proto);
    uint32_t rank = UINT32_MAX;
    if (r->keys->services && place < ORDER_SERVICES) {
        rank = r->keys->services[place * ORDER_PORTS + c->port[PAIR_SERVER]];
        if (rank == UINT32_MAX)
            rank = r->keys->services[place * ORDER_PORTS + c->port[PAIR_CLIENT]];
    }
    r->key[at] = rank;
    if (rank == UINT32_MAX)
        order_miss(r, at);
}

static void put_connection(struct order_reader *r, uint32_t at, const struct connection *c)
{
    uint64_t packets = c->packets[0] + c->packets[1], bytes = c->bytes[0] + c->bytes[1];
    double seconds = (double)(c->end - c->start) / 1e9;
    switch (r->keys->symbol) {
    case FIELD_START:
        r->key[at] = order_signed(c->start);
        break;
    case FIELD_END:
        r->key[at] = order_signed(c->end);
        break;
    case FIELD_DURATION:
        r->key[at] = order_signed(c->end - c->start);
        break;
    case FIELD_PROTO:
        r->key[at] = c->proto;
        break;
    case FIELD_ICMP_TYPE:
    case FIELD_ICMP_CODE:
        r->key[at] = r->keys->symbol == FIELD_ICMP_TYPE ? c->icmp >> 8 : c->icmp & 0xFFu;
        if (c->proto != 1 && c->proto != 58)
            order_miss(r, at);
        break;
    case FIELD_PACKETS:
        r->key[at] = packets;
        break;
    case FIELD_BYTES:
        r->key[at] = bytes;
        break;
    case FIELD_PPS:
        order_put_rate(r, at, (double)packets, seconds);
        break;
    case FIELD_BPS:
        order_put_rate(r, at, 8.0 * (double)bytes, seconds);
        break;
    case FIELD_BPP:
        order_put_rate(r, at, (double)bytes, (double)packets);
        break;
    default:
        break;
    }
}

/* What only connections have. */
static void put_sides(struct order_reader *r, uint32_t at, const struct connection *c)
{
    enum pair_side side = PAIR_SERVER;
    switch (r->keys->symbol) {
    case FIELD_CLIENT_IP:
        put_address(r, at, &c->ip[PAIR_CLIENT]);
        break;
    case FIELD_SERVER_IP:
        put_address(r, at, &c->ip[PAIR_SERVER]);
        break;
    case FIELD_CLIENT_PORT:
        side = PAIR_CLIENT;
        /* fall through */
    case FIELD_SERVER_PORT:
        r->key[at] = c->port[side];
        if (!has_ports(c->proto))
            order_miss(r, at);
        break;
    case FIELD_SERVICE:
        put_service(r, at, c);
        break;
    case FIELD_CLIENT_PACKETS:
    case FIELD_SERVER_PACKETS:
        r->key[at] = c->packets[r->keys->symbol == FIELD_CLIENT_PACKETS ? PAIR_CLIENT : PAIR_SERVER];
        break;
    case FIELD_CLIENT_BYTES:
    case FIELD_SERVER_BYTES:
        r->key[at] = c->bytes[r->keys->symbol == FIELD_CLIENT_BYTES ? PAIR_CLIENT : PAIR_SERVER];
        break;
    case FIELD_FLOWS:
        r->key[at] = c->flows[0] + c->flows[1];
        break;
    case FIELD_DUPLICATES:
        r->key[at] = c->duplicates;
        break;
    case FIELD_PAIRED:
        r->key[at] = c->paired;
        break;
    default:
        put_connection(r, at, c);
        break;
    }
}

/* Whether some flow of it says so; templates are asked only where not all of them do. */
static bool connection_has(struct order_reader *r, uint32_t index)
{
    const struct query_data *data = r->keys->request->data;
    for (uint32_t row = pairs_first_row(data->pairs, index); row != PAIR_NONE;
         row = pairs_next_row(data->pairs, row)) {
        const struct ledger_set *set = order_set_of_row(r, row);
        const struct nfdec_template *template = set ? nfdec_template_at(data->decoder, set->template) : NULL;
        if (template && order_has_values(r->keys, template, set->no_time_base))
            return true;
    }
    return false;
}

/* Without what else pairs_get() finds out. */
static uint64_t sum_packets(const struct query_data *data, uint32_t index)
{
    uint64_t sum = 0;
    for (uint32_t row = pairs_first_row(data->pairs, index); row != PAIR_NONE;
         row = pairs_next_row(data->pairs, row))
        if (!pairs_row_duplicate(data->pairs, row))
            sum += flow_store_value(data->store, row, NFDEC_COL_PACKETS) +
                   flow_store_value(data->store, row, NFDEC_COL_REVERSE_PACKETS);
    return sum;
}

static bool is_wanted(const struct order_reader *r, uint32_t index)
{
    const uint64_t *chosen = r->keys->request->chosen;
    return !chosen || chosen[index / 64] >> index % 64 & 1;
}

/* What is known without a look at flows. False: the field is not. */
static bool read_summaries(struct order_reader *r, uint32_t first)
{
    enum field_symbol symbol = r->keys->symbol;
    if (symbol != FIELD_START && symbol != FIELD_END && symbol != FIELD_DURATION && symbol != FIELD_BYTES &&
        symbol != FIELD_PROTO && symbol != FIELD_PAIRED)
        return false;
    pairs_summaries(r->keys->request->data->pairs, first, r->count, r->summary);
    for (uint32_t i = 0; i < r->count; i++) {
        const struct pair_summary *s = &r->summary[i];
        r->key[i] = symbol == FIELD_START      ? order_signed(s->start)
                    : symbol == FIELD_END      ? order_signed(s->end)
                    : symbol == FIELD_DURATION ? order_signed(s->end - s->start)
                    : symbol == FIELD_BYTES    ? s->bytes
                    : symbol == FIELD_PROTO    ? s->proto
                                               : s->paired;
    }
    return true;
}

static void read_connection(struct order_reader *r, uint32_t at, uint32_t index)
{
    const struct query_data *data = r->keys->request->data;
    struct connection c;
    if (r->keys->symbol == FIELD_PACKETS) {
        r->key[at] = sum_packets(data, index);
        return;
    }
    pairs_get(data->pairs, data->store, index, &c);
    put_sides(r, at, &c);
}

void order_read_connections(struct order_reader *r, uint64_t block)
{
    uint32_t first = (uint32_t)(block * ORDER_BLOCK);
    bool summaries = read_summaries(r, first);
    for (uint32_t i = 0; i < r->count && !(summaries && r->keys->all_there); i++) {
        if (!is_wanted(r, first + i))
            continue;
        if (!summaries)
            read_connection(r, i, first + i);
        if (!r->keys->all_there && r->state[i] != ORDER_MISSING && !connection_has(r, first + i))
            order_miss(r, i);
    }
}
