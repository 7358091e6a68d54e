/* SPDX-License-Identifier: MIT */
/* Fields of message headers: where they stand in which version (RFC 7011 3.1, RFC 3954 5.1, formats of v1, v5, v7). */
#ifndef VIEW_TUI_PACKET_HEADER_H
#define VIEW_TUI_PACKET_HEADER_H

#include <stdint.h>

struct header_field {
    const char *name;
    uint8_t offset, length;
    char
        unit; /* 'm': ms since system start, 's': seconds since 1970, '#': the sequence number, 'S': sampling of v5, else a number */
};

/* Ends with a name of NULL. Of a version that is not known: none. */
const struct header_field *header_fields(uint16_t version);
uint32_t header_length(uint16_t version);

#endif
