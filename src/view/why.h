/* SPDX-License-Identifier: MIT */
/* Why flows are a connection, or one stayed single, who is the client, and who else saw it: one sentence. */
#ifndef VIEW_WHY_H
#define VIEW_WHY_H

#include <stdint.h>

#include "base/strbuf.h"
#include "session/session.h"

/* Of connection `index`, which pairs_get() made. */
void why_text(struct strbuf *out, const struct session *run, uint32_t index,
              const struct connection *connection);

#endif
