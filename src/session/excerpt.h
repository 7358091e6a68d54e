/* SPDX-License-Identifier: MIT */
/*
 * Some of a run's export packets, as they stood, with all others that it takes to decode them alone to the same records:
 * those that announce their templates, and withdraw them where that matters, options data that applies (applied.h),
 * and all fragments.
 *
 *     struct excerpt *excerpt = excerpt_new(run);             // of a run that kept octets, once it is done
 *     ...excerpt_take(excerpt, set, 3) for each set with so many matches...
 *     excerpt_complete(excerpt);
 *     excerpt_write(excerpt, writer);
 *     ...excerpt_counts(excerpt)...
 *     excerpt_free(excerpt);
 *
 * Packets keep their order and their times. A template that came behind its data does so in the excerpt, too.
 */
#ifndef SESSION_EXCERPT_H
#define SESSION_EXCERPT_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/writer.h"
#include "session/replay.h"
#include "session/session.h"

struct excerpt_counts {
    uint64_t packets;   /* that carry a match, */
    uint64_t matches;   /* and how many */
    uint64_t templates; /* packets more for templates that these need */
    uint64_t options;   /* ... for options data */
    uint64_t known;     /* ... so that others of their sender are taken for export packets */
    uint64_t gone;      /* of all these: they could not be read again and are missing */
    uint64_t left;      /* records of options data that were not looked at: there are too many */
};

struct excerpt;

struct excerpt *excerpt_new(const struct session *run);
void excerpt_free(struct excerpt *e);

/* The packet of a set of the ledger carries `matches` matching records in this set. In order of sets. */
void excerpt_take(struct excerpt *e, uint32_t set, uint32_t matches);

/* Once all are taken: finds what they need. */
void excerpt_complete(struct excerpt *e);

/* False: the writer has failed. Frames of several link types are written as pcapng. */
bool excerpt_write(struct excerpt *e, struct writer *writer);

const struct excerpt_counts *excerpt_counts(const struct excerpt *e);
const char *excerpt_reason(const struct excerpt *e); /* of what is gone */

#endif
