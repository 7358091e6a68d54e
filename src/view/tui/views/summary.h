/* SPDX-License-Identifier: MIT */
/* What the views of flows and of connections say alike. */
#ifndef VIEW_TUI_VIEWS_SUMMARY_H
#define VIEW_TUI_VIEWS_SUMMARY_H

#include "view/tui/screen/app.h"

/* "4.8M connections  9.6M flows  200k packets  3 exporters  ! 17 sequence gaps" */
void summary_status(const struct app *app, struct strbuf *out);

/* The same, and right of it the day of a time of the row under the cursor; NULL: it has none. */
void summary_day(const struct app *app, const int64_t *time, struct strbuf *left, struct strbuf *right);

/* Whether one of these flows, linked by pairs_next_row() where `linked`, came in a set with something wrong in it. */
bool summary_problem(struct app *app, uint32_t row, bool linked);

/* "! frame 3: sequence jumps ahead by 4: ..." of the first such flow, once all is read. False: nothing was added. */
bool summary_why(struct app *app, uint32_t row, bool linked, struct strbuf *out);

#endif
