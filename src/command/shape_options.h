/* SPDX-License-Identifier: MIT */
/* Options of the shape of output: what of it, which columns, in what order, how many lines, what times look like. */
#ifndef COMMAND_SHAPE_OPTIONS_H
#define COMMAND_SHAPE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "command/complaint.h"
#include "command/take.h"
#include "command/words.h"
#include "query/field.h"
#include "view/batch/keys.h"
#include "view/clock.h"

struct shape_options {
    const char *flow_filter;    /* of -Y; NULL: none */
    struct config_words fields; /* of -e, as typed */
    struct keys_choice choice;  /* the columns they mean, once it is settled */
    uint64_t limit;             /* 0: all */
    uint64_t min_packets;       /* 0: hide nothing */
    bool scaled;
    const char *match_host;  /* of --match-host; NULL: none */
    char *matching;          /* the flow filter made of it and -Y, once it is settled; NULL: none */
    const char *sort;        /* as typed; NULL: none */
    struct field sort_field; /* what it means */
    bool descending;
    const char *clock_word; /* of -t, as typed; NULL: not given */
    bool utc;
    enum clock_form clock;
};

/* Takes an option that is one of these. False: the complaint says what is wrong with its value. */
bool shape_options_take(struct shape_options *options, const struct place *place,
                        struct complaint *complaint);
void shape_options_release(struct shape_options *options);

#endif
