/* SPDX-License-Identifier: MIT */
/*
 * Which sets something is wrong with, a bit each: an error or a warning is about the set, or about the whole message that
 * it is in. Looked up for every row that is drawn, so it is worked out once, when diagnostics came.
 *
 *     bad_sets_update(&bad, ledger, loaded);          // costs nothing where none came
 *     if (bad_sets_row(&bad, ledger, row)) ...the flow in this row of the store stands in one...
 */
#ifndef VIEW_TUI_PACKET_BAD_SETS_H
#define VIEW_TUI_PACKET_BAD_SETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/ledger.h"

/* Zeroed: none yet. */
struct bad_sets {
    uint64_t *bits;
    size_t words;
    size_t seen;  /* diagnostics that were looked at */
    bool ordered; /* ... when the ledger's were in order */
    bool any;
};

void bad_sets_release(struct bad_sets *bad);
void bad_sets_update(struct bad_sets *bad, const struct ledger *ledger, bool ordered);
bool bad_sets_row(const struct bad_sets *bad, const struct ledger *ledger, uint64_t row);

/* The first of what is wrong with the set of a row; NULL: nothing, or the ledger's diagnostics are in no order yet. */
const struct nfdec_diagnostic *bad_sets_why(const struct bad_sets *bad, const struct ledger *ledger,
                                            uint64_t row);

#endif
