/* SPDX-License-Identifier: MIT */
/* What the ledger knows of an exporter. */
#ifndef FLOW_LEDGER_EXPORTER_H
#define FLOW_LEDGER_EXPORTER_H

#include <stdint.h>

#include "flow/facts.h"
#include "flow/sequence.h"

enum ledger_undecoded {
    LEDGER_NO_TEMPLATE,
    LEDGER_WITHDRAWN,
    LEDGER_MALFORMED,
    LEDGER_RESERVED,
    LEDGER_UNDECODED
};

/*
 * Per exporter address, version and domain (nfdec_session.family), all its ports together. What nearly every message changes
 * comes first, up to `sequence.lost`.
 */
struct ledger_exporter {
    uint32_t first_session; /* index of the first session of the family */
    uint32_t sessions;
    uint64_t packets;                  /* messages */
    uint64_t octets;                   /* of messages */
    uint64_t records;                  /* data records */
    uint64_t options;                  /* options data records */
    uint64_t flows;                    /* rows in the store */
    uint64_t flow_bytes, flow_packets; /* sums of what the flows say, both directions */
    int64_t first_time, last_time;     /* capture times */
    int64_t min_skew, max_skew;        /* header clock minus capture clock */
    struct facts *facts;               /* NULL beyond the first LEDGER_FACTS exporters */
    uint32_t header_sampling;          /* v5: last interval in a header */
    struct sequence_counts sequence;
    uint64_t undecoded[LEDGER_UNDECODED]; /* sets by reason */
    uint64_t diagnostics;
};

#endif
