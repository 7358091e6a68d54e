/* SPDX-License-Identifier: MIT */
#include "datagram/datagram.h"

static const char *const REASON_TEXT[DATAGRAM_REASONS] = {
    [DATAGRAM_OK] = "datagram",
    [DATAGRAM_LINK_UNKNOWN] = "link type not supported",
    [DATAGRAM_NOT_IP] = "not IP",
    [DATAGRAM_NOT_UDP] = "not UDP",
    [DATAGRAM_FRAGMENT] = "fragment of a datagram",
    [DATAGRAM_FRAGMENT_BAD] = "fragment that contradicts others or reaches beyond 64 KiB",
    [DATAGRAM_FRAGMENT_LIMIT] = "fragment dropped, too many wait already",
    [DATAGRAM_CUT] = "header cut off by the capture",
    [DATAGRAM_MALFORMED] = "header with contradictory lengths",
    [DATAGRAM_TOO_DEEP] = "too many tags or tunnels",
};

const char *datagram_reason_text(enum datagram_reason reason)
{
    return (unsigned)reason < DATAGRAM_REASONS ? REASON_TEXT[reason] : "unknown";
}
