/* SPDX-License-Identifier: MIT */
#include "decode/fixed.h"

#include "nfdec/template.h"

/* The fields all three begin with, as IANA elements: addresses, interfaces, counters, times, ports. */
#define FIRST_FIELDS                                                                                         \
    { .id = 8, .length = 4 },      /* sourceIPv4Address */                                                   \
        { .id = 12, .length = 4 }, /* destinationIPv4Address */                                              \
        { .id = 15, .length = 4 }, /* ipNextHopIPv4Address */                                                \
        { .id = 10, .length = 2 }, /* ingressInterface */                                                    \
        { .id = 14, .length = 2 }, /* egressInterface */                                                     \
        { .id = 2, .length = 4 },  /* packetDeltaCount */                                                    \
        { .id = 1, .length = 4 },  /* octetDeltaCount */                                                     \
        { .id = 22, .length = 4 }, /* flowStartSysUpTime */                                                  \
        { .id = 21, .length = 4 }, /* flowEndSysUpTime */                                                    \
        { .id = 7, .length = 2 },  /* sourceTransportPort */                                                 \
    {                                                                                                        \
        .id = 11, .length = 2                                                                                \
    } /* destinationTransportPort */

#define PADDING(n)                                                                                           \
    {                                                                                                        \
        .id = 210, .length = (n)                                                                             \
    } /* paddingOctets */

static const struct wire_field v1[] = {
    FIRST_FIELDS,
    PADDING(2),
    { .id = 4, .length = 1 }, /* protocolIdentifier */
    { .id = 5, .length = 1 }, /* ipClassOfService */
    { .id = 6, .length = 1 }, /* tcpControlBits */
    PADDING(7),
};

static const struct wire_field v5[] = {
    FIRST_FIELDS,
    PADDING(1),
    { .id = 6, .length = 1 },
    { .id = 4, .length = 1 },
    { .id = 5, .length = 1 },
    { .id = 16, .length = 2 }, /* bgpSourceAsNumber */
    { .id = 17, .length = 2 }, /* bgpDestinationAsNumber */
    { .id = 9, .length = 1 },  /* sourceIPv4PrefixLength */
    { .id = 13, .length = 1 }, /* destinationIPv4PrefixLength */
    PADDING(2),
};

/* v7 (Catalyst): octets that say which fields are valid, and the router that was bypassed. */
static const struct wire_field v7[] = {
    FIRST_FIELDS,
    PADDING(1),
    { .id = 6, .length = 1 },
    { .id = 4, .length = 1 },
    { .id = 5, .length = 1 },
    { .id = 16, .length = 2 },
    { .id = 17, .length = 2 },
    { .id = 9, .length = 1 },
    { .id = 13, .length = 1 },
    PADDING(2),
    { .id = 130, .length = 4 }, /* exporterIPv4Address: the router whose shortcut the switch took */
};

struct shape fixed_shape(uint16_t version)
{
    struct shape shape = { .id = version, .kind = NFDEC_TEMPLATE_FIXED };
    shape.field = version == 1 ? v1 : version == 5 ? v5 : v7;
    shape.field_count = (uint16_t)(version == 1   ? sizeof v1 / sizeof *v1
                                   : version == 5 ? sizeof v5 / sizeof *v5
                                                  : sizeof v7 / sizeof *v7);
    return shape;
}
