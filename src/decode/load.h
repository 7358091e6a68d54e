/* SPDX-License-Identifier: MIT */
/*
 * Numbers of many records into columns: steps of a plan that copy a number, or make a time of one. There are two ways,
 * which give the same values: a plain one, and a wide one, four records at a time, for processors that have vectors of
 * 256 bits.
 */
#ifndef DECODE_LOAD_H
#define DECODE_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/plan.h"
#include "nfdec/columns.h"

/* Records, or segments of them, and the rows that they become. */
struct load {
    const uint8_t *first; /* where the first one begins; the others follow at a stride */
    size_t stride;
    const uint8_t *const *at; /* not NULL: where each of them begins */
    uint32_t count;           /* at least one */
    uint32_t row;             /* of the first one */
    uint64_t (*columns)[NFDEC_ROWS + NFDEC_GAP];
    uint64_t export_time; /* ns, the exporter's clock */
    uint32_t uptime;      /* ms, at that time */
};

/* Runs a step and those alike behind it, whose first pair is the one given. Only their rows are written. */
typedef void load_steps(const struct load *load, const struct plan_step *step, const struct plan_pair *pair);

load_steps load_plain, load_wide;

/* Whether this processor can do the wide one. */
bool load_is_wide(void);

/* Where record i begins, or its segment. */
static inline const uint8_t *load_record(const struct load *load, uint32_t i)
{
    return load->at ? load->at[i] : load->first + i * load->stride;
}

/* Products and sums of times from the wire wrap instead of overflowing: such times are wrong as sent. */
static inline uint64_t load_time(uint64_t value, int64_t unit)
{
    return value * (uint64_t)unit;
}

#endif
