/* SPDX-License-Identifier: MIT */
/* Where flows come from: what all rows of a set have in common, and what rows mean by it. */
#ifndef VIEW_BATCH_ORIGIN_H
#define VIEW_BATCH_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/ledger.h"
#include "nfdec/columns.h"
#include "query/origin.h"
#include "session/session.h"

struct origin {
    const struct ledger_message *message;
    const struct ledger_set *set;
    const struct nfdec_session *session;
    const struct nfdec_template *template;
    uint32_t columns; /* bits of those its records have */
    bool start, end;  /* they have these times */
};

/* Set `index` of the ledger. False: it holds no flows. */
bool origin_of(const struct session *run, uint32_t index, struct origin *origin);

/* Some exporters send an ICMP type and no protocol. */
static inline bool origin_is_icmp(const struct origin *origin, uint64_t proto)
{
    return query_is_icmp(origin->columns, proto);
}

/* Type * 256 + code of a row of ICMP. False: it does not say. */
bool origin_icmp(const struct origin *origin, const struct query_icmp *row, uint64_t *icmp);

#endif
