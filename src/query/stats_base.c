/* SPDX-License-Identifier: MIT */
#include "query/stats_base.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "query/spread.h"

#define PIECE 65536u /* connections */

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

/* Others may be entering their rows into the same word. */
void stats_base_mark(struct stats_base *base, unsigned end, uint32_t row)
{
    __atomic_fetch_or(&base->first[end][row / 64], UINT64_C(1) << row % 64, __ATOMIC_RELAXED);
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
        uint32_t row = pairs_first_row(base->data->pairs, (uint32_t)i);
        if (!base->all)
            row = stats_base_next(base, row);
        if (row == PAIR_NONE)
            continue;
        stats_base_mark(base, 0, row);
        count++;
    }
    base->connections += count;
}

bool stats_base_init(struct stats_base *base, struct query_job *job)
{
    const struct query_data *data = base->data;
    const struct nfdec_template *template;
    uint32_t reverse = NFDEC_BIT(REVERSE_BYTES) | NFDEC_BIT(REVERSE_PACKETS);
    size_t words = (size_t)(flow_store_rows(data->store) / 64 + 1);
    base->reverse = false;
    base->all = !base->chosen && (base->records || !pairs_have_duplicates(data->pairs));
    for (uint32_t i = 0; (template = nfdec_template_at(data->decoder, i)) != NULL; i++)
        base->reverse |= template->records > 0 && nfdec_template_columns(template) & reverse;
    base->first[0] = base->first[1] = alloc_array(words, sizeof *base->first[0]);
    if (base->mark)
        base->first[1] = alloc_array(words, sizeof *base->first[1]);
    return spread(base->threads, pairs_count(data->pairs), PIECE, base->mark ? base->mark : mark_first, base,
                  job);
}

void stats_base_release(struct stats_base *base)
{
    if (base->first[1] != base->first[0])
        free(base->first[1]);
    free(base->first[0]);
}
