/* SPDX-License-Identifier: MIT */
/* -w: export packets into a capture file; what is said about it. */
#ifndef COMMAND_WRITE_H
#define COMMAND_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "command/complaint.h"
#include "command/config.h"
#include "session/session.h"

struct writing {
    const struct config *config;
    struct writer *writer; /* NULL: nothing is written */
};

/* Opens the file, where one is given; false and a complaint where it cannot be written. */
bool writing_begin(struct writing *w, const struct config *config, struct complaint *complaint);

/* What the run needs for it. */
void writing_configure(const struct writing *w, struct session_config *session);

/* Hands over what was written so far. */
void writing_flush(const struct writing *w);

/* There was nothing to be read: the file stays as it was. */
void writing_drop(struct writing *w);

/* Ends the file. Status as complained; 0 where all is well. */
int writing_end(struct writing *w, struct complaint *complaint);

/* The same, and says what is in it. */
int writing_report(struct writing *w, uint64_t exports, struct complaint *complaint);

#endif
