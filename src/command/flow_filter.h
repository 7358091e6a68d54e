/* SPDX-License-Identifier: MIT */
/* The flow filter (-Y) as it stands on the command line, and what to say when it is wrong. */
#ifndef COMMAND_FLOW_FILTER_H
#define COMMAND_FLOW_FILTER_H

#include <stdbool.h>

#include "command/complaint.h"
#include "command/config.h"
#include "names/names.h"
#include "query/filter.h"

/*
 * Reads it, and waits for the addresses of hosts in it; those that may be in the capture can wait. *filter is the
 * caller's; NULL: there is none.
 * `names` may be NULL, and must outlive the filter.
 */
bool flow_filter_make(const struct config *config, struct names *names, struct filter **filter,
                      struct complaint *complaint);

#endif
