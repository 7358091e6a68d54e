/* SPDX-License-Identifier: MIT */
#include "nfdec/status.h"

const char *nfdec_status_text(enum nfdec_status status)
{
    static const char *const texts[] = {
        [NFDEC_OK] = "no error",
        [NFDEC_NO_MEMORY] = "out of memory",
        [NFDEC_NOT_EXPORT] = "not a NetFlow v1, v5, v7, v9 or IPFIX message",
        [NFDEC_BAD_HEX] = "not a string of hex octets",
    };
    return (unsigned)status < sizeof texts / sizeof texts[0] ? texts[status] : "unknown status";
}
