/* SPDX-License-Identifier: MIT */
/* Every way in which a frame may carry a datagram, as a table of builders. */
#ifndef TESTS_DATAGRAM_WAY_H
#define TESTS_DATAGRAM_WAY_H

#include "packet.h"

struct way {
    const char *name;
    void (*wrap)(struct packet *p); /* around a payload */
    uint16_t link;
    uint8_t family;
    uint16_t vlan;
};

extern const struct way WAYS[];
extern const size_t WAY_COUNT;

#endif
