/* SPDX-License-Identifier: MIT */
/*
 * A plan says how records of a template become columns: a list of operations, each of which reads one field of
 * all records of a set and writes one column. Made once per template version.
 *
 * Fields behind a variable-length field have no fixed place in the record. They have one relative to the end of
 * the last variable-length field before them: their segment. Segment 0 begins with the record.
 */
#ifndef DECODE_PLAN_H
#define DECODE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/memory.h"
#include "decode/number.h"
#include "decode/operation.h"
#include "nfdec/columns.h"
#include "nfdec/template.h"

struct places;

struct plan_step {
    uint8_t operation; /* enum plan_operation */
    uint8_t column;    /* enum nfdec_column */
    uint8_t length;    /* octets of the field, 1 ... 8 or 16 */
    bool second;       /* needs what another step has written: runs in a second pass over the segments */
    uint16_t segment;
    uint8_t alike;   /* steps from here on that are run as one; 1: this one only */
    uint8_t pairs;   /* ... which are so many of nfdec_plan.pairs */
    uint32_t offset; /* in the segment */
};

/* Two numbers that stand within 16 octets of a record, or one of them twice: load.c reads both in one move. */
struct plan_pair {
    uint64_t order[2];  /* of these octets in the two values, lowest first; with the highest bit set: 0 */
    int32_t place;      /* of these octets, in the segment; they end with the second number */
    uint16_t values[2]; /* where the two columns begin, in values from the first column on */
    uint8_t operation;  /* of both */
};

/* A field of options data that learn.c wants. */
struct plan_learned {
    uint16_t id; /* IANA element */
    uint16_t length, segment;
    uint32_t offset;
};

#define PLAN_LEARNED 11

/* Octets and packets in both directions are columns next to each other. */
#define PLAN_COUNTERS      4
#define PLAN_FIRST_COUNTER NFDEC_COL_PACKETS

struct nfdec_plan {
    uint32_t columns;                 /* bits: what records fill */
    uint32_t filled;                  /* bits: the same, and what follows from the template alone */
    uint32_t family;                  /* enum nfdec_family bits of the addresses that stand first */
    uint8_t start_source, end_source; /* enum nfdec_time_source */
    bool biflow;
    uint8_t learned_count;
    const struct plan_learned *learned; /* options data to be applied, in the order of the fields */
    const struct plan_pair *pairs;      /* of steps that are run as one, in the order of the steps */
    const uint32_t *gaps; /* octets of each segment without the variable-length field at its end */
    uint16_t pair_count;
    uint16_t gap_count; /* segments: one more than variable-length fields */
    uint16_t step_count;
    uint16_t first_steps;           /* of these: without those of the second pass, which come behind them */
    uint8_t counter[PLAN_COUNTERS]; /* steps that fill octets and packets, by segment */
    uint8_t counter_count;
    int32_t init_offset; /* systemInitTimeMilliseconds in the segment of the uptimes; -1: not in the record */
    bool odd_lengths;    /* some field has a length that is not its element's */
    bool needs_init;     /* and the uptimes count from it: it has to be announced */
    struct plan_step steps[]; /* by pass, by segment, numbers first */
};

/* Where the number of a step is, in the segment. */
static inline struct number plan_number(const struct plan_step *step)
{
    return number_of(step->offset, step->length);
}

/* A piece of the pool. NULL: no memory. */
struct nfdec_plan *plan_new(struct pool *pool, struct memory *mem, const struct nfdec_template *t,
                            const struct places *places);
size_t plan_octets(const struct nfdec_plan *plan);

#endif
