/* SPDX-License-Identifier: MIT */
/*
 * Traffic over time, in bins of equal length. By the time of flows octets and packets are spread evenly from the start of
 * each to its end, in whole numbers: what the bins hold adds up to the total. A flow, and a connection, counts in the bin in
 * which it starts. By the time of export a flow is in one bin with all it has: that in which its export packet was
 * captured, which a wrong clock of the exporter does not change. Duplicates do not count, see stats.h.
 *
 *     struct timeline_request request = { .data = &data, .bins = 60, .threads = 2 };
 *     struct timeline timeline;
 *     if (timeline_make(&request, &timeline, &job))           // false: cancelled
 *         ...timeline.bin[i], from timeline.start + i * timeline.length on...
 *     timeline_release(&timeline);
 *
 * A flow whose end is before its start is taken the other way round; one without times is where its export packet was.
 */
#ifndef QUERY_TIMELINE_H
#define QUERY_TIMELINE_H

#include "query/stats_table.h"
#include "query/data.h"
#include "query/job.h"

#define TIMELINE_BINS 60u    /* by default, at most */
#define TIMELINE_MOST 10000u /* bins there may be */

enum timeline_base { TIMELINE_FLOW_TIME, TIMELINE_EXPORT_TIME, TIMELINE_BASES };

struct timeline_request {
    const struct query_data *data; /* with pairs */
    enum timeline_base base;
    int64_t length;         /* ns of a bin; 0: a round length that makes at most `bins` */
    uint32_t bins;          /* 0: TIMELINE_BINS */
    const uint64_t *chosen; /* a bit for each row that counts; NULL: all do */
    unsigned threads;
};

struct timeline {
    enum timeline_base base;
    int64_t start;   /* of the first bin: a multiple of the length */
    uint64_t length; /* ns; a multiple of what was wanted, where that would be too many bins */
    struct stats_sums *bin;
    uint32_t count;          /* 0: there are no flows */
    struct stats_sums total; /* has: that of each bin, too */
};

bool timeline_make(const struct timeline_request *request, struct timeline *timeline, struct query_job *job);
void timeline_release(struct timeline *timeline);

#endif
