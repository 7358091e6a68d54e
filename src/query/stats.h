/* SPDX-License-Identifier: MIT */
/*
 * Statistics over flows: who has most of something, by address, port, protocol and so on.
 *
 *     struct stats_request request = { .data = &data, .kind = STATS_TALKERS, .unit = STATS_BYTES, .top = 10 };
 *     struct stats stats;
 *     if (stats_make(&request, &stats, &job))                 // false: cancelled
 *         ...stats.group[0 ... stats.count - 1], the largest first; stats.total...
 *     stats_release(&stats);
 *
 * What is counted are the flows of connections without their duplicates (pair.h), so that traffic that two exporters saw
 * is there once; of exporters and interfaces every flow record is, as they are asked what they saw. Totals are exact.
 *
 * Talkers: a flow counts for both of its ends (STATS_EITHER), or what an end sent or received (STATS_SENT,
 * STATS_RECEIVED). Ports and applications go by the server of the connection.
 *
 * Memory: at most `groups_most` groups are kept at once in each thread. Where there are more, the flows are gone
 * through again, in as many parts of all groups as it takes: that is slower, and as exact.
 * The result does not depend on the number of threads; of equals the lower key comes first.
 */
#ifndef QUERY_STATS_H
#define QUERY_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "query/job.h"
#include "query/stats_request.h"

struct stats {
    struct stats_entry *group; /* the largest first */
    size_t count;
    uint64_t groups;         /* that there are, ... */
    uint64_t counting[2];    /* ... those with octets, and those with packets: enum stats_has */
    struct stats_sums total; /* of all that counts, each flow once */
    struct stats_sums all;   /* of all groups: talkers have flows twice */
    struct stats_sums none;  /* of what has no key: no addresses, no ports ... */
    bool records;            /* every flow record counts, duplicates too */
    unsigned parts;          /* in which it was gone through */
};

bool stats_make(const struct stats_request *request, struct stats *stats, struct query_job *job);
void stats_release(struct stats *stats);

/* All groups that are not among the first ones, together. */
struct stats_sums stats_rest(const struct stats *stats);

/* An address of such a key. */
struct addr stats_address(const struct stats_key *key);

/* Whether that is known: flows are always counted, what they counted only where it was exported. */
static inline bool stats_known(const struct stats_sums *sums, enum stats_unit unit)
{
    return unit == STATS_BYTES     ? sums->has & STATS_HAS_BYTES
           : unit == STATS_PACKETS ? sums->has & STATS_HAS_PACKETS
                                   : true;
}

static inline uint64_t stats_amount(const struct stats_sums *sums, enum stats_unit unit)
{
    return unit == STATS_BYTES     ? sums->bytes
           : unit == STATS_PACKETS ? sums->packets
           : unit == STATS_FLOWS   ? sums->flows
                                   : sums->connections;
}

#endif
