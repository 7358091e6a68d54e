/* SPDX-License-Identifier: MIT */
/*
 * Which messages carry flows that the filter lets through, as a job.
 *
 *     struct packet_filter *job = packet_filter_start(app, told, user);   // told(user, &found) when it is done
 *     packet_filter_drop(&job);                                           // gives it up; told() is not called then
 */
#ifndef VIEW_TUI_VIEWS_PACKET_FILTER_H
#define VIEW_TUI_VIEWS_PACKET_FILTER_H

#include <stddef.h>
#include <stdint.h>

#include "view/tui/screen/app.h"

struct packet_filter;

/* What was found. */
struct packet_filtered {
    uint32_t *message; /* of the ledger, in order; the callee's */
    size_t count;
    uint32_t generation; /* of the session, in which they have these numbers */
};

/* With the filter in use, of which there must be one. */
struct packet_filter *packet_filter_start(struct app *app,
                                          void (*told)(void *user, const struct packet_filtered *found),
                                          void *user);
void packet_filter_drop(struct packet_filter **filter);

#endif
