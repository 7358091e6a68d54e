/* SPDX-License-Identifier: MIT */
/*
 * How a great many durations are spread, in little memory: classes that double, each with its count and sum. Least,
 * most, count and sum are exact; a value within is the mean of its class.
 * Zeroed memory is an empty spread.
 */
#ifndef FLOW_SPREAD_H
#define FLOW_SPREAD_H

#include <stdint.h>

#define SPREAD_CLASSES 32 /* from under 2 ms to more than 26 days */

struct spread {
    uint64_t count;
    int64_t total, least, most;
    struct spread_class {
        int64_t sum;
        uint32_t number;
    } class[SPREAD_CLASSES];
};

void spread_add(struct spread *spread, int64_t ns); /* below 0 counts as 0 */

/* The one in the middle; 0: none. */
int64_t spread_median(const struct spread *spread);

/* What is usual by time: half of all time, the longest one left out, was spent in durations no longer than this. */
int64_t spread_usual(const struct spread *spread);

/* How many are in classes above that of `ns`. */
uint64_t spread_above(const struct spread *spread, int64_t ns);

#endif
