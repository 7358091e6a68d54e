/* SPDX-License-Identifier: MIT */
/*
 * Sets of records that are written while the run goes on, each in its own place: a set that waits for its template keeps
 * one (hold.h), and is written there when the template comes.
 */
#ifndef VIEW_BATCH_STREAM_H
#define VIEW_BATCH_STREAM_H

#include "view/batch/run.h"

/* Begins with packet UINT64_MAX: none. */
struct stream {
    uint64_t packet; /* the one whose records are counted */
    uint64_t seen;   /* its records up to now, those of options data too */
};

/* Writes the records of a set, numbered from `number` on; 0: HOLD_NUMBER stands for each. */
typedef void stream_write(struct batch *b, struct strbuf *out, const struct nfdec_set *set, uint64_t number);

/* Takes a set of data or options data. As batch_line(). */
bool stream_take(struct batch *b, struct stream *stream, const struct nfdec_set *set, stream_write *write);

#endif
