/* SPDX-License-Identifier: MIT */
/*
 * One flow record: its fields, and its octets in the packet it came in.
 *
 *     record_show(record, row);                                    // of the flow store
 *     record_draw(record, cells, area, DISSECTION_TREE);           // who has the keys
 *     effects = record_act(record, DISSECTION_TREE, request, event);
 *
 * Its packet is read when it is drawn, once for a record, while the session can be read.
 */
#ifndef VIEW_TUI_VIEWS_RECORD_H
#define VIEW_TUI_VIEWS_RECORD_H

#include "view/tui/views/dissection.h"

#define RECORD_LEAST  7   /* rows that make it worth a place, where octets stand beside the fields */
#define RECORD_BESIDE 102 /* columns from which they do */
#define RECORD_STACK  14  /* rows it needs elsewhere */

struct record;

struct record *record_new(struct app *app);
void record_free(struct record *record);

void record_show(struct record *record, uint64_t row); /* LIST_NONE: none */
void record_renew(struct record *record);              /* more was read */

bool record_fits(struct area area); /* there is room for it */
void record_draw(struct record *record, struct cells *cells, struct area area, enum dissection_focus focus);
/* It has no place in this frame: nothing can be clicked. */
void record_hide(struct record *record);
bool record_shown(const struct record *record);

/* Enter goes to the packet, with the field under the cursor marked there. */
unsigned record_act(struct record *record, enum dissection_focus focus, enum request request,
                    const struct event *event);

/* What was clicked: DISSECTION_NONE: something else. */
enum dissection_focus record_mouse(struct record *record, const struct event *event);

#endif
