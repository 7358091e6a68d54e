/* SPDX-License-Identifier: MIT */
/* --archive: decoded packets into an archive; what is said about it. */
#ifndef COMMAND_ARCHIVING_H
#define COMMAND_ARCHIVING_H

#include <stdbool.h>

#include "command/complaint.h"
#include "command/config.h"
#include "session/session.h"

struct archiving {
    struct archive *archive; /* NULL: none is written */
    bool silent;             /* nothing is said: the screen is there */
};

/* Opens the archive, where one is wanted; false and a complaint where it cannot be written. `a` stays where it is. */
bool archiving_begin(struct archiving *a, const struct config *config, struct complaint *complaint);

/* Ends it. Status: 0, or COMPLAINT_USAGE where packets could not be written, which was said. */
int archiving_end(struct archiving *a);

#endif
