/* SPDX-License-Identifier: MIT */
/*
 * What one connection is made of: both directions, why it is one, who is the client and why, and the flow records with
 * their exporters, duplicates among them; of the current one its fields and octets.
 */
#ifndef VIEW_TUI_VIEWS_DETAIL_H
#define VIEW_TUI_VIEWS_DETAIL_H

#include "view/tui/panel/list.h"
#include "view/tui/screen/app.h"
#include "view/tui/views/facts.h"

/* What of it has the keys. */
enum detail_focus { DETAIL_NONE, DETAIL_RECORDS, DETAIL_FIELDS, DETAIL_OCTETS, DETAIL_FOCUSES };

struct detail;

struct detail *detail_new(struct app *app);
void detail_free(struct detail *detail);

/* Of another connection from now on; NULL: of none. Borrowed until the next call. */
void detail_show(struct detail *detail, const struct connection_facts *facts, enum detail_focus focus);

void detail_renew(struct detail *detail); /* more was read: what it shows may have changed */

/*
 * Of connection `place` of `count`. In areas of few rows the fields and octets of the current record are left out, then
 * the list of records. `zoomed`: what has the keys has all the room.
 */
void detail_draw(struct detail *detail, struct cells *cells, struct area area, uint64_t place, uint64_t count,
                 bool zoomed);
void detail_hide(struct detail *detail); /* it has no place in this frame */

/* Where Tab leads, DETAIL_NONE being the list of connections: to what was drawn, or could be. */
enum detail_focus detail_next(const struct detail *detail, enum detail_focus focus, bool forward);

/* What was clicked; DETAIL_NONE: something else. */
enum detail_focus detail_mouse(struct detail *detail, const struct event *event);

/* Keys of fields and octets. */
unsigned detail_act(struct detail *detail, enum request request, const struct event *event);

struct list *detail_list(struct detail *detail); /* of flow records; NULL: it was left out */

/* The flow that its cursor is on; LIST_NONE: none. */
uint64_t detail_flow(const struct detail *detail);

#endif
