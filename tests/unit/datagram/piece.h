/* SPDX-License-Identifier: MIT */
/* Fragments of UDP datagrams over raw IP, for the tests of reassembly. */
#ifndef TESTS_DATAGRAM_PIECE_H
#define TESTS_DATAGRAM_PIECE_H

#include "packet.h"

/* A datagram of four pieces, the last of which is no multiple of 8: 8 octets of UDP header and PAYLOAD. */
enum { PIECES = 4, PIECE = 64, PAYLOAD = 3 * PIECE + 21 - 8, WHOLE = PAYLOAD + 8 };

/* Octets [from, to) of the UDP datagram with a payload of `payload` octets, as a fragment in raw IP. */
struct piece {
    uint8_t family;
    uint32_t id;
    size_t payload;
    size_t from, to;
    uint8_t mask; /* over every octet: 0, or something to make it differ */
};

void piece_build(struct packet *p, const struct piece *f);
enum datagram_reason piece_take(struct rig *r, const struct piece *f, int64_t time);
struct piece piece_nth(uint8_t family, uint32_t id, size_t i); /* the i-th of PIECES, of the datagram `id` */
void expect_waiting(const struct rig *r, uint64_t incomplete);

#endif
