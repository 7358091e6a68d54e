/* SPDX-License-Identifier: MIT */
/*
 * Facts of connections that were shown lately, so that they can be shown again while nothing can be read, and as they were.
 * Owner: the view.
 */
#ifndef VIEW_TUI_VIEWS_FACTS_KEPT_H
#define VIEW_TUI_VIEWS_FACTS_KEPT_H

#include "view/tui/views/facts.h"

#define FACTS_KEPT 1024 /* of connections that follow each other; a power of two */

struct facts_kept;

struct facts_kept *facts_kept_new(void);
void facts_kept_free(struct facts_kept *kept);
void facts_kept_forget(struct facts_kept *kept);

/* The facts of a connection, until others take their place; NULL: they are not at hand, and cannot be read without a run. */
const struct connection_facts *facts_kept_get(struct facts_kept *kept, const struct session *run,
                                              uint64_t index);

#endif
