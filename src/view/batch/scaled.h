/* SPDX-License-Identifier: MIT */
/* Counters of connections times the sampling intervals of their flows. */
#ifndef VIEW_BATCH_SCALED_H
#define VIEW_BATCH_SCALED_H

#include <stdbool.h>
#include <stdint.h>

#include "pair/pair.h"
#include "view/batch/run.h"

struct scaled {
    bool known;                    /* of every flow that counts it is known how it was sampled */
    uint64_t packets[2], bytes[2]; /* by enum pair_side */
};

void scaled_connection(const struct batch *b, uint32_t index, const struct connection *connection,
                       struct scaled *out);

#endif
