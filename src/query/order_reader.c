/* SPDX-License-Identifier: MIT */
#include "query/order_reader.h"

#include <string.h>

void order_miss(struct order_reader *r, uint32_t at)
{
    r->state[at] = ORDER_MISSING;
    r->plain = false;
}

static uint64_t real_key(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits; /* never negative, so the bits are in the order of the values */
}

/* What is put at `at` is a rate, or missing where it has no unit. */
void order_put_rate(struct order_reader *r, uint32_t at, double amount, double unit)
{
    if (unit > 0)
        r->key[at] = real_key(amount / unit);
    else
        order_miss(r, at);
}

/* The set of a row: mostly the last one, or one of those behind it. */
const struct ledger_set *order_set_of_row(struct order_reader *r, uint64_t row)
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

static bool has_times(const struct order_keys *keys, const struct nfdec_template *template, bool no_base)
{
    enum nfdec_time_source start = nfdec_template_start_source(template);
    enum nfdec_time_source end = nfdec_template_end_source(template);
    bool has_start = start != NFDEC_TIME_NONE && !(start == NFDEC_TIME_UPTIME_INIT && no_base);
    bool has_end = end != NFDEC_TIME_NONE && !(end == NFDEC_TIME_UPTIME_INIT && no_base);
    return (!keys->needs_start || has_start) && (!keys->needs_end || has_end);
}

/* Whether flows of a template have what the field needs. */
bool order_has_values(const struct order_keys *keys, const struct nfdec_template *template, bool no_base)
{
    return (nfdec_template_columns(template) & keys->needs) == keys->needs &&
           has_times(keys, template, no_base);
}
