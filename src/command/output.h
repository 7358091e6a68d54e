/* SPDX-License-Identifier: MIT */
/* What the output options mean together, once all of them are read. */
#ifndef COMMAND_OUTPUT_H
#define COMMAND_OUTPUT_H

#include <stdbool.h>

#include "command/complaint.h"
#include "command/config.h"

/* False: they contradict each other, or name what is not there. */
bool output_settle(struct config *config, struct complaint *complaint);

#endif
