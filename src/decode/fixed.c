/* SPDX-License-Identifier: MIT */
#include "decode/fixed.h"

#include "nfdec/template.h"

#define FIELD(id, length) 0, (id), 0, (length)

/* The fields all three begin with, as IANA elements: addresses, interfaces, counters, times, ports. */
#define FIRST_FIELDS                                                                                         \
    FIELD(8, 4),      /* sourceIPv4Address */                                                                \
        FIELD(12, 4), /* destinationIPv4Address */                                                           \
        FIELD(15, 4), /* ipNextHopIPv4Address */                                                             \
        FIELD(10, 2), /* ingressInterface */                                                                 \
        FIELD(14, 2), /* egressInterface */                                                                  \
        FIELD(2, 4),  /* packetDeltaCount */                                                                 \
        FIELD(1, 4),  /* octetDeltaCount */                                                                  \
        FIELD(22, 4), /* flowStartSysUpTime */                                                               \
        FIELD(21, 4), /* flowEndSysUpTime */                                                                 \
        FIELD(7, 2),  /* sourceTransportPort */                                                              \
        FIELD(11, 2)  /* destinationTransportPort */

#define PADDING(n) FIELD(210, n) /* paddingOctets */

static const uint8_t v1[] = {
    FIRST_FIELDS, PADDING(2), FIELD(4, 1), /* protocolIdentifier */
    FIELD(5, 1),                           /* ipClassOfService */
    FIELD(6, 1),                           /* tcpControlBits */
    PADDING(7),
};

static const uint8_t v5[] = {
    FIRST_FIELDS, PADDING(1), FIELD(6, 1), FIELD(4, 1), FIELD(5, 1), FIELD(16, 2), /* bgpSourceAsNumber */
    FIELD(17, 2), /* bgpDestinationAsNumber */
    FIELD(9, 1),  /* sourceIPv4PrefixLength */
    FIELD(13, 1), /* destinationIPv4PrefixLength */
    PADDING(2),
};

/* v7 (Catalyst): octets that say which fields are valid, and the router that was bypassed. */
static const uint8_t v7[] = {
    FIRST_FIELDS, PADDING(1),  FIELD(6, 1),  FIELD(4, 1), FIELD(5, 1),   FIELD(16, 2),
    FIELD(17, 2), FIELD(9, 1), FIELD(13, 1), PADDING(2),  FIELD(130, 4), /* exporterIPv4Address: the router whose shortcut the switch took */
};

struct shape fixed_shape(uint16_t version)
{
    struct shape shape = { .id = version, .kind = NFDEC_TEMPLATE_FIXED };
    shape.fields = version == 1 ? v1 : version == 5 ? v5 : v7;
    shape.octets = version == 1 ? sizeof v1 : version == 5 ? sizeof v5 : sizeof v7;
    shape.field_count = (uint16_t)(shape.octets / 4);
    return shape;
}
