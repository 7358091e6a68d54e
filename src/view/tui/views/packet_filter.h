/* SPDX-License-Identifier: MIT */
/*
 * Which messages carry flows that the filter lets through, as a job over what is read.
 *
 *     struct packet_filter *job = packet_filter_start(app, told, user);   // told(user, job) when it is over
 *     packet_filter_drop(&job);                                           // gives it up; told() is not called then
 */
#ifndef VIEW_TUI_VIEWS_PACKET_FILTER_H
#define VIEW_TUI_VIEWS_PACKET_FILTER_H

#include <stddef.h>
#include <stdint.h>

#include "view/tui/screen/flow_job.h"

struct packet_filter {
    struct flow_job base; /* .whole: it came to its end */
    void (*told)(void *user, struct packet_filter *found);
    uint32_t *message; /* of the ledger, in order; who takes it puts NULL there */
    size_t count;
    size_t capacity; /* private */
};

/* With the filter in use, of which there must be one. */
struct packet_filter *packet_filter_start(struct app *app,
                                          void (*tell)(void *user, struct packet_filter *found), void *user);
void packet_filter_drop(struct packet_filter **filter);

#endif
