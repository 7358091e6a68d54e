/* SPDX-License-Identifier: MIT */
/*
 * Which diagnostics a packet has. While a capture is read they stand in the ledger as they come; when all is read they
 * are in order of packets: both are looked up at once.
 *
 *     problems_update(&problems, run, loaded);       // more may have come
 *     for (size_t i = problems_first(&problems, ledger, packet); i != PROBLEMS_END;
 *          i = problems_next(&problems, ledger, i))
 *         ...ledger_diagnostic(ledger, i)...
 */
#ifndef VIEW_TUI_PACKET_PROBLEMS_H
#define VIEW_TUI_PACKET_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "flow/ledger.h"

#define PROBLEMS_END SIZE_MAX

/* Zeroed: none yet. */
struct problems {
    struct map newest; /* of a packet: its newest diagnostic; while they come */
    uint32_t *before;  /* by diagnostic: the one before of the same packet + 1; 0: none */
    size_t count, capacity;
    bool ordered; /* the ledger's are in order */
};

void problems_release(struct problems *problems);
void problems_update(struct problems *problems, const struct ledger *ledger, bool ordered);
size_t problems_first(const struct problems *problems, const struct ledger *ledger, uint64_t packet);
size_t problems_next(const struct problems *problems, const struct ledger *ledger, size_t at);

/* Whether something is wrong with a message: an error, or a warning, between its header and the next one's. */
bool problems_message(const struct problems *problems, const struct ledger *ledger, uint32_t message);

/* The packet's diagnostic is about this message: each has what is located from its header up to the next one's. */
bool problems_belong(const struct ledger *ledger, uint32_t message,
                     const struct nfdec_diagnostic *diagnostic);

#endif
