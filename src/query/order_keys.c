/* SPDX-License-Identifier: MIT */
#include "query/order_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/order.h"

enum { TCP = 6, UDP = 17, DCCP = 33, SCTP = 132 };

#define PORTS    65536u
#define SERVICES 4u /* protocols that have them */

static const struct field_info *info_of(const struct field *field)
{
    return field->symbol < FIELD_COUNT ? &field_table[field->symbol] : NULL;
}

const char *order_refusal(const struct field *field, bool connections)
{
    const struct field_info *info = info_of(field);
    if (!info)
        return "is in the records only, not in what is kept of flows";
    if (info->where == FIELD_OF_EITHER)
        return "has two values; name the one that is meant";
    if (connections && !(info->where & FIELD_OF_CONNECTIONS))
        return "is of flows, connections do not have it";
    if (!connections && !(info->where & FIELD_OF_FLOWS))
        return "is of connections, flows do not have it";
    switch ((enum field_symbol)field->symbol) {
    case FIELD_RECORD:
    case FIELD_CLIENT_NAME:
    case FIELD_SERVER_NAME:
    case FIELD_REASON:
        return "orders nothing";
    default:
        return NULL;
    }
}

/* ---- what is the same for all threads ---- */

static void find_needs(struct order_keys *keys)
{
    const struct field_info *info = info_of(&keys->request->field);
    switch (keys->symbol) {
    case FIELD_START:
        keys->needs_start = true;
        break;
    case FIELD_END:
        keys->needs_end = true;
        break;
    case FIELD_DURATION:
        keys->needs_start = keys->needs_end = true;
        break;
    case FIELD_PPS:
        keys->needs_start = keys->needs_end = true;
        keys->needs = NFDEC_BIT(PACKETS);
        break;
    case FIELD_BPS:
        keys->needs_start = keys->needs_end = true;
        keys->needs = NFDEC_BIT(BYTES);
        break;
    case FIELD_BPP:
        keys->needs = NFDEC_BIT(PACKETS) | NFDEC_BIT(BYTES);
        break;
    case FIELD_SRC:
    case FIELD_DST:
        break; /* rows say by themselves whether they have addresses */
    default:
        if (info->column < NFDEC_COLUMN_COUNT && info->column != NFDEC_COL_START &&
            info->column != NFDEC_COL_END)
            keys->needs = 1u << info->column;
        break;
    }
}

static bool has_times(const struct order_keys *keys, const struct nfdec_template *template, bool no_base)
{
    enum nfdec_time_source start = nfdec_template_start_source(template);
    enum nfdec_time_source end = nfdec_template_end_source(template);
    bool has_start = start != NFDEC_TIME_NONE && !(start == NFDEC_TIME_UPTIME_INIT && no_base);
    bool has_end = end != NFDEC_TIME_NONE && !(end == NFDEC_TIME_UPTIME_INIT && no_base);
    return (!keys->needs_start || has_start) && (!keys->needs_end || has_end);
}

/* Whether flows of a template have what the field needs. */
static bool has_values(const struct order_keys *keys, const struct nfdec_template *template, bool no_base)
{
    return (nfdec_template_columns(template) & keys->needs) == keys->needs &&
           has_times(keys, template, no_base);
}

static bool all_have_values(const struct order_keys *keys)
{
    const struct nfdec_template *template;
    for (uint32_t i = 0; (template = nfdec_template_at(keys->request->data->decoder, i)) != NULL; i++)
        if (template->records > 0 && template->kind != NFDEC_TEMPLATE_OPTIONS &&
            !has_values(keys, template, true))
            return false;
    return true;
}

struct session_address {
    struct addr address;
    uint32_t index;
};

static int compare_addresses(const void *a, const void *b)
{
    const struct session_address *x = a, *y = b;
    if (x->address.family != y->address.family)
        return x->address.family < y->address.family ? -1 : 1;
    return memcmp(x->address.octets, y->address.octets, sizeof x->address.octets);
}

