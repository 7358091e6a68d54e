/* SPDX-License-Identifier: MIT */
/* -w: export packets into a capture file, with -Y those that match and what they need; what is said about it. */
#ifndef COMMAND_WRITE_H
#define COMMAND_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "command/complaint.h"
#include "command/config.h"
#include "query/filter.h"
#include "session/excerpt.h"
#include "session/session.h"

struct writing {
    const struct config *config;
    const struct config_words *inputs; /* names of all inputs */
    const struct filter *filter;       /* NULL: all packets */
    unsigned threads;
    struct writer *writer; /* NULL: nothing is written */
    struct excerpt_counts counts;
    const char *reason; /* why packets are missing */
};

/*
 * Opens the file, where one is given; false and a complaint where it cannot be written. The other members are filled in
 * by the caller, before or after.
 */
bool writing_begin(struct writing *w, const struct config *config, struct complaint *complaint);

/* What the run needs for it. */
void writing_configure(const struct writing *w, struct session_config *session);

/* Once the run is done: writes the packets that match; `writing` is a struct writing. */
void writing_excerpt(void *writing, const struct session *run);

/* Hands over what was written so far. */
void writing_flush(const struct writing *w);

/* There was nothing to be read: the file stays as it was. */
void writing_drop(struct writing *w);

/* Ends the file. Status as complained; 0 where all is well. */
int writing_end(struct writing *w, struct complaint *complaint);

/* The same, and says what is in it. */
int writing_report(struct writing *w, uint64_t exports, struct complaint *complaint);

#endif
