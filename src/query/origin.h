/* SPDX-License-Identifier: MIT */
/* What all records of a set have in common, from the ledger or from the set itself. */
#ifndef QUERY_ORIGIN_H
#define QUERY_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "nfdec/columns.h"
#include "query/data.h"

struct query_origin {
    const struct nfdec_session *session;
    const struct nfdec_template *template;
    uint64_t packet;  /* ledger_packet_number */
    int64_t time;     /* capture, ns */
    uint32_t columns; /* bits of those its records have; of data of options none */
    uint16_t header;  /* sampling interval of the message header; 0: none */
    uint16_t id;      /* of the set */
    bool start, end;  /* its flows have these times */
    bool late;
};

/* False: the set holds no flows. */
bool query_origin_of(const struct query_data *data, uint32_t ledger_set, struct query_origin *origin);

/* False: it holds no records that were decoded. */
bool query_origin_of_set(const struct nfdec_set *set, struct query_origin *origin);

/* Whether flows with times of this source have them. */
bool query_time_known(enum nfdec_time_source source, bool no_time_base);

/* Address of an exporter. */
struct addr query_exporter(const struct nfdec_session *session);

/* Whether a version names a domain: v9 and IPFIX do, and v5 its engine. */
bool query_has_domain(uint16_t version);

/* The columns of a flow that tell its type of ICMP. */
struct query_icmp {
    uint64_t proto, sport, dport, icmp;
};

/* Some exporters send an ICMP type and no protocol. */
static inline bool query_is_icmp(uint32_t columns, uint64_t proto)
{
    if (!(columns & NFDEC_BIT(PROTO)))
        return columns & NFDEC_BIT(ICMP);
    return proto == 1 || proto == 58;
}

/* Type * 256 + code of a flow of ICMP. False: it does not say. */
bool query_icmp(uint32_t columns, const struct query_icmp *row, uint64_t *icmp);

#endif
