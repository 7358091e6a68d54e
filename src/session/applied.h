/* SPDX-License-Identifier: MIT */
/*
 * Options data that applies to chosen flows: what their exporter said of itself, of samplers, interfaces, VRFs,
 * applications and users, as it was in force when they came, and as it was in the end.
 *
 *     struct applied *a = applied_new(run);
 *     applied_flows(a, index, &set);              // each chosen data set, in order
 *     applied_find(a, replay, need, user);        // need(user, index) for sets of options data, in any order
 *     applied_free(a);
 *
 * It is told by what a record is about, its scope: the last one before the flows counts, of those that say the same.
 * Counters and times of an exporter's own statistics are left out, and what is about an interface, VRF, application,
 * sampler or user that none of the flows has.
 */
#ifndef SESSION_APPLIED_H
#define SESSION_APPLIED_H

#include <stdint.h>

#include "session/replay.h"
#include "session/session.h"

struct applied;

struct applied *applied_new(const struct session *run);
void applied_free(struct applied *a);
void applied_flows(struct applied *a, uint32_t index, const struct nfdec_set *set);

/* How many records were not looked at, as there are too many. */
uint64_t applied_find(struct applied *a, struct replay *replay, void (*need)(void *user, uint32_t index),
                      void *user);

#endif
