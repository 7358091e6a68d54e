/* SPDX-License-Identifier: MIT */
/*
 * Which flows stand for their connection where it may be in several groups: by what each end sent, by exporters, interfaces
 * or autonomous systems. Private to src/query.
 */
#ifndef QUERY_STATS_MARK_H
#define QUERY_STATS_MARK_H

#include "query/stats_base.h"

/* Whether a connection may be in several groups. */
bool stats_mark_needed(const struct stats_request *request);

/* For struct stats_base.mark. */
void stats_mark_groups(void *base, unsigned worker, uint64_t from, uint64_t to);

#endif
