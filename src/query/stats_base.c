/* SPDX-License-Identifier: MIT */
#include "query/stats_base.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/spread.h"

#define PIECE 65536u /* connections, or rows */

static uint64_t masked(uint64_t value, unsigned bits)
{
    return bits >= 64 ? value : bits == 0 ? 0 : value & ~(UINT64_MAX >> bits);
}

void stats_cut_address(const struct stats_request *request, struct stats_key *key)
{
    unsigned net4 = request->net4 ? request->net4 : 24, net6 = request->net6 ? request->net6 : 48;
    if (key->tag == STATS_TAG_IP4) {
        key->low = masked(key->low << 32, net4) >> 32;
    } else {
        key->high = masked(key->high, net6);
        key->low = net6 > 64 ? masked(key->low, net6 - 64) : 0;
    }
}

struct stats_key stats_address_key(const struct stats_request *request, const struct addr *address)
{
    struct stats_key key = { .tag = address->family == 6 ? STATS_TAG_IP6 : STATS_TAG_IP4 };
    if (address->family == 0)
        return (struct stats_key) { .tag = 0 };
    for (unsigned i = 0; i < 8; i++) {
        key.high = key.high << 8 | address->octets[i];
        key.low = key.low << 8 | address->octets[8 + i];
    }
    if (address->family == 4) {
        key.low = key.high >> 32;
        key.high = 0;
    }
    if (request->by == STATS_NET)
        stats_cut_address(request, &key);
    return key;
}

void stats_base_mark(struct stats_base *base, unsigned end, uint32_t row)
{
    base->first[end][row] = 1;
}

uint32_t stats_base_next(const struct stats_base *base, uint32_t row)
{
    while (row != PAIR_NONE && !stats_base_counts(base, row))
        row = pairs_next_row(base->data->pairs, row);
    return row;
}

static void mark_first(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct stats_base *base = user;
    uint64_t count = 0;
    (void)worker;
    for (uint64_t i = from; i < to; i++) {
        uint32_t row = stats_base_next(base, pairs_first_row(base->data->pairs, (uint32_t)i));
        if (row == PAIR_NONE)
            continue;
        stats_base_mark(base, 0, row);
        count++;
    }
    base->connections += count;
}

/* Where every row counts, the first one of a connection is that which comes behind no other. */
static void unmark_next(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct stats_base *base = user;
    (void)worker;
    for (uint64_t row = from; row < to; row++) {
        uint32_t next = pairs_next_row(base->data->pairs, (uint32_t)row);
        if (next != PAIR_NONE)
            base->first[0][next] = 0;
    }
}

static uint8_t has_of(const struct nfdec_template *template)
{
    uint32_t columns = nfdec_template_columns(template);
    bool bytes = columns & (NFDEC_BIT(BYTES) | NFDEC_BIT(REVERSE_BYTES));
    bool packets = columns & (NFDEC_BIT(PACKETS) | NFDEC_BIT(REVERSE_PACKETS));
    return (uint8_t)((bytes ? STATS_HAS_BYTES : 0) | (packets ? STATS_HAS_PACKETS : 0));
}

uint8_t stats_base_look(const struct stats_base *base, uint64_t row, struct query_sets *sets)
{
    const struct query_data *data = base->data;
    uint32_t set = query_set_of_row(data->ledger, sets, row);
    const struct nfdec_template *template =
        set == LEDGER_NONE ? NULL : nfdec_template_at(data->decoder, ledger_set(data->ledger, set)->template);
    return template ? has_of(template) : STATS_HAS_ALL;
}

/* Which counters there may be. */
static void look_at_templates(struct stats_base *base)
{
    const struct nfdec_template *template;
    uint32_t reverse = NFDEC_BIT(REVERSE_BYTES) | NFDEC_BIT(REVERSE_PACKETS);
    bool any = false;
    base->reverse = base->mixed = false;
    base->has = STATS_HAS_ALL;
    for (uint32_t i = 0; (template = nfdec_template_at(base->data->decoder, i)) != NULL; i++) {
        if (*template->records == 0 || template->kind == NFDEC_TEMPLATE_OPTIONS)
            continue;
        base->reverse |= (nfdec_template_columns(template) & reverse) != 0;
        base->mixed |= any && base->has != has_of(template);
        base->has = has_of(template);
        any = true;
    }
}

bool stats_base_init(struct stats_base *base, struct query_job *job)
{
    const struct query_data *data = base->data;
    uint64_t rows = flow_store_rows(data->store);
    base->all = !base->chosen && (base->records || !pairs_have_duplicates(data->pairs));
    look_at_templates(base);
    base->first[0] = base->first[1] = alloc_array(rows + 1, 1);
    if (base->mark) {
        base->first[1] = alloc_array(rows + 1, 1);
        return spread(base->threads, pairs_count(data->pairs), PIECE, base->mark, base, job);
    }
    if (!base->all)
        return spread(base->threads, pairs_count(data->pairs), PIECE, mark_first, base, job);
    memset(base->first[0], 1, rows);
    base->connections = pairs_count(data->pairs);
    return spread(base->threads, rows, PIECE, unmark_next, base, job);
}

void stats_base_release(struct stats_base *base)
{
    if (base->first[1] != base->first[0])
        free(base->first[1]);
    free(base->first[0]);
}
