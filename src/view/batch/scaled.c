/* SPDX-License-Identifier: MIT */
#include "view/batch/scaled.h"

#include "view/batch/origin.h"

static uint32_t interval_of(const struct batch *b, uint32_t row, const struct flow_row *flow)
{
    struct origin origin;
    uint32_t set = query_set_of_row(session_ledger(b->run), b->state, row);
    if (set == LEDGER_NONE || !origin_of(b->run, set, &origin))
        return 0;
    const struct sampling_flow says = { .interval = flow->value[NFDEC_COL_SAMPLING],
                                        .sampler = flow->value[NFDEC_COL_SAMPLER],
                                        .has_sampler = origin.columns & NFDEC_BIT(SAMPLER),
                                        .header = origin.message->sampling & 0x3FFFu };
    return samplings_of(b->samplings, origin.session, &says).interval;
}

/* Who sent what the flow counts as its own direction. */
static enum pair_side side_of(const struct connection *c, const struct flow_row *flow)
{
    bool same = addr_equal(&c->ip[PAIR_CLIENT], &c->ip[PAIR_SERVER]);
    bool client = same ? flow->value[NFDEC_COL_SPORT] == c->port[PAIR_CLIENT]
                       : addr_equal(&flow->src, &c->ip[PAIR_CLIENT]);
    return client ? PAIR_CLIENT : PAIR_SERVER;
}

static void add(uint64_t *sum, uint64_t counter, uint32_t interval)
{
    uint64_t scaled = sampling_scale(counter, interval);
    *sum = scaled > UINT64_MAX - *sum ? UINT64_MAX : *sum + scaled;
}

void scaled_connection(const struct batch *b, uint32_t index, const struct connection *connection,
                       struct scaled *out)
{
    const struct pairs *pairs = session_pairs(b->run);
    struct flow_row flow;
    *out = (struct scaled) { .known = true };
    for (uint32_t row = pairs_first_row(pairs, index); row != PAIR_NONE; row = pairs_next_row(pairs, row)) {
        if (pairs_row_duplicate(pairs, row))
            continue;
        flow_store_row(session_store(b->run), row, &flow);
        uint32_t interval = interval_of(b, row, &flow);
        enum pair_side side = side_of(connection, &flow);
        out->known &= interval != 0;
        add(&out->packets[side], flow.value[NFDEC_COL_PACKETS], interval);
        add(&out->bytes[side], flow.value[NFDEC_COL_BYTES], interval);
        add(&out->packets[!side], flow.value[NFDEC_COL_REVERSE_PACKETS], interval);
        add(&out->bytes[!side], flow.value[NFDEC_COL_REVERSE_BYTES], interval);
    }
}
