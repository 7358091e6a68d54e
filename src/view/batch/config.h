/* SPDX-License-Identifier: MIT */
/* What batch output is wanted, and where it goes. */
#ifndef VIEW_BATCH_CONFIG_H
#define VIEW_BATCH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "names/names.h"
#include "query/filter.h"
#include "view/batch/keys.h"
#include "view/batch/report.h"
#include "view/clock.h"

enum batch_show {
#define SHOW(symbol, word, help) BATCH_##symbol,
#include "view/batch/show.def"
#undef SHOW
    BATCH_SHOW_COUNT
};

struct session;

struct batch_config {
    enum batch_show show;
    enum batch_report report; /* instead of the show */
    struct report_options report_options;
    bool json; /* lines of JSON; while it runs, also where these become something else */
    bool csv;
    const struct keys_choice *choice; /* columns of that show; NULL or none: all */
    uint64_t limit;                   /* lines of records, flows and so on; 0: all */
    bool sorted, descending;          /* flows and connections: */
    struct field sort;                /* by this */
    uint64_t min_packets;             /* connections of fewer are hidden */
    enum clock_form clock;            /* of times in text */
    bool scaled;                      /* counters times their sampling interval, too */
    bool tree;                        /* -V: full tree of each packet (text) */
    bool octets;                      /* -x: hex of each packet (text) */
    bool quiet;                       /* no headings, no closing lines */
    bool live;                        /* input comes as it is sent: so does output, where that is possible */
    bool flush;                       /* after every line */
    bool verbose;                     /* unpaired flows are listed one by one; they are by default in text */
    bool silent;                      /* nothing is shown: the run has another purpose */
    /* called when all is written and before the run is freed; NULL: not called */
    void (*finished)(void *user, const struct session *run);
    void *finished_user;
    struct filter *filter; /* what is shown must match; NULL: everything */
    FILE *out;
    FILE *log;                /* remarks that have no place among lines of data; NULL: none */
    struct names *names;      /* NULL: no names at all */
    bool no_hosts;            /* names of services only */
    int name_wait;            /* ms that output may be held for host names */
    const char *const *files; /* names of the inputs, for texts with several */
    size_t file_count;
};

#endif
