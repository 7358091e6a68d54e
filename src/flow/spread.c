/* SPDX-License-Identifier: MIT */
#include "flow/spread.h"

#define SMALLEST 21u /* log2 of where the second class begins, ns */

static unsigned class_of(int64_t ns)
{
    uint64_t rest = (uint64_t)ns >> SMALLEST;
    unsigned class = rest ? 64u - (unsigned)__builtin_clzll(rest) : 0;
    return class < SPREAD_CLASSES ? class : SPREAD_CLASSES - 1;
}

void spread_add(struct spread *spread, int64_t ns)
{
    int64_t value = ns < 0 ? 0 : ns;
    unsigned class = class_of(value);
    if (!spread->count || value < spread->least)
        spread->least = value;
    if (value > spread->most)
        spread->most = value;
    spread->count++;
    if (spread->total > INT64_MAX - value) /* centuries: nothing is usual any more */
        return;
    spread->total += value;
    spread->class[class].sum += value;
    spread->class[class].number++;
}

static int64_t mean_of(const struct spread *spread, unsigned class)
{
    const struct spread_class *c = &spread->class[class];
    return c->number ? c->sum / c->number : 0;
}

int64_t spread_median(const struct spread *spread)
{
    uint64_t before = 0;
    for (unsigned i = 0; i < SPREAD_CLASSES; i++) {
        before += spread->class[i].number;
        if (before > (spread->count - 1) / 2)
            return mean_of(spread, i);
    }
    return 0;
}

int64_t spread_usual(const struct spread *spread)
{
    int64_t before = 0, half = (spread->total - spread->most) / 2;
    for (unsigned i = 0; i < SPREAD_CLASSES; i++) {
        before += spread->class[i].sum;
        if (spread->class[i].number && before >= half)
            return mean_of(spread, i);
    }
    return 0;
}

uint64_t spread_above(const struct spread *spread, int64_t ns)
{
    uint64_t count = 0;
    for (unsigned i = class_of(ns < 0 ? 0 : ns) + 1; i < SPREAD_CLASSES; i++)
        count += spread->class[i].number;
    return count;
}
