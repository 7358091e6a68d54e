/* SPDX-License-Identifier: MIT */
/* Which records of a run a flow filter lets through, for an excerpt of their packets. */
#ifndef SESSION_MATCHES_H
#define SESSION_MATCHES_H

#include <stdbool.h>

#include "query/filter.h"
#include "session/excerpt.h"
#include "session/session.h"

/* What the run must keep, so that it can be asked later. */
void matches_configure(const struct filter *filter, struct session_config *config);

/*
 * Takes all sets with matching records. Records of data and of options are asked as they are; a filter that asks for values
 * of connections is for flows only. Of `files` the names of inputs are looked at.
 */
void matches_take(struct excerpt *excerpt, const struct session *run, const struct filter *filter,
                  const char *const *files, size_t file_count, unsigned threads);

#endif
