/* SPDX-License-Identifier: MIT */
/*
 * The flows of a set, added up, and their times looked at as they come out of it: nothing is mended, what cannot be is
 * counted.
 *
 *     struct audit audit;
 *     audit_begin(&audit, &set);
 *     while (...)                                   // rows from ... of a block are records first ... of the set
 *         audit_rows(&audit, columns, from, first);
 *     times_tell(ledger, &set, &audit);
 *
 * Times that the records do not have themselves (nfdec_template_start_source()) are not looked at.
 */
#ifndef FLOW_AUDIT_H
#define FLOW_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "nfdec/columns.h"

/* What can be wrong with the times of a record: the first that fits. */
enum audit_kind {
    AUDIT_UNSET,        /* zero, where the exporter has run for long */
    AUDIT_FAR,          /* more than a year off its export: a wrong unit, or nonsense */
    AUDIT_REVERSED,     /* it ends before it starts */
    AUDIT_UPTIME,       /* since system start, and not of this uptime: the exporter may have started anew */
    AUDIT_LONG,         /* its duration is a negative number taken for a positive one */
    AUDIT_AFTER_EXPORT, /* it ends after it was exported */
    AUDIT_WRAPPED,      /* it began before the uptime wrapped: read across the wrap, nothing is wrong */
    AUDIT_KINDS
};

/* The unit that a time which is far off is sent in, as far as there is one, and one only, that brings it near its export. */
struct audit_unit {
    const struct nfdec_field_spec *field; /* NULL: there is none */
    enum nfdec_time_form seen;
};

struct audit_count {
    uint32_t records;
    uint32_t first; /* record in its set, from 0 */
    int64_t worst;  /* by how much, ns, of the first */
};

struct audit {
    const struct nfdec_set *set;
    bool start, end, uptime; /* which times the records have, and whether they are since system start */
    bool sampled;            /* they name sampling intervals */
    bool wrong;              /* something is: otherwise `kind` is not filled */
    uint64_t bytes, packets; /* the sums, both directions */
    uint32_t records;        /* whose delay is known */
    int64_t least, most;     /* from the end of a flow to its export, ns */
    double delay;            /* the sum of these */
    uint64_t sampling_least, sampling_most; /* intervals that records name; 0: none */
    struct audit_count kind[AUDIT_KINDS];
    struct audit_unit unit; /* of the first record of AUDIT_FAR */
};

void audit_begin(struct audit *audit, const struct nfdec_set *set);
void audit_rows(struct audit *audit, const struct nfdec_columns *columns, uint32_t from, uint32_t first);

/* Rows of the same set that stand in another block: what is behind them comes to them. */
void audit_join(struct audit *audit, const struct audit *behind);

#endif
