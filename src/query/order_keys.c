/* SPDX-License-Identifier: MIT */
#include "query/order_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/order_conns.h"
#include "query/order_flows.h"

enum { TCP = 6, UDP = 17, DCCP = 33, SCTP = 132 };

static void find_needs(struct order_keys *keys)
{
    const struct field_info *info = &field_table[keys->symbol];
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

static bool all_have_values(const struct order_keys *keys)
{
    const struct nfdec_template *template;
    for (uint32_t i = 0; (template = nfdec_template_at(keys->request->data->decoder, i)) != NULL; i++)
        if (*template->records > 0 && template->kind != NFDEC_TEMPLATE_OPTIONS &&
            !order_has_values(keys, template, true))
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

static void rank_services(struct order_keys *keys)
{
    static const uint8_t protocols[ORDER_SERVICES] = { TCP, UDP, SCTP, DCCP };
    const char **names = alloc_array((size_t)ORDER_SERVICES * ORDER_PORTS, sizeof *names);
    const char **sorted = alloc_array((size_t)ORDER_SERVICES * ORDER_PORTS, sizeof *sorted);
    size_t count = 0;
    keys->services = alloc_array((size_t)ORDER_SERVICES * ORDER_PORTS, sizeof *keys->services);
    for (size_t i = 0; i < (size_t)ORDER_SERVICES * ORDER_PORTS; i++) {
        names[i] =
            names_service(keys->request->names, (uint16_t)(i % ORDER_PORTS), protocols[i / ORDER_PORTS]);
        if (names[i])
            sorted[count++] = names[i];
    }
    qsort(sorted, count, sizeof *sorted, compare_names);
    for (size_t i = 0; i < (size_t)ORDER_SERVICES * ORDER_PORTS; i++) {
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

void order_keys_init(struct order_keys *keys, const struct order_request *request, struct query_job *job)
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
    if (keys->symbol == FIELD_SAMPLING)
        keys->samplings = samplings_new(request->data->decoder);
    if (keys->symbol == FIELD_SERVICE && request->names)
        rank_services(keys);
    if (request->connections)
        order_sum_connections(keys, job);
}

void order_keys_release(struct order_keys *keys)
{
    free(keys->place);
    arena_release(&keys->memory);
    free(keys->sessions);
    samplings_free(keys->samplings);
    free(keys->services);
}

struct order_reader *order_reader_new(const struct order_keys *keys)
{
    struct order_reader *reader = alloc_new(sizeof *reader);
    reader->keys = keys;
    return reader;
}

void order_read(struct order_reader *r, uint64_t block)
{
    uint64_t left = r->keys->count - block * ORDER_BLOCK;
    r->count = left < ORDER_BLOCK ? (uint32_t)left : ORDER_BLOCK;
    if (!r->plain)
        memset(r->state, ORDER_PLAIN, sizeof r->state);
    r->plain = true;
    if (r->keys->request->connections)
        order_read_connections(r, block);
    else
        order_read_flows(r, block);
    if (!r->keys->request->descending)
        return;
    for (uint32_t i = 0; i < r->count; i++)
        r->key[i] = ~r->key[i];
    for (uint32_t i = 0; i < r->count && !r->plain; i++)
        r->low[i] = ~r->low[i];
}
