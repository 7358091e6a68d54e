/* SPDX-License-Identifier: MIT */
#include "piece.h"

#include <criterion/criterion.h>

void piece_build(struct packet *p, const struct piece *f)
{
    static struct packet whole;
    packet_payload(&whole, f->payload);
    packet_udp(&whole);
    size_t total = packet_length(&whole);
    packet_octets(p, packet_data(&whole) + f->from, f->to - f->from);
    for (size_t i = 0; i < f->to - f->from; i++)
        p->room[p->start + i] ^= f->mask;
    if (f->family == 6)
        packet_ipv6_piece(p, f->id, f->from, f->to < total);
    else
        packet_ipv4_piece(p, (uint16_t)f->id, f->from, f->to < total);
}

enum datagram_reason piece_take(struct rig *r, const struct piece *f, int64_t time)
{
    struct packet p;
    piece_build(&p, f);
    return rig_take(r, &p, LINK_RAW, time);
}

struct piece piece_nth(uint8_t family, uint32_t id, size_t i)
{
    size_t to = (i + 1) * PIECE;
    return (struct piece) {
        .family = family, .id = id, .payload = PAYLOAD, .from = i * PIECE, .to = to < WHOLE ? to : WHOLE
    };
}

void expect_waiting(const struct rig *r, uint64_t incomplete)
{
    cr_expect_eq(datagrams_counters(r->dg)->incomplete, incomplete, "%llu wait",
                 (unsigned long long)datagrams_counters(r->dg)->incomplete);
}
