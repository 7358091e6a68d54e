/* SPDX-License-Identifier: MIT */
/*
 * Where in a run each template was announced, again and again, and where templates were withdrawn: sets of the ledger.
 * All sets of templates are read again for it.
 */
#ifndef SESSION_ANNOUNCEMENTS_H
#define SESSION_ANNOUNCEMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "session/replay.h"
#include "session/session.h"

struct announcements;

struct announcements *announcements_new(const struct session *run, struct replay *replay);
void announcements_free(struct announcements *a);

/* The sets that announce a template (nfdec_template.index), in order. */
const uint32_t *announcements_of(const struct announcements *a, uint32_t template, size_t *count);

/* The templates, each once, that a set of templates announces: so many from here on. */
const uint32_t *announcements_in(const struct announcements *a, uint32_t set, size_t *count);

/*
 * Of a data set that a withdrawal kept from being decoded: the template, and the set that withdrew it. False: that is not
 * why.
 */
bool announcements_withdrawn(const struct announcements *a, uint32_t session, uint16_t id, uint32_t set,
                             uint32_t *template, uint32_t *withdrawal);

/*
 * The templates of an id in all sessions of a family (nfdec_session.family): a set may be decoded with that of another
 * one. Calls take(user, set), once for each id, with the first announcement of each, and with where they were withdrawn, if they were.
 */
void announcements_contest(struct announcements *a, uint32_t family, uint16_t id,
                           void (*take)(void *user, uint32_t set), void *user);

#endif
