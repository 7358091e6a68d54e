/* SPDX-License-Identifier: MIT */
#include "query/order_conns.h"

#include "base/order.h"
#include "query/spread.h"

#define AHEAD        16u /* sums that are fetched before they are read */
#define SUMS_A_PIECE (1u << 14)
#define FEW          16u /* of so many one is wanted */

enum { ICMP4 = 1, TCP = 6, UDP = 17, DCCP = 33, ICMP6 = 58, SCTP = 132, UDP_LITE = 136 };

static unsigned service_place(uint8_t proto)
{
    return proto == TCP ? 0 : proto == UDP ? 1 : proto == SCTP ? 2 : proto == DCCP ? 3 : ORDER_SERVICES;
}

static void put_address(struct order_reader *r, uint32_t at, const struct pair_end *end)
{
    static const uint8_t state[] = { [0] = ORDER_MISSING, [4] = ORDER_PLAIN, [6] = ORDER_WIDE };
    r->key[at] = end->ip[0];
    r->low[at] = end->ip[1];
    r->state[at] = state[end->family];
    r->plain &= end->family == 4;
}

static bool has_ports(uint8_t proto)
{
    return proto == TCP || proto == UDP || proto == DCCP || proto == SCTP || proto == UDP_LITE;
}

static uint32_t service_rank(const struct order_reader *r, unsigned place, uint16_t port)
{
    return r->keys->services && place < ORDER_SERVICES ? r->keys->services[place * ORDER_PORTS + port]
                                                       : UINT32_MAX;
}

/* Of a server. */
static void put_service(struct order_reader *r, uint32_t at, const struct pair_end *end)
{
    unsigned place = service_place(end->proto);
    uint32_t rank = service_rank(r, place, end->port);
    r->key[at] = rank != UINT32_MAX ? rank : service_rank(r, place, end->other_port);
    if (r->key[at] == UINT32_MAX)
        order_miss(r, at);
}

static void put_bytes(struct order_reader *r, uint32_t at, const struct pair_end *end)
{
    r->key[at] = end->bytes;
}

