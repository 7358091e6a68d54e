/* SPDX-License-Identifier: MIT */
#include "query/stats_mark.h"

#include <stdlib.h>

#include "base/alloc.h"

#define SEEN_MOST 4096u /* groups of one connection: one that has more is not in the others */

/* Groups that a connection is in by its flows so far. */
struct seen {
    struct stats_key *key;
    size_t count, capacity;
};

bool stats_mark_needed(const struct stats_request *request)
{
    switch (request->kind) {
    case STATS_TALKERS:
        return request->side != STATS_EITHER || request->by == STATS_AS;
    case STATS_EXPORTERS:
    case STATS_INTERFACES:
        return true;
    default:
        return false;
    }
}

static bool is_new(struct seen *seen, const struct stats_key *key)
{
    for (size_t i = 0; i < seen->count; i++)
        if (seen->key[i].low == key->low && seen->key[i].high == key->high && seen->key[i].tag == key->tag)
            return false;
    if (seen->count == SEEN_MOST)
        return false;
    seen->key = alloc_grow(seen->key, seen->count, &seen->capacity, sizeof *seen->key);
    seen->key[seen->count++] = *key;
    return true;
}

/* A number of the record, where its template has one. */
static struct stats_key number_key(const struct query_data *data, uint32_t number, uint32_t there,
                                   enum nfdec_column column, uint64_t family, enum stats_tag tag)
{
    if (!(there >> column & 1))
        return (struct stats_key) { .tag = 0 };
    return (struct stats_key) { .high = family,
                                .low = flow_store_value(data->store, number, column),
                                .tag = tag };
}

static uint32_t columns_of(const struct query_data *data, uint64_t row)
{
    uint32_t set = ledger_set_of_row(data->ledger, row);
    const struct nfdec_template *template =
        set == LEDGER_NONE ? NULL : nfdec_template_at(data->decoder, ledger_set(data->ledger, set)->template);
    return template ? nfdec_template_columns(template) : 0;
}

static uint64_t family_of(const struct query_data *data, uint32_t number)
{
    uint64_t session = flow_store_value(data->store, number, NFDEC_COL_SESSION);
    const struct nfdec_session *found = nfdec_session_at(data->decoder, (uint32_t)session);
    return found ? found->family : 0;
}

/* No more of a row is read than is needed: there are many. */
static void keys_of(const struct stats_request *request, uint32_t number, struct stats_key key[2])
{
    const struct query_data *data = request->data;
    key[0] = key[1] = (struct stats_key) { .tag = 0 };
    if (request->kind == STATS_EXPORTERS) {
        key[0] = (struct stats_key) { .low = family_of(data, number), .tag = STATS_TAG_EXPORTER };
    } else if (request->kind == STATS_INTERFACES) {
        uint32_t there = columns_of(data, number);
        uint64_t family = family_of(data, number);
        key[0] = number_key(data, number, there, NFDEC_COL_INPUT, family, STATS_TAG_INTERFACE);
        key[1] = number_key(data, number, there, NFDEC_COL_OUTPUT, family, STATS_TAG_INTERFACE);
    } else if (request->by == STATS_AS) {
        uint32_t there = columns_of(data, number);
        key[0] = number_key(data, number, there, NFDEC_COL_SRC_AS, 0, STATS_TAG_NUMBER);
        key[1] = number_key(data, number, there, NFDEC_COL_DST_AS, 0, STATS_TAG_NUMBER);
    } else {
        struct flow_row row;
        flow_store_row(data->store, number, &row);
        key[0] = stats_address_key(request, &row.src);
        key[1] = stats_address_key(request, &row.dst);
    }
}

/* The groups that a flow is in with something to count, as stats_rows.c has it. */
static void mark_row(struct stats_base *base, struct seen *seen, uint32_t number)
{
    const struct stats_request *request = base->request;
    const struct flow_store *store = base->data->store;
    struct stats_key key[2];
    keys_of(request, number, key);
    bool bare = !key[0].tag && !key[1].tag;
    bool sides = request->kind == STATS_TALKERS && request->side != STATS_EITHER;
    if (sides && !(base->reverse && (flow_store_value(store, number, NFDEC_COL_REVERSE_BYTES) > 0 ||
                                     flow_store_value(store, number, NFDEC_COL_REVERSE_PACKETS) > 0)))
        key[request->side == STATS_SENT].tag = 0;
    for (unsigned end = 0; end < 2; end++)
        if ((key[end].tag || (bare && end == 0)) && is_new(seen, &key[end]))
            stats_base_mark(base, end, number);
}

void stats_mark_groups(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct stats_base *base = user;
    struct seen seen = { 0 };
    uint64_t count = 0;
    (void)worker;
    for (uint64_t i = from; i < to; i++) {
        const struct pairs *pairs = base->data->pairs;
        uint32_t row = stats_base_next(base, pairs_first_row(pairs, (uint32_t)i));
        seen.count = 0;
        count += row != PAIR_NONE;
        for (; row != PAIR_NONE; row = stats_base_next(base, pairs_next_row(pairs, row)))
            mark_row(base, &seen, row);
    }
    base->connections += count;
    free(seen.key);
}
