/* SPDX-License-Identifier: MIT */
/* What statistics are asked for. See stats.h. */
#ifndef QUERY_STATS_REQUEST_H
#define QUERY_STATS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names/names.h"
#include "query/data.h"
#include "query/stats_table.h"

#define STATS_GROUPS ((size_t)1 << 20) /* by default: 128 MiB a thread */

enum stats_kind {
    STATS_TALKERS,
    STATS_PORTS,
    STATS_PROTOCOLS,
    STATS_APPLICATIONS,
    STATS_EXPORTERS,
    STATS_INTERFACES,
};

enum stats_unit { STATS_BYTES, STATS_PACKETS, STATS_FLOWS, STATS_CONNECTIONS };
enum stats_side { STATS_EITHER, STATS_SENT, STATS_RECEIVED };
enum stats_by { STATS_ADDRESS, STATS_NET, STATS_AS };

struct stats_request {
    const struct query_data *data; /* with pairs */
    enum stats_kind kind;
    enum stats_unit unit;
    enum stats_side side;      /* of talkers */
    enum stats_by by;          /* of talkers */
    uint8_t net4, net6;        /* lengths of prefixes; 0: 24 and 48 */
    size_t top;                /* groups that are wanted; 0: all */
    const uint64_t *chosen;    /* a bit for each row that counts; NULL: all do */
    const struct names *names; /* of services, for applications; NULL: there are none */
    size_t groups_most;        /* 0: STATS_GROUPS */
    unsigned threads;
};

/* What the key of a group is, in its tag. */
enum stats_tag {
    STATS_TAG_IP4 = 1,   /* low: the address */
    STATS_TAG_IP6,       /* high, low */
    STATS_TAG_NUMBER,    /* low: of a protocol, an AS, an application (RFC 6759) */
    STATS_TAG_PORT,      /* high: protocol; low: port */
    STATS_TAG_SERVICE,   /* the same, of a port with a name */
    STATS_TAG_PROTOCOL,  /* low: of an application that nothing else is known of */
    STATS_TAG_EXPORTER,  /* low: nfdec_session.family */
    STATS_TAG_INTERFACE, /* high: nfdec_session.family, low: index */
};

#endif
