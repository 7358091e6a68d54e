/* SPDX-License-Identifier: MIT */
/* What the cells of a connection say, in full: as lists have it, and as filters have it. */
#ifndef VIEW_TUI_VIEWS_CONNECTION_VALUE_H
#define VIEW_TUI_VIEWS_CONNECTION_VALUE_H

#include "view/tui/screen/app.h"
#include "view/tui/views/facts.h"

/* Adds that of a field, enum field_symbol. False: it has none, or the field is none that is shown. */
bool connection_value(const struct app *app, const struct connection_facts *facts, int field,
                      struct strbuf *out);

/* Adds what lets through just the connection, or its flows. False: the language has no words for it. */
bool connection_filter(const struct connection_facts *facts, enum filter_language language,
                       struct strbuf *out);

/* "192.0.2.1:53", "2001:db8::1.53", "www.example.net:443"; of the server of ICMP also its type: "192.0.2.1 t8c0". */
void connection_endpoint(const struct app *app, const struct connection_facts *facts, enum pair_side side,
                         struct strbuf *out);

/* Name of the server's port, else of the client's; NULL: neither has one. */
const char *connection_service(const struct app *app, const struct connection_facts *facts);

#endif
