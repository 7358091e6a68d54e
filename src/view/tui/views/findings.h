/* SPDX-License-Identifier: MIT */
/*
 * What there is to say of an exporter's health, as a pane of sentences: one after another, as many lines as they take,
 * with a cursor, and what to do about the current one. The sentences are those of flow/health.h.
 */
#ifndef VIEW_TUI_VIEWS_FINDINGS_H
#define VIEW_TUI_VIEWS_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "flow/health.h"
#include "view/tui/cells/cells.h"
#include "view/tui/input/keymap.h"

struct findings {
    const struct health *health; /* NULL: not known yet */
    size_t first, count;         /* findings of the exporter */
    size_t cursor;               /* from 0, among them */
    int top;                     /* line shown first */
    bool focus;
    struct area area;
};

/* So many of them from one on: those of an exporter. */
void findings_of(struct findings *findings, const struct health *health, size_t first, size_t count);

const struct health_finding *findings_current(const struct findings *findings); /* NULL: there is none */

void findings_draw(struct findings *findings, struct cells *cells, struct area area);

/* False: this is none of its requests. */
bool findings_act(struct findings *findings, enum request request, const struct event *event);

/* A click on a finding makes it the current one. False: outside. */
bool findings_mouse(struct findings *findings, const struct event *event);

/* The next finding that is a warning or an error goes under the cursor. False: there is none. */
bool findings_problem(struct findings *findings, bool forward);

#endif
