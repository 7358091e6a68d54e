/* SPDX-License-Identifier: MIT */
/* What a report is asked for, and the reports themselves (report.def). */
#ifndef VIEW_BATCH_REPORT_H
#define VIEW_BATCH_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "query/stats.h"
#include "query/timeline.h"

enum batch_report {
    BATCH_NO_REPORT,
#define REPORT(symbol, word, help) BATCH_REPORT_##symbol,
#include "view/batch/report.def"
#undef REPORT
    BATCH_REPORT_END
};

/* The keys behind the word of -z; 0 where one was not given. */
struct report_options {
    enum stats_unit unit;
    enum stats_side side;
    enum stats_by by;
    uint8_t net4, net6;
    bool top_given;
    uint64_t top; /* 0: all */
    enum timeline_base base;
    int64_t length; /* of a bin, ns */
    uint32_t bins;
    bool ascii; /* bars are of # */
};

#endif
