/* SPDX-License-Identifier: MIT */
/* Values of a connection as filters have them: in full, where a cell is shortened. */
#ifndef VIEW_TUI_VIEWS_CONNECTION_VALUE_H
#define VIEW_TUI_VIEWS_CONNECTION_VALUE_H

#include "view/tui/screen/app.h"
#include "view/tui/views/facts.h"

/* Adds that of a field, enum field_symbol. False: it has none, or the field is none that is shown. */
bool connection_value(const struct app *app, const struct connection_facts *facts, int field,
                      struct strbuf *out);

/* Name of the server's port, else of the client's; NULL: neither has one. */
const char *connection_service(const struct app *app, const struct connection_facts *facts);

#endif
