/* SPDX-License-Identifier: MIT */
/* Which names are wanted (-n, -N, --hosts), and names that captured DNS answers give. */
#ifndef COMMAND_NAMING_H
#define COMMAND_NAMING_H

#include <stdbool.h>

#include "command/complaint.h"
#include "command/config.h"
#include "names/names.h"
#include "session/session.h"

/* Letters of -N into the configuration; false: one is not known, or -n is given too. */
bool naming_settle(struct config *config, struct complaint *complaint);

/* NULL, with a complaint or without one where no names are wanted. To be freed. */
struct names *naming_new(const struct config *config, struct complaint *complaint);

/* Names out of answers that go by become known, where they are wanted. `names` may be NULL. */
void naming_configure(const struct config *config, struct names *names, struct session_config *session);

#endif
