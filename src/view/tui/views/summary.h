/* SPDX-License-Identifier: MIT */
/* What the views of flows and of connections say alike. */
#ifndef VIEW_TUI_VIEWS_SUMMARY_H
#define VIEW_TUI_VIEWS_SUMMARY_H

#include "pair/pair.h"
#include "view/tui/screen/app.h"

/* "4.8M connections  9.6M flows  200k packets  3 exporters  ! 17 sequence gaps" */
void summary_status(const struct app *app, struct strbuf *out);

/* Filters that let through just the flows between the two ends of a connection: ours, and one for captures. */
void summary_filters(const struct connection *connection, bool ports, struct strbuf *nfscope,
                     struct strbuf *bpf);

#endif
