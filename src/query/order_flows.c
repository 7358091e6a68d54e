/* SPDX-License-Identifier: MIT */
#include "query/order_flows.h"

#include <string.h>

#include "base/order.h"

static const struct flow_store *store_of(const struct order_reader *r)
{
    return r->keys->request->data->store;
}

static void read_column(const struct order_reader *r, uint64_t block, enum nfdec_column column,
                        uint64_t out[NFDEC_ROWS])
{
    flow_store_column(store_of(r), block, column, out);
}

/* Calls for each run of rows of one set in the block: rows from ... to - 1 of it. */
static void each_set(struct order_reader *r, uint64_t block,
                     void (*take)(struct order_reader *r, const struct ledger_set *set, uint32_t from,
                                  uint32_t to))
{
    for (uint32_t at = 0, to; at < r->count; at = to) {
        uint64_t row = block * ORDER_BLOCK + at;
        const struct ledger_set *set = order_set_of_row(r, row);
        uint64_t left = set ? set->first_row + ledger_set_row_count(set) - row : 1;
        to = left < r->count - at ? at + (uint32_t)left : r->count;
        take(r, set, at, to);
    }
}

static void take_missing(struct order_reader *r, const struct ledger_set *set, uint32_t from, uint32_t to)
{
    const struct nfdec_template *template =
        set ? nfdec_template_at(r->keys->request->data->decoder, set->template) : NULL;
    if (template && order_has_values(r->keys, template, set->no_time_base))
        return;
    for (uint32_t i = from; i < to; i++)
        order_miss(r, i);
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
            order_miss(r, i);
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
            order_put_rate(r, i, (double)bytes[i], (double)packets[i]);
        else if (r->keys->symbol == FIELD_PPS)
            order_put_rate(r, i, (double)packets[i], seconds);
        else
            order_put_rate(r, i, 8.0 * (double)bytes[i], seconds);
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
            order_miss(r, i);
    }
}

/* As flow/sampling.h says. */
static void take_sampling(struct order_reader *r, const struct ledger_set *set, uint32_t from, uint32_t to)
{
    const struct query_data *data = r->keys->request->data;
    const struct ledger_message *message = set ? ledger_message(data->ledger, set->message) : NULL;
    const struct nfdec_session *session = set ? nfdec_session_at(data->decoder, message->session) : NULL;
    const struct nfdec_template *template = set ? nfdec_template_at(data->decoder, set->template) : NULL;
    for (uint32_t i = from; i < to; i++) {
        struct sampling_flow flow = { .interval = r->key[i], .sampler = r->column[0][i] };
        if (template)
            flow.has_sampler = nfdec_template_columns(template) & NFDEC_BIT(SAMPLER);
        if (message)
            flow.header = message->sampling & 0x3FFFu;
        if (session)
            r->key[i] = samplings_of(r->keys->samplings, session, &flow).interval;
        if (r->key[i] == 0)
            order_miss(r, i);
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
            order_miss(r, i);
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

void order_read_flows(struct order_reader *r, uint64_t block)
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
