/* SPDX-License-Identifier: MIT */
/* What a run reads: which captures, through which filter, or the octets of --hex. */
#ifndef COMMAND_OPERANDS_H
#define COMMAND_OPERANDS_H

#include <stdbool.h>

#include "command/complaint.h"
#include "command/config.h"

/* Settles the input members of a configuration from what the command line said. */
bool operands_settle(struct config *config, bool stdin_is_input, struct complaint *complaint);

/* Whether standard input is a pipe, a socket or a file. */
bool operands_stdin_readable(void);

#endif
