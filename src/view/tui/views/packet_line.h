/* SPDX-License-Identifier: MIT */
/* The words of a line of the tree of a packet. */
#ifndef VIEW_TUI_VIEWS_PACKET_LINE_H
#define VIEW_TUI_VIEWS_PACKET_LINE_H

#include "base/strbuf.h"
#include "session/session.h"
#include "view/tui/packet/packet.h"
#include "view/tui/packet/tree.h"
#include "view/tui/screen/app.h"

/*
 * Adds what stands in the first column to `name`, and behind it to `value`: only fields have one. `run` NULL: what only
 * the session knows (names, sums of a flow) is left out.
 */
void packet_line(const struct packet *packet, const struct tree_node *node, const struct session *run,
                 const struct app_forms *forms, struct strbuf *name, struct strbuf *value);

/* Whether the number of octets is to stand at the right. */
bool packet_line_sized(const struct tree_node *node);

/* "192.0.2.1 domain 1". */
void packet_exporter(struct strbuf *out, const struct nfdec_session *session);

#endif