static void put_port(struct order_reader *r, uint32_t at, const struct pair_end *end)
{
    r->key[at] = end->port;
    if (!has_ports(end->proto))
        order_miss(r, at);
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

static bool is_wanted(const struct order_reader *r, uint32_t index)
{
    const uint64_t *chosen = r->keys->request->chosen;
    return !chosen || chosen[index / 64] >> index % 64 & 1;
}

/* Which sum of its flows a field of connections needs. */
static bool find_sum(enum field_symbol symbol, enum pair_sum *sum)
{
    switch (symbol) {
    case FIELD_PACKETS:
    case FIELD_PPS:
    case FIELD_BPP:
        *sum = PAIR_SUM_PACKETS;
        return true;
    case FIELD_CLIENT_PACKETS:
        *sum = PAIR_SUM_CLIENT_PACKETS;
        return true;
    case FIELD_SERVER_PACKETS:
        *sum = PAIR_SUM_SERVER_PACKETS;
        return true;
    case FIELD_FLOWS:
        *sum = PAIR_SUM_FLOWS;
        return true;
    case FIELD_DUPLICATES:
        *sum = PAIR_SUM_DUPLICATES;
        return true;
    default:
        return false;
    }
}

static void take_sums(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    const struct order_keys *keys = user;
    const struct query_data *data = keys->request->data;
    enum pair_sum sum;
    (void)worker;
    if (find_sum(keys->symbol, &sum))
        pairs_sums(data->pairs, data->store, sum, (uint32_t)from, (uint32_t)(to - from), keys->sums + from);
}

/* Sums of all are quicker than sums of each one that is wanted, unless these are few. */
static bool are_few(const struct order_request *request)
{
    uint64_t all = pairs_count(request->data->pairs), wanted = 0;
    for (uint64_t i = 0; request->chosen && i < all / 64; i++)
        wanted += (uint64_t)__builtin_popcountll(request->chosen[i]);
    return request->chosen && wanted * FEW <= all;
}

void order_sum_connections(struct order_keys *keys, struct query_job *job)
{
    const struct pairs *pairs = keys->request->data->pairs;
    enum pair_sum sum;
    if (!find_sum(keys->symbol, &sum) || are_few(keys->request))
        return;
    keys->sums = arena_take(&keys->memory, ((size_t)pairs_slots(pairs) + 1) * sizeof *keys->sums);
    spread(spread_workers(keys->request->threads), pairs_slots(pairs), SUMS_A_PIECE, take_sums, keys, job);
}

/* Sums of the block's connections. False: the field needs none. */
static bool read_sums(struct order_reader *r, uint32_t first)
{
    const struct query_data *data = r->keys->request->data;
    const uint64_t *sums = r->keys->sums;
    uint32_t slot[ORDER_BLOCK];
    enum pair_sum sum;
    if (!find_sum(r->keys->symbol, &sum))
        return false;
    pairs_slots_of(data->pairs, first, r->count, slot);
    for (uint32_t i = 0; i < r->count && sums; i++) {
        __builtin_prefetch(&sums[slot[r->count - i > AHEAD ? i + AHEAD : i]]);
        r->key[i] = sums[slot[i]];
    }
    for (uint32_t i = 0; i < r->count && !sums; i++)
        if (is_wanted(r, first + i))
            pairs_sums(data->pairs, data->store, sum, slot[i], 1, &r->key[i]);
    return true;
}

/* What times and octets are needed for, of one connection; `r->key` has its packets where these are. */
static void put_summary(struct order_reader *r, uint32_t at, const struct pair_summary *s)
{
    double seconds = (double)(s->end - s->start) / 1e9;
    switch (r->keys->symbol) {
    case FIELD_START:
        r->key[at] = order_signed(s->start);
        break;
    case FIELD_END:
        r->key[at] = order_signed(s->end);
        break;
    case FIELD_DURATION:
        r->key[at] = order_signed(s->end - s->start);
        break;
    case FIELD_BYTES:
        r->key[at] = s->bytes;
        break;
    case FIELD_PROTO:
    case FIELD_ICMP_TYPE:
    case FIELD_ICMP_CODE:
        r->key[at] = s->proto;
        break;
    case FIELD_PPS:
        order_put_rate(r, at, (double)r->key[at], seconds);
        break;
    case FIELD_BPS:
        order_put_rate(r, at, 8.0 * (double)s->bytes, seconds);
        break;
    case FIELD_BPP:
        order_put_rate(r, at, (double)s->bytes, (double)r->key[at]);
        break;
    default:
        r->key[at] = s->paired;
        break;
    }
}

static void read_summaries(struct order_reader *r, uint32_t first)
{
    pairs_summaries(r->keys->request->data->pairs, first, r->count, r->summary);
    for (uint32_t i = 0; i < r->count; i++)
        put_summary(r, i, &r->summary[i]);
}

/* Only a few connections are of ICMP: these are asked for all that they have. */
static void read_icmp(struct order_reader *r, uint32_t first)
{
    const struct query_data *data = r->keys->request->data;
    read_summaries(r, first);
    for (uint32_t i = 0; i < r->count; i++) {
        struct connection c;
        if (r->key[i] != ICMP4 && r->key[i] != ICMP6) {
            order_miss(r, i);
        } else if (is_wanted(r, first + i)) {
            pairs_get(data->pairs, data->store, first + i, &c);
            r->key[i] = r->keys->symbol == FIELD_ICMP_TYPE ? c.icmp >> 8 : c.icmp & 0xFFu;
        }
    }
}

/* Calls for each connection of the block that may be wanted. */
static void each_end(struct order_reader *r, uint32_t first, enum pair_side side,
                     void (*put)(struct order_reader *r, uint32_t at, const struct pair_end *end))
{
    const struct query_data *data = r->keys->request->data;
    bool addresses = r->keys->symbol == FIELD_CLIENT_IP || r->keys->symbol == FIELD_SERVER_IP;
    for (uint32_t from = 0; from < r->count; from += ORDER_ENDS) {
        uint32_t count = r->count - from < ORDER_ENDS ? r->count - from : ORDER_ENDS;
        if (r->keys->request->chosen && !r->keys->request->chosen[(first + from) / 64])
            continue;
        pairs_ends(data->pairs, data->store, first + from, count, side, addresses, r->ends);
        for (uint32_t i = 0; i < count; i++)
            put(r, from + i, &r->ends[i]);
    }
}

static void read_values(struct order_reader *r, uint32_t first)
{
    switch (r->keys->symbol) {
    case FIELD_CLIENT_IP:
        each_end(r, first, PAIR_CLIENT, put_address);
        break;
    case FIELD_SERVER_IP:
        each_end(r, first, PAIR_SERVER, put_address);
        break;
    case FIELD_CLIENT_PORT:
        each_end(r, first, PAIR_CLIENT, put_port);
        break;
    case FIELD_SERVER_PORT:
        each_end(r, first, PAIR_SERVER, put_port);
        break;
    case FIELD_CLIENT_BYTES:
        each_end(r, first, PAIR_CLIENT, put_bytes);
        break;
    case FIELD_SERVER_BYTES:
        each_end(r, first, PAIR_SERVER, put_bytes);
        break;
    case FIELD_SERVICE:
        each_end(r, first, PAIR_SERVER, put_service);
        break;
    case FIELD_ICMP_TYPE:
    case FIELD_ICMP_CODE:
        read_icmp(r, first);
        break;
    case FIELD_PPS:
    case FIELD_BPP:
        read_sums(r, first);
        read_summaries(r, first);
        break;
    default:
        if (!read_sums(r, first))
            read_summaries(r, first);
        break;
    }
}

void order_read_connections(struct order_reader *r, uint64_t block)
{
    uint32_t first = (uint32_t)(block * ORDER_BLOCK);
    read_values(r, first);
    for (uint32_t i = 0; i < r->count && !r->keys->all_there; i++)
        if (is_wanted(r, first + i) && r->state[i] != ORDER_MISSING && !connection_has(r, first + i))
            order_miss(r, i);
}
