/* SPDX-License-Identifier: MIT */
/* Filters that views make of what is under the cursor: they narrow what is shown already. */
#ifndef VIEW_TUI_VIEWS_NARROW_H
#define VIEW_TUI_VIEWS_NARROW_H

#include <stdbool.h>

#include "view/tui/packet/packet.h"
#include "view/tui/packet/tree.h"
#include "view/tui/screen/app.h"

/* Uses a filter together with the one that is there. False: it cannot be used, and that is said. */
bool narrow(struct app *app, const char *text);

/* Adds "exporter == 192.0.2.1 and domain == 1". */
void narrow_exporter(struct strbuf *out, const struct nfdec_session *session);

/* Adds a filter of a field of a record. False: its value makes none. */
bool narrow_field(struct strbuf *out, const struct packet *packet, const struct tree_node *node);

#endif
