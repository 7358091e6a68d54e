/* SPDX-License-Identifier: MIT */
/*
 * A frame around a UDP payload that came through a socket, as it was on the wire but for what nobody can know any more
 * (identification, TTL, options): link type 101, raw IP, with true addresses, ports, lengths and checksums.
 */
#ifndef CAPTURE_ENCLOSE_H
#define CAPTURE_ENCLOSE_H

#include <stdint.h>

#include "base/addr.h"

#define ENCLOSE_LINK 101 /* LINKTYPE_RAW */
#define ENCLOSE_MOST 48u /* octets in front of a payload */

struct enclose_ends {
    struct addr src, dst; /* of one family */
    uint16_t sport, dport;
};

/* Octets that go in front of a payload between such ends. */
uint32_t enclose_size(const struct enclose_ends *ends);

/* Writes them to `octets`, behind which `length` octets of payload stand already. */
void enclose(uint8_t *octets, const struct enclose_ends *ends, uint32_t length);

#endif
