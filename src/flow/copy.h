/* SPDX-License-Identifier: MIT */
/* Rows of one block behind those of another, for a store that lets go of its oldest rows. */
#ifndef FLOW_COPY_H
#define FLOW_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/columns.h"

/* Zeroed at first. Remembers which addresses of IPv6 have been copied from a block to another. */
struct flow_copier {
    const struct nfdec_columns *from, *to;
    uint32_t to_rows;               /* of `to` when the last rows had been added */
    uint16_t place[2 * NFDEC_ROWS]; /* of from's addresses in to: index + 1; 0: not there yet */
};

/* Copies rows first ... as many as there are and fit, `count` at most; how many. `from` must not change between calls. */
uint32_t flow_copy_rows(struct flow_copier *copier, struct nfdec_columns *to,
                        const struct nfdec_columns *from, uint32_t first, uint32_t count);

/* `from` is another block from now on, although it stands where the last one did. */
void flow_copy_begin(struct flow_copier *copier);

#endif
