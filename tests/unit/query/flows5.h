/* SPDX-License-Identifier: MIT */
/* Thirty flows of NetFlow v5 in memory, paired, to ask questions of. */
#ifndef UNIT_QUERY_FLOWS5_H
#define UNIT_QUERY_FLOWS5_H

#include "query/data.h"
#include "session/session.h"

#define FLOWS5 30u

/* What a flow is made of. */
struct flow5 {
    uint32_t src, dst;
    uint16_t sport, dport;
    uint32_t packets, bytes, first, last; /* ms */
    uint8_t proto;
};

/* To be freed by session_free(). */
struct session *flows5_run(const struct flow5 flows[FLOWS5], struct query_data *data);

#endif
