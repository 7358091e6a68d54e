/* SPDX-License-Identifier: MIT */
#include "packet.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void put16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

uint8_t packet_octet(size_t i)
{
    return (uint8_t)(i * 7 + (i >> 8) * 13 + 1);
}

void packet_payload(struct packet *p, size_t length)
{
    p->end = PACKET_ROOM - 64;
    p->start = p->end - length;
    for (size_t i = 0; i < length; i++)
        p->room[p->start + i] = packet_octet(i);
}

void packet_octets(struct packet *p, const uint8_t *octets, size_t length)
{
    packet_payload(p, length);
    memcpy(p->room + p->start, octets, length);
}

uint8_t *packet_front(struct packet *p, size_t n)
{
    p->start -= n;
    memset(p->room + p->start, 0, n);
    return p->room + p->start;
}

void packet_u16(struct packet *p, uint16_t value)
{
    put16(packet_front(p, 2), value);
}

void packet_trailer(struct packet *p, size_t n)
{
    memset(p->room + p->end, 0xee, n);
    p->end += n;
}

const uint8_t *packet_data(const struct packet *p)
{
    return p->room + p->start;
}

size_t packet_length(const struct packet *p)
{
    return p->end - p->start;
}

void packet_udp_to(struct packet *p, uint16_t dport)
{
    uint8_t *at = packet_front(p, 8);
    put16(at, SPORT);
    put16(at + 2, dport);
    put16(at + 4, packet_length(p));
}

void packet_udp(struct packet *p)
{
    packet_udp_to(p, DPORT);
}

void packet_ipv4(struct packet *p, uint8_t protocol)
{
    uint8_t *at = packet_front(p, 20);
    at[0] = 0x45;
    put16(at + 2, packet_length(p));
    put16(at + 4, PACKET_ID);
    at[8] = 64;
    at[9] = protocol;
    put32(at + 12, IPV4_SRC);
    put32(at + 16, IPV4_DST);
}

void packet_ipv4_piece(struct packet *p, uint16_t id, size_t offset, bool more)
{
    packet_ipv4(p, PROTOCOL_UDP);
    uint8_t *at = p->room + p->start;
    put16(at + 4, id);
    put16(at + 6, offset / 8 | (more ? 0x2000u : 0));
}

void packet_ipv6(struct packet *p, uint8_t next)
{
    size_t length = packet_length(p);
    uint8_t *at = packet_front(p, 40);
    at[0] = 0x60;
    put16(at + 4, length);
    at[6] = next;
    at[7] = 64;
    put16(at + 8, 0x2001);
    at[23] = 1;
    put16(at + 24, 0x2001);
    at[39] = 2;
}

void packet_extension(struct packet *p, uint8_t next, uint8_t units)
{
    uint8_t *at = packet_front(p, (size_t)units * 8 + 8);
    at[0] = next;
    at[1] = units;
}

void packet_ipv6_piece(struct packet *p, uint32_t id, size_t offset, bool more)
{
    uint8_t *at = packet_front(p, 8);
    at[0] = PROTOCOL_UDP;
    put16(at + 2, offset | (more ? 1 : 0));
    put32(at + 4, id);
    packet_ipv6(p, 44);
}

void packet_ethernet(struct packet *p, uint16_t type)
{
    packet_u16(p, type);
    packet_front(p, 12);
}

void packet_vlan(struct packet *p, uint16_t id, uint16_t inner_type)
{
    packet_u16(p, inner_type);
    packet_u16(p, 0x6000 | id);
}

void packet_gre(struct packet *p, uint16_t flags, uint16_t type)
{
    packet_u16(p, type);
    packet_u16(p, flags);
}

void packet_plain(struct packet *p, size_t payload)
{
    packet_payload(p, payload);
    packet_udp(p);
    packet_ipv4(p, PROTOCOL_UDP);
    packet_ethernet(p, TYPE_IPV4);
}

void rig_open(struct rig *r, const struct datagrams_config *config)
{
    *r = (struct rig) { .dg = datagrams_new(config) };
}

void rig_close(struct rig *r)
{
    datagrams_free(r->dg);
    free(r->octets);
}

enum datagram_reason rig_take_cut(struct rig *r, const struct packet *p, uint16_t link, int64_t time,
                                  size_t captured)
{
    free(r->octets);
    r->octets = malloc(captured ? captured : 1);
    cr_assert(r->octets);
    memcpy(r->octets, packet_data(p), captured);
    bool ok =
        datagrams_take(r->dg, r->octets, (uint32_t)captured, (uint32_t)packet_length(p), link, time, &r->out);
    cr_assert_eq(ok, r->out.reason == DATAGRAM_OK);
    return r->out.reason;
}

enum datagram_reason rig_take(struct rig *r, const struct packet *p, uint16_t link, int64_t time)
{
    return rig_take_cut(r, p, link, time, packet_length(p));
}

void expect_payload(const struct datagram *out, size_t length, const char *what)
{
    cr_assert_eq(out->reason, DATAGRAM_OK, "%s: %s", what, datagram_reason_text(out->reason));
    cr_expect_eq(out->wire_length, length, "%s: wire length %u", what, out->wire_length);
    cr_assert_eq(out->length, length, "%s: length %u", what, out->length);
    cr_expect_eq(out->sport, SPORT, "%s", what);
    size_t differs = 0;
    for (size_t i = 0; i < length; i++)
        differs += out->data[i] != packet_octet(i);
    cr_expect_eq(differs, 0, "%s: %zu octets differ", what, differs);
}
