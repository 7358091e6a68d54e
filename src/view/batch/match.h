/* SPDX-License-Identifier: MIT */
/*
 * What a filter (-Y) lets through: flows and connections are asked after the run, records while they come in; of
 * packets, templates and exporters those are shown that a matching record came in, was decoded with, or came from.
 * All functions may be called without a filter (NULL): then everything matches.
 */
#ifndef VIEW_BATCH_MATCH_H
#define VIEW_BATCH_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "query/filter.h"
#include "session/session.h"

enum match_what {
    MATCH_ORIGINS, /* packets, templates, exporters */
    MATCH_ROWS,
    MATCH_CONNECTIONS,
    MATCH_RECORDS, /* as they come; the show calls match_set() itself */
};

struct match;

/* Not while records come in: connections, record numbers, or addresses of hosts, are known at the end only. */
bool match_asks_at_end(const struct filter *filter);

/* Asks what the run must keep for the filter. */
void match_configure(const struct filter *filter, enum match_what what, struct session_config *config);

struct match *match_new(struct filter *filter, const struct session *run, const char *const *files,
                        size_t file_count);
void match_free(struct match *match);

/* A set while the run goes on: returns how many of its records match, and remembers where they came from. */
uint32_t match_set(struct match *match, const struct nfdec_set *set);

/* Whether a record of the last set matches. */
bool match_record(const struct match *match, uint32_t index);

/* Records looked at, and how many matched. */
uint64_t match_seen(const struct match *match);
uint64_t match_count(const struct match *match);

/*
 * After the run: asks all flows or connections. False: a host in the filter has no address, neither before nor by what was
 * in the capture, and *error is about it.
 */
bool match_finish(struct match *match, enum match_what what, unsigned threads, struct filter_error *error);

/* A bit for each of them; NULL: there is no filter. */
const uint64_t *match_bits(const struct match *match);

bool match_packet(const struct match *match, uint64_t packet);
bool match_template(const struct match *match, uint32_t index);
bool match_exporter(const struct match *match, uint32_t family);

#endif
