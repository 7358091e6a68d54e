/* SPDX-License-Identifier: MIT */
/* Columns of the list of connections, and what stands in their cells. */
#ifndef VIEW_TUI_VIEWS_CONNECTION_COLUMNS_H
#define VIEW_TUI_VIEWS_CONNECTION_COLUMNS_H

#include "view/tui/panel/list.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/facts.h"

enum connection_column {
    CONNECTION_START,
    CONNECTION_DURATION,
    CONNECTION_PROTO,
    CONNECTION_CLIENT,
    CONNECTION_SERVER,
    CONNECTION_CLIENT_BYTES,
    CONNECTION_SERVER_BYTES,
    CONNECTION_CLIENT_PACKETS,
    CONNECTION_SERVER_PACKETS,
    CONNECTION_FLAGS,
    CONNECTION_FLOWS,
    CONNECTION_EXPORTER,
    CONNECTION_SERVICE,
    CONNECTION_COLUMNS
};

extern const struct list_column connection_columns[CONNECTION_COLUMNS];

/* Adds the text of a cell; that of CONNECTION_START depends on the row before and is the list's. */
void connection_cell(const struct app *app, const struct connection_facts *f, enum connection_column column,
                     bool wide, struct strbuf *out);

#endif
