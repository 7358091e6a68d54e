/* SPDX-License-Identifier: MIT */
/* What the ledger is made of. Only the files that are the ledger use it. */
#ifndef FLOW_LEDGER_STATE_H
#define FLOW_LEDGER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/chunks.h"
#include "base/map.h"
#include "flow/clock.h"
#include "flow/counting.h"
#include "flow/domains.h"
#include "flow/ledger_exporter.h"
#include "nfdec/decoder.h"

/* Of a template version. */
struct ledger_template {
    int64_t time; /* of the last announcement: capture ... */
    int64_t export_time;
    uint32_t sequence;
    bool seen;
    uint8_t told; /* bits of what was told of it */
};

struct ledger_session {
    const struct nfdec_session *session;
    struct clock_last clock;
    uint32_t family;
    struct domains *domains; /* of its process, where there are several; the first one's to free */
    struct counting counting;
};

struct ledger {
    struct chunks messages; /* struct ledger_message */
    struct chunks sets;     /* struct ledger_set */
    struct chunks row_sets; /* uint32_t: sets that hold rows, by first row */
    struct ledger_exporter *exporter;
    size_t exporter_count, exporter_capacity;
    struct arena facts;             /* of exporters */
    struct ledger_session *session; /* by nfdec_session.index */
    size_t session_count, session_capacity;
    struct ledger_template *template; /* by nfdec_template.index */
    size_t template_count, template_capacity;
    struct nfdec_diagnostic *diagnostic;
    size_t diagnostic_count, diagnostic_capacity;
    size_t kept[2]; /* of these: of sets; of their rows, which may come later */
    uint64_t totals[NFDEC_CODE_COUNT];
    struct map waiting;   /* (packet, set number) -> entry */
    struct map processes; /* (address and version, port) -> index of its first session */
    struct counting_report report;
    struct ledger_message *message;          /* the last one; NULL: none yet */
    uint32_t records[NFDEC_SET_UNKNOWN + 1]; /* of that message, by kind of set */
    uint32_t content;                        /* octets of its sets, mixed */
    bool units_unknown;                      /* it has more records than these */
    bool brief;
};

/* What the rows of sets say: how much later than what the sets do, is a matter of threads. */
static inline bool ledger_is_of_rows(const struct nfdec_diagnostic *d)
{
    return d->code >= NFDEC_DIAG_TIME_IMPOSSIBLE && d->code <= NFDEC_DIAG_TIME_UNIT;
}

#endif
