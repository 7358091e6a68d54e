/* SPDX-License-Identifier: MIT */
/*
 * What one connection is made of: both directions, why it is one, who is the client and why, and the flow records with
 * their exporters, duplicates among them.
 */
#ifndef VIEW_TUI_VIEWS_DETAIL_H
#define VIEW_TUI_VIEWS_DETAIL_H

#include "view/tui/panel/list.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/facts.h"

struct detail;

struct detail *detail_new(struct app *app);
void detail_free(struct detail *detail);

/* Of another connection from now on; NULL: of none. Borrowed until the next call. `focus`: its list has it. */
void detail_show(struct detail *detail, const struct connection_facts *facts, bool focus);

void detail_renew(struct detail *detail); /* more was read: what it shows may have changed */

/* `title` stands in the rule on top. In areas of few rows the list of records is left out. */
void detail_draw(struct detail *detail, struct cells *cells, struct area area, const char *title);

struct list *detail_list(struct detail *detail); /* of flow records; NULL: it was left out */

/* The flow that its cursor is on; LIST_NONE: none. */
uint64_t detail_flow(const struct detail *detail);

#endif
