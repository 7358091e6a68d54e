/* SPDX-License-Identifier: MIT */
/* What is wrong with the times of a set, as diagnostics: one a set, or one a template where all its flows are so. */
#ifndef FLOW_TIMES_H
#define FLOW_TIMES_H

#include "flow/audit.h"
#include "flow/ledger.h"

/* Enters an audit that is over into the facts of its exporter, and tells what is wrong. */
void times_tell(struct ledger *ledger, const struct nfdec_set *set, const struct audit *audit);

#endif
