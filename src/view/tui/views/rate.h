/* SPDX-License-Identifier: MIT */
/*
 * How many packets each exporter sent over the time of the capture, in few buckets that all exporters share: they become
 * twice as long as often as it takes.
 *
 *     rate_update(&rate, run);                     // takes in the messages that came since
 *     rate_draw(&rate, family, cells, area, row, column, width, role);
 */
#ifndef VIEW_TUI_VIEWS_RATE_H
#define VIEW_TUI_VIEWS_RATE_H

#include <stdint.h>

#include "base/strbuf.h"
#include "session/session.h"

#define RATE_BUCKETS 64

struct rate {
    uint32_t (*bucket)[RATE_BUCKETS]; /* by exporter */
    uint32_t exporters;
    uint32_t seen;       /* messages */
    uint32_t generation; /* of the session: they are counted anew when it is another one */
    int64_t start;       /* of the first one */
    int64_t length;      /* ns of a bucket; 0: nothing yet */
    unsigned used;       /* buckets up to the last message */
};

void rate_release(struct rate *rate);
void rate_update(struct rate *rate, const struct session *run);

/* Adds blocks of an exporter's packets over time, `width` columns: the highest is its own most. */
void rate_text(const struct rate *rate, uint32_t exporter, unsigned width, struct strbuf *out);

#endif
