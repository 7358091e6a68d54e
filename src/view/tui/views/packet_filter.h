/* SPDX-License-Identifier: MIT */
/*
 * Which messages carry flows that the filter lets through, as a job.
 *
 *     struct packet_filter *job = packet_filter_start(app, told, user);   // told(user, messages, count) when it is done
 *     packet_filter_drop(&job);                                           // gives it up; told() is not called then
 */
#ifndef VIEW_TUI_VIEWS_PACKET_FILTER_H
#define VIEW_TUI_VIEWS_PACKET_FILTER_H

#include <stddef.h>
#include <stdint.h>

#include "view/tui/screen/app.h"

struct packet_filter;

/* With the filter in use, of which there must be one. `messages`, of the ledger and in order, are the callee's. */
struct packet_filter *packet_filter_start(struct app *app,
                                          void (*told)(void *user, uint32_t *messages, size_t count),
                                          void *user);
void packet_filter_drop(struct packet_filter **filter);

#endif
