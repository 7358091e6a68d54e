/* SPDX-License-Identifier: MIT */
/*
 * Batch output: one run over the input, written to a stream as text or JSON lines.
 *
 * Records, packets with -V or -x are written while the run goes on, in capture order: what comes behind a set
 * that waits for its template is held back (bounded) until the set can be written in its place. Everything else
 * is written from the ledger, the store and the pairs at the end.
 */
#ifndef VIEW_BATCH_BATCH_H
#define VIEW_BATCH_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "session/session.h"
#include "view/batch/config.h"

enum batch_result {
    BATCH_DONE,
    BATCH_CUT,    /* the input was cut short or damaged; session_message() of the run was put into message */
    BATCH_CLOSED, /* nobody reads our output any more (EPIPE): end quietly */
    BATCH_FAILED, /* output could not be written: message says why */
};

struct batch_outcome {
    enum batch_result result;
    char message[CAPTURE_ERROR];
    uint64_t exports; /* export packets found */
    uint64_t frames;
    uint64_t not_export; /* datagrams that are something else */
};

/* Runs `run_config` (its tap is set here, and what is kept for it beside what it asks for) and writes. Errors of opening: *error, false. */
bool batch_run(const struct batch_config *config, const struct session_config *run_config,
               struct batch_outcome *outcome, struct capture_error *error);

#endif
