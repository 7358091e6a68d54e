/* SPDX-License-Identifier: MIT */
/*
 * What lines of JSON or CSV look like that come of one template and one exporter: what stands in front of the values of
 * all rows, and a list of steps, each a text and the value of a column behind it. Made once, run by line.c.
 *
 *     layout.csv = ...                     // all members up to `labels`
 *     layout_compile(&layout);
 *     layout_release(&layout);
 *
 * Owner: line.c, which keeps those that it needs.
 */
#ifndef VIEW_BATCH_LAYOUT_H
#define VIEW_BATCH_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "view/batch/origin.h"

#define LAYOUT_STEPS  (NFDEC_COLUMN_COUNT + 9u) /* long names need two; some have no column */
#define LAYOUT_OCTETS 16u                       /* of text, all of which are copied, however many there are */

/* Values from one column to the next. */
#define LAYOUT_STRIDE (sizeof((struct nfdec_columns *)NULL)->column[0] / sizeof(uint64_t))

/* Flows of nearly all templates begin with so many: both times, addresses and ports, ICMP, protocol, packets, octets. */
#define LAYOUT_USUAL 10u

enum layout_operation {
    STEP_TEXT, /* no value */
    STEP_NUMBER,
    STEP_MEDIUM, /* ... of up to five digits as a rule */
    STEP_SMALL,  /* ... of few digits */
    STEP_TIME_START,
    STEP_TIME_END,
    STEP_SOURCE, /* addresses go without their text where a row has none */
    STEP_DESTINATION,
    STEP_ICMP,
    STEP_SAMPLING,
    STEP_APPLICATION,
    STEP_MULTIPLY, /* counters by the sampling interval */
    STEP_END,      /* of the line; its text is the last one */
};

struct layout_step {
    char text[LAYOUT_OCTETS];
    uint8_t length;
    uint8_t operation;
    uint16_t column; /* where it begins, in values from the first column on */
};

struct layout {
    bool csv;
    struct origin origin; /* without message and set: */
    uint16_t header;      /* sampling interval of message headers */
    uint32_t sampling;    /* interval of flows that say nothing themselves; 0: not known */
    struct {
        uint64_t interval, sampler; /* of a row */
        uint32_t answer;            /* sampling_of() it */
    } last;
    uint16_t id;
    bool late, scaled;
    unsigned labels;     /* label_fields() */
    struct strbuf after; /* behind the record's number */
    bool usual;          /* begins with the usual steps */
    unsigned count;
    struct layout_step steps[LAYOUT_STEPS];
};

void layout_compile(struct layout *layout);
void layout_release(struct layout *layout);

#endif