/* Exporters by address; several of the same one are equal. */
static void rank_sessions(struct order_keys *keys)
{
    const struct nfdec *decoder = keys->request->data->decoder;
    const struct nfdec_session *session;
    uint32_t count = 0;
    while (nfdec_session_at(decoder, count))
        count++;
    struct session_address *all = alloc_array(count ? count : 1, sizeof *all);
    for (uint32_t i = 0; i < count && (session = nfdec_session_at(decoder, i)); i++)
        all[i] = (struct session_address) { addr_from(session->address, session->address_length), i };
    qsort(all, count, sizeof *all, compare_addresses);
    keys->sessions = alloc_array(count ? count : 1, sizeof *keys->sessions);
    keys->session_count = count;
    for (uint32_t i = 0, rank = 0; i < count; i++) {
        rank += i > 0 && compare_addresses(&all[i - 1], &all[i]) != 0;
        keys->sessions[all[i].index] = rank;
    }
    free(all);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static unsigned service_place(uint8_t proto)
{
    return proto == TCP ? 0 : proto == UDP ? 1 : proto == SCTP ? 2 : proto == DCCP ? 3 : SERVICES;
}

static void rank_services(struct order_keys *keys)
{
    static const uint8_t protocols[SERVICES] = { TCP, UDP, SCTP, DCCP };
    const char **names = alloc_array((size_t)SERVICES * PORTS, sizeof *names);
    const char **sorted = alloc_array((size_t)SERVICES * PORTS, sizeof *sorted);
    size_t count = 0;
    keys->services = alloc_array((size_t)SERVICES * PORTS, sizeof *keys->services);
    for (size_t i = 0; i < (size_t)SERVICES * PORTS; i++) {
        names[i] = names_service(keys->request->names, (uint16_t)(i % PORTS), protocols[i / PORTS]);
        if (names[i])
            sorted[count++] = names[i];
    }
    qsort(sorted, count, sizeof *sorted, compare_names);
    for (size_t i = 0; i < (size_t)SERVICES * PORTS; i++) {
        keys->services[i] = UINT32_MAX;
        if (!names[i])
            continue;
        size_t low = 0, high = count; /* the first of this name: equal names have one rank */
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (strcmp(sorted[middle], names[i]) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        keys->services[i] = (uint32_t)low;
    }
    free(names);
    free(sorted);
}

/* The ledger has sets in their place; the store has late ones where they were decoded. */
static void place_rows(struct order_keys *keys)
{
    const struct ledger *ledger = keys->request->data->ledger;
    uint32_t sets = ledger_set_count(ledger), place = 0;
    bool late = false;
    for (uint32_t i = 0; i < sets && !late; i++)
        late = ledger_set(ledger, i)->late && ledger_set_row_count(ledger_set(ledger, i)) > 0;
    if (!late)
        return;
    keys->place = alloc_array(keys->count ? keys->count : 1, sizeof *keys->place);
    for (uint32_t i = 0; i < sets; i++) {
        const struct ledger_set *set = ledger_set(ledger, i);
        for (uint32_t row = 0; row < ledger_set_row_count(set); row++)
            if (set->first_row + row < keys->count)
                keys->place[set->first_row + row] = place++;
    }
}

void order_keys_init(struct order_keys *keys, const struct order_request *request)
{
    const struct query_data *data = request->data;
    *keys = (struct order_keys) { .request = request, .symbol = (enum field_symbol)request->field.symbol };
    keys->count = request->connections ? pairs_count(data->pairs) : flow_store_rows(data->store);
    find_needs(keys);
    if (!request->connections)
        place_rows(keys);
    keys->all_there = all_have_values(keys);
    if (keys->symbol == FIELD_EXPORTER)
        rank_sessions(keys);
    if (keys->symbol == FIELD_SERVICE && request->names)
        rank_services(keys);
}

void order_keys_release(struct order_keys *keys)
{
    free(keys->place);
    free(keys->sessions);
    free(keys->services);
}

struct order_reader *order_reader_new(const struct order_keys *keys)
{
    struct order_reader *reader = alloc_new(sizeof *reader);
    reader->keys = keys;
    return reader;
}

/* ---- flows ---- */

static const struct flow_store *store_of(const struct order_reader *r)
{
    return r->keys->request->data->store;
}

static void read_column(const struct order_reader *r, uint64_t block, enum nfdec_column column,
                        uint64_t out[NFDEC_ROWS])
{
    flow_store_column(store_of(r), block, column, out);
}

static void miss(struct order_reader *r, uint32_t at)
{
    r->state[at] = ORDER_MISSING;
    r->plain = false;
}

/* The set of a row: mostly the last one, or one of those behind it. */
static const struct ledger_set *set_of_row(struct order_reader *r, uint64_t row)
{
    const struct ledger *ledger = r->keys->request->data->ledger;
    uint32_t count = ledger_set_count(ledger);
    for (uint32_t i = r->set; i < count && i < r->set + 4; i++) {
        const struct ledger_set *set = ledger_set(ledger, i);
        if (row >= set->first_row && row - set->first_row < ledger_set_row_count(set)) {
            r->set = i;
            return set;
        }
    }
    uint32_t found = ledger_set_of_row(ledger, row);
    if (found == LEDGER_NONE)
        return NULL;
    r->set = found;
    return ledger_set(ledger, found);
}

/* Calls for each run of rows of one set in the block: rows from ... to - 1 of it. */
static void each_set(struct order_reader *r, uint64_t block,
                     void (*take)(struct order_reader *r, const struct ledger_set *set, uint32_t from,
                                  uint32_t to))
{
    for (uint32_t at = 0, to; at < r->count; at = to) {
        uint64_t row = block * ORDER_BLOCK + at;
        const struct ledger_set *set = set_of_row(r, row);
        uint64_t left = set ? set->first_row + ledger_set_row_count(set) - row : 1;
        to = left < r->count - at ? at + (uint32_t)left : r->count;
        take(r, set, at, to);
    }
}

static void take_missing(struct order_reader *r, const struct ledger_set *set, uint32_t from, uint32_t to)
{
    const struct nfdec_template *template =
        set ? nfdec_template_at(r->keys->request->data->decoder, set->template) : NULL;
    if (template && has_values(r->keys, template, set->no_time_base))
        return;
    for (uint32_t i = from; i < to; i++)
        miss(r, i);
}

/* Values that all flows of a set have in common. */
static void take_common(struct order_reader *r, const struct ledger_set *set, uint32_t from, uint32_t to)
{
    const struct ledger_message *message =
        set ? ledger_message(r->keys->request->data->ledger, set->message) : NULL;
    uint64_t key = 0;
    bool there = set != NULL;
    if (there && r->keys->symbol == FIELD_TEMPLATE) {
        key = set->id;
        there = set->id >= 256;
    } else if (there && r->keys->symbol == FIELD_FRAME) {
        key = ledger_frame(message->packet);
    } else if (there && r->keys->symbol == FIELD_FILE) {
        key = ledger_input(message->packet);
    } else if (there && r->keys->symbol == FIELD_RECEIVED) {
        key = order_signed(message->time);
        there = message->time != 0;
    } else if (there) {
        key = set->late;
    }
    for (uint32_t i = from; i < to; i++) {
        r->key[i] = key;
        if (!there)
            miss(r, i);
    }
}

static void read_addresses(struct order_reader *r, uint64_t block)
{
    bool source = r->keys->symbol == FIELD_SRC;
    uint64_t ip4 = source ? NFDEC_SRC_IP4 : NFDEC_DST_IP4, ip6 = source ? NFDEC_SRC_IP6 : NFDEC_DST_IP6;
    uint64_t *family = r->column[0];
    read_column(r, block, source ? NFDEC_COL_SRC : NFDEC_COL_DST, r->key);
    read_column(r, block, NFDEC_COL_FAMILY, family);
    for (uint32_t i = 0; i < r->count; i++) {
        if (family[i] & ip4)
            continue;
        r->plain = false;
        r->state[i] = family[i] & ip6 ? ORDER_WIDE : ORDER_MISSING;
        if (!(family[i] & ip6))
            continue;
        const uint8_t *octets = flow_store_ip6(store_of(r), block, r->key[i]);
        memcpy(&r->key[i], octets, 8);
        memcpy(&r->low[i], octets + 8, 8);
        r->key[i] = __builtin_bswap64(r->key[i]);
        r->low[i] = __builtin_bswap64(r->low[i]);
    }
}

static uint64_t real_key(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits; /* never negative, so the bits are in the order of the values */
}

/* What is put at `at` is a rate, or missing where it has no unit. */
static void put_rate(struct order_reader *r, uint32_t at, double amount, double unit)
{
    if (unit > 0)
        r->key[at] = real_key(amount / unit);
    else
        miss(r, at);
}

static void read_rates(struct order_reader *r, uint64_t block)
{
    uint64_t *bytes = r->column[0], *packets = r->column[1], *start = r->column[2], *end = r->column[3];
    read_column(r, block, NFDEC_COL_BYTES, bytes);
    read_column(r, block, NFDEC_COL_PACKETS, packets);
    read_column(r, block, NFDEC_COL_START, start);
    read_column(r, block, NFDEC_COL_END, end);
    for (uint32_t i = 0; i < r->count; i++) {
        double seconds = (double)((int64_t)end[i] - (int64_t)start[i]) / 1e9;
        if (r->keys->symbol == FIELD_BPP)
            put_rate(r, i, (double)bytes[i], (double)packets[i]);
        else if (r->keys->symbol == FIELD_PPS)
            put_rate(r, i, (double)packets[i], seconds);
        else
            put_rate(r, i, 8.0 * (double)bytes[i], seconds);
    }
}

static void read_sessions(struct order_reader *r, uint64_t block)
{
    const struct nfdec *decoder = r->keys->request->data->decoder;
    read_column(r, block, NFDEC_COL_SESSION, r->key);
    for (uint32_t i = 0; i < r->count; i++) {
        const struct nfdec_session *session = nfdec_session_at(decoder, (uint32_t)r->key[i]);
        if (r->keys->symbol == FIELD_EXPORTER)
            r->key[i] = r->key[i] < r->keys->session_count ? r->keys->sessions[r->key[i]] : 0;
        else if (session)
            r->key[i] = r->keys->symbol == FIELD_EXPORTER_PORT ? session->port
                        : r->keys->symbol == FIELD_VERSION     ? session->version
                                                               : session->domain;
        if (session && r->keys->symbol == FIELD_DOMAIN && session->version != 5 && session->version < 9)
            miss(r, i);
    }
}

/* Of the record, else its sampler's, else its exporter's, by options or the header of v5. */
static void take_sampling(struct order_reader *r, const struct ledger_set *set, uint32_t from, uint32_t to)
{
    const struct query_data *data = r->keys->request->data;
    const struct ledger_message *message = set ? ledger_message(data->ledger, set->message) : NULL;
    const struct nfdec_session *session = set ? nfdec_session_at(data->decoder, message->session) : NULL;
    const struct nfdec_template *template = set ? nfdec_template_at(data->decoder, set->template) : NULL;
    for (uint32_t i = from; i < to; i++) {
        uint64_t *interval = &r->key[i];
        if (*interval == 0 && template && nfdec_template_columns(template) & NFDEC_BIT(SAMPLER))
            *interval = nfdec_sampler_interval(session, r->column[0][i]);
        if (*interval == 0 && session)
            *interval = session->sampling ? session->sampling : message->sampling & 0x3FFFu;
        if (*interval == 0)
            miss(r, i);
    }
}

/* Type and code, by the record or as the destination port of v5. */
static void read_icmp(struct order_reader *r, uint64_t block)
{
    uint64_t *proto = r->column[0], *icmp = r->column[1], *dport = r->column[2];
    read_column(r, block, NFDEC_COL_PROTO, proto);
    read_column(r, block, NFDEC_COL_ICMP, icmp);
    read_column(r, block, NFDEC_COL_DPORT, dport);
    for (uint32_t i = 0; i < r->count; i++) {
        uint64_t value = icmp[i] ? icmp[i] : dport[i];
        r->key[i] = r->keys->symbol == FIELD_ICMP_TYPE ? value >> 8 : value & 0xFF;
        if (proto[i] != 1 && proto[i] != 58 && icmp[i] == 0)
            miss(r, i);
    }
}

static void read_times(struct order_reader *r, uint64_t block)
{
    uint64_t *start = r->column[0];
    if (r->keys->symbol == FIELD_DURATION) {
        read_column(r, block, NFDEC_COL_END, r->key);
        read_column(r, block, NFDEC_COL_START, start);
        for (uint32_t i = 0; i < r->count; i++)
            r->key[i] -= start[i];
    } else {
        read_column(r, block, r->keys->symbol == FIELD_START ? NFDEC_COL_START : NFDEC_COL_END, r->key);
    }
    for (uint32_t i = 0; i < r->count; i++)
        r->key[i] = order_signed((int64_t)r->key[i]);
}

static void read_flows(struct order_reader *r, uint64_t block)
{
    switch (r->keys->symbol) {
    case FIELD_START:
    case FIELD_END:
    case FIELD_DURATION:
        read_times(r, block);
        break;
    case FIELD_SRC:
    case FIELD_DST:
        read_addresses(r, block);
        return;
    case FIELD_PPS:
    case FIELD_BPS:
    case FIELD_BPP:
        read_rates(r, block);
        break;
    case FIELD_EXPORTER:
    case FIELD_EXPORTER_PORT:
    case FIELD_VERSION:
    case FIELD_DOMAIN:
        read_sessions(r, block);
        return;
    case FIELD_TEMPLATE:
    case FIELD_FRAME:
    case FIELD_FILE:
    case FIELD_RECEIVED:
    case FIELD_LATE:
        each_set(r, block, take_common);
        return;
    case FIELD_SAMPLING:
        read_column(r, block, NFDEC_COL_SAMPLING, r->key);
        read_column(r, block, NFDEC_COL_SAMPLER, r->column[0]);
        each_set(r, block, take_sampling);
        return;
    case FIELD_ICMP_TYPE:
    case FIELD_ICMP_CODE:
        read_icmp(r, block);
        return;
    default:
        read_column(r, block, (enum nfdec_column)field_table[r->keys->symbol].column, r->key);
        break;
    }
    if (!r->keys->all_there)
        each_set(r, block, take_missing);
}

/* ---- connections ---- */

static void put_address(struct order_reader *r, uint32_t at, const struct addr *address)
{
    uint64_t octets[2];
    if (address->family == 0) {
        miss(r, at);
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
    return proto == TCP || proto == UDP || proto == DCCP || proto == SCTP || proto == 136;
}

static void put_service(struct order_reader *r, uint32_t at, const struct connection *c)
{
    unsigned place = service_place(c->proto);
    uint32_t rank = UINT32_MAX;
    if (r->keys->services && place < SERVICES) {
        rank = r->keys->services[place * PORTS + c->port[PAIR_SERVER]];
        if (rank == UINT32_MAX)
            rank = r->keys->services[place * PORTS + c->port[PAIR_CLIENT]];
    }
    r->key[at] = rank;
    if (rank == UINT32_MAX)
        miss(r, at);
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
            miss(r, at);
        break;
    case FIELD_PACKETS:
        r->key[at] = packets;
        break;
    case FIELD_BYTES:
        r->key[at] = bytes;
        break;
    case FIELD_PPS:
        put_rate(r, at, (double)packets, seconds);
        break;
    case FIELD_BPS:
        put_rate(r, at, 8.0 * (double)bytes, seconds);
        break;
    case FIELD_BPP:
        put_rate(r, at, (double)bytes, (double)packets);
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
            miss(r, at);
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
        const struct ledger_set *set = set_of_row(r, row);
        const struct nfdec_template *template = set ? nfdec_template_at(data->decoder, set->template) : NULL;
        if (template && has_values(r->keys, template, set->no_time_base))
            return true;
    }
    return false;
}

static void read_connections(struct order_reader *r, uint64_t block)
{
    const struct query_data *data = r->keys->request->data;
    const uint64_t *chosen = r->keys->request->chosen;
    struct connection c;
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t index = (uint32_t)(block * ORDER_BLOCK) + i;
        if (chosen && !(chosen[index / 64] >> index % 64 & 1))
            continue;
        struct pair_summary brief;
        pairs_summary(data->pairs, index, &brief);
        c = (struct connection) { .start = brief.start,
                                  .end = brief.end,
                                  .bytes = { brief.bytes, 0 },
                                  .proto = brief.proto,
                                  .paired = brief.paired };
        switch (r->keys->symbol) {
        case FIELD_START:
        case FIELD_END:
        case FIELD_DURATION:
        case FIELD_BYTES:
        case FIELD_PROTO:
        case FIELD_BPS:
        case FIELD_PAIRED:
            break; /* all it needs */
        default:
            pairs_get(data->pairs, data->store, index, &c);
            break;
        }
        put_sides(r, i, &c);
        if (!r->keys->all_there && r->state[i] != ORDER_MISSING && !connection_has(r, index))
            miss(r, i);
    }
}

void order_read(struct order_reader *r, uint64_t block)
{
    uint64_t left = r->keys->count - block * ORDER_BLOCK;
    r->count = left < ORDER_BLOCK ? (uint32_t)left : ORDER_BLOCK;
    if (!r->plain)
        memset(r->state, ORDER_PLAIN, sizeof r->state);
    r->plain = true;
    if (r->keys->request->connections)
        read_connections(r, block);
    else
        read_flows(r, block);
    if (!r->keys->request->descending)
        return;
    for (uint32_t i = 0; i < r->count; i++)
        r->key[i] = ~r->key[i];
    for (uint32_t i = 0; i < r->count && !r->plain; i++)
        r->low[i] = ~r->low[i];
}
