/* SPDX-License-Identifier: MIT */
/* A flow as a row of a list: the columns there are, and their cells. */
#ifndef VIEW_TUI_VIEWS_FLOW_ROW_H
#define VIEW_TUI_VIEWS_FLOW_ROW_H

#include "view/tui/panel/list.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/facts.h"

struct flow_facts {
    uint64_t number; /* row of the store */
    struct flow_row row;
    struct flow_origin origin;
    uint64_t record; /* number of its record in its packet, from 1 */
    bool duplicate;  /* is not counted in its connection */
};

/* False: there is no such row. */
bool flow_facts(const struct session *run, uint64_t number, struct flow_facts *out);

/* Columns of lists of flows; some are of a connection's flows only. */
enum flow_column {
    FLOW_START,
    FLOW_DURATION,
    FLOW_PROTO,
    FLOW_SRC,
    FLOW_DST,
    FLOW_BYTES,
    FLOW_PACKETS,
    FLOW_FLAGS,
    FLOW_INPUT,
    FLOW_OUTPUT,
    FLOW_EXPORTER,
    FLOW_DOMAIN,
    FLOW_TEMPLATE,
    FLOW_FRAME,
    FLOW_RECORD,
    FLOW_SRC_AS,
    FLOW_DST_AS,
    FLOW_TOS,
    FLOW_COLUMNS
};

extern const struct list_column flow_columns[FLOW_COLUMNS];

void flow_cell(const struct app *app, const struct flow_facts *facts, enum flow_column column, bool wide,
               struct strbuf *out, enum role *role);

#endif
