/* SPDX-License-Identifier: MIT */
/* Names and values of fields of a packet, with what the numbers stand for. */
#ifndef VIEW_TUI_VIEWS_PACKET_VALUE_H
#define VIEW_TUI_VIEWS_PACKET_VALUE_H

#include "base/strbuf.h"
#include "session/session.h"
#include "view/tui/packet/packet.h"
#include "view/tui/packet/tree.h"

/* "sourceIPv4Address (8)", "scope system (1)", "9/12235 (9/12235)". */
void packet_field_name(struct strbuf *out, const struct nfdec_field_spec *spec);

/* "6 tcp", "946177 ms since start, 22:12:26.177", "3 ge-0/0/1". */
void packet_field_value(const struct packet *packet, const struct tree_node *node, const struct session *run,
                        struct strbuf *out);

/* Of a basicList. */
void packet_list_value(const struct packet *packet, const struct tree_node *node, struct strbuf *name,
                       struct strbuf *value);

#endif
