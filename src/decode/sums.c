/* SPDX-License-Identifier: MIT */
#include "nfdec/columns.h"

#include "decode/plan.h"
#include "decode/walk.h"

_Static_assert(NFDEC_COL_BYTES == NFDEC_COL_PACKETS + 1 &&
                   NFDEC_COL_REVERSE_PACKETS == NFDEC_COL_PACKETS + 2 &&
                   NFDEC_COL_REVERSE_BYTES == NFDEC_COL_PACKETS + 3,
               "the counters are columns next to each other");

/* The sums of all columns of counters, by column. */
struct totals {
    uint64_t of[PLAN_COUNTERS];
};

/* Two counters at a time: most templates have two. */
static void sum_two(const struct nfdec_set *set, const struct plan_step *a, const struct plan_step *b,
                    struct totals *totals)
{
    struct number first = plan_number(a), second = plan_number(b);
    size_t stride = set->template->record_length;
    uint64_t sum[2] = { 0, 0 };
    const uint8_t *p = set->data;
    for (uint32_t i = 0; i < set->records; i++, p += stride) {
        sum[0] += number_at(p, first);
        sum[1] += number_at(p, second);
    }
    totals->of[b->column - PLAN_FIRST_COUNTER] = sum[1];
    totals->of[a->column - PLAN_FIRST_COUNTER] = sum[0];
}

static void sum_fixed(const struct nfdec_set *set, struct totals *totals)
{
    const struct nfdec_plan *plan = set->template->plan;
    for (uint8_t i = 0; i < plan->counter_count; i += 2) {
        uint8_t other = i + 1 < plan->counter_count ? i + 1 : i;
        sum_two(set, &plan->steps[plan->counter[i]], &plan->steps[plan->counter[other]], totals);
    }
}

/* Records of variable length are walked once, counters taken on the way. */
static void sum_variable(const struct nfdec_set *set, struct totals *totals)
{
    const struct nfdec_plan *plan = set->template->plan;
    uint16_t last = (uint16_t)(plan->gap_count - 1);
    const uint8_t *p = set->data;
    for (uint32_t record = 0; record < set->records; record++) {
        uint16_t segment = 0;
        for (uint8_t i = 0; i < plan->counter_count; i++) {
            const struct plan_step *step = &plan->steps[plan->counter[i]];
            while (segment < step->segment)
                p = walk_over(p + plan->gaps[segment++]);
            totals->of[step->column - PLAN_FIRST_COUNTER] += number_at(p, plan_number(step));
        }
        while (segment < last)
            p = walk_over(p + plan->gaps[segment++]);
        p += plan->gaps[last];
    }
}

struct nfdec_sums nfdec_set_sums(const struct nfdec_set *set)
{
    struct totals totals = { { 0 } };
    if (set->template && set->template->plan->counter_count) {
        if (set->template->variable)
            sum_variable(set, &totals);
        else
            sum_fixed(set, &totals);
    }
    return (struct nfdec_sums) { .packets = totals.of[NFDEC_COL_PACKETS - PLAN_FIRST_COUNTER],
                                 .bytes = totals.of[NFDEC_COL_BYTES - PLAN_FIRST_COUNTER],
                                 .reverse_packets = totals.of[NFDEC_COL_REVERSE_PACKETS - PLAN_FIRST_COUNTER],
                                 .reverse_bytes = totals.of[NFDEC_COL_REVERSE_BYTES - PLAN_FIRST_COUNTER] };
}
