/* SPDX-License-Identifier: MIT */
/*
 * The headers of a frame from the outermost to UDP's, for whoever shows one: what they are, where they stand, what the
 * most telling of their fields say.
 *
 *     struct anatomy anatomy = anatomy_of(octets, length, wire_length, link);
 *     for (size_t i = 0; i < anatomy.count; i++)
 *         ...anatomy.header[i].name, .offset, .length; anatomy_text() for a line...
 *     ...payload from anatomy.payload on, anatomy.payload_length octets...
 *
 * Nothing is kept and nothing put together: of a fragment the payload is what it carries of its datagram.
 */
#ifndef DATAGRAM_ANATOMY_H
#define DATAGRAM_ANATOMY_H

#include <stddef.h>
#include <stdint.h>

#include "datagram/datagram.h"

#define ANATOMY_MOST 32
#define ANATOMY_TEXT 192 /* room for every line */

struct anatomy_header {
    const char *name; /* "Ethernet", "VLAN", "IPv4", "UDP", ... */
    uint32_t offset;  /* in the frame */
    uint32_t length;
    uint8_t layer; /* private */
};

struct anatomy {
    struct anatomy_header header[ANATOMY_MOST];
    size_t count;
    uint32_t payload,
        payload_length; /* behind the last header, as far as it was captured; padding is no part of it */
    enum datagram_reason reason; /* DATAGRAM_OK: UDP was reached; DATAGRAM_FRAGMENT: a fragment */
};

struct anatomy anatomy_of(const uint8_t *octets, uint32_t length, uint32_t wire_length, uint16_t link);

/* "IPv4, 192.0.2.1 -> 192.0.2.9, time to live 64", of a header of the frame at `octets`. Returns its length. */
size_t anatomy_text(const struct anatomy_header *header, const uint8_t *octets, char buffer[ANATOMY_TEXT]);

#endif
