/* SPDX-License-Identifier: MIT */
/*
 * Frames for tests, made from the inside out: first the payload, then each header in front of what is there,
 * with lengths that fit.
 *
 *     packet_payload(&p, 100);
 *     packet_udp(&p);
 *     packet_ipv4(&p, 17);
 *     packet_ethernet(&p, 0x0800);
 */
#ifndef TESTS_DATAGRAM_PACKET_H
#define TESTS_DATAGRAM_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "datagram/datagram.h"

#define PACKET_ROOM 80000
#define SECOND      INT64_C(1000000000)

enum { SPORT = 50000, DPORT = 2055, IPV4_SRC = 0x0a000001, IPV4_DST = 0x0a000002, PACKET_ID = 77 };
enum { PROTOCOL_UDP = 17, PROTOCOL_GRE = 47 };
enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd };
enum { LINK_ETHERNET = 1, LINK_RAW = 101, LINK_SLL = 113 };

struct packet {
    uint8_t room[PACKET_ROOM];
    size_t start, end;
};

uint8_t packet_octet(size_t i); /* the octets that packet_payload writes */
void packet_payload(struct packet *p, size_t length);
void packet_octets(struct packet *p, const uint8_t *octets, size_t length); /* instead of packet_payload */
uint8_t *packet_front(struct packet *p, size_t n); /* n more octets, all 0, in front */
void packet_u16(struct packet *p, uint16_t value);
void packet_trailer(struct packet *p, size_t n); /* n octets ee behind */
const uint8_t *packet_data(const struct packet *p);
size_t packet_length(const struct packet *p);

void packet_udp(struct packet *p);
void packet_udp_to(struct packet *p, uint16_t dport);
void packet_ipv4(struct packet *p, uint8_t protocol);
void packet_ipv4_piece(struct packet *p, uint16_t id, size_t offset, bool more);
void packet_ipv6(struct packet *p, uint8_t next);
void packet_extension(struct packet *p, uint8_t next, uint8_t units);
void packet_ipv6_piece(struct packet *p, uint32_t id, size_t offset, bool more);
void packet_ethernet(struct packet *p, uint16_t type);
void packet_vlan(struct packet *p, uint16_t id, uint16_t inner_type);
void packet_gre(struct packet *p, uint16_t flags, uint16_t type);

/* A plain frame: Ethernet, IPv4, UDP. */
void packet_plain(struct packet *p, size_t payload);

/* A datagrams object under test, and the frame it borrows, at exactly its own size. */
struct rig {
    struct datagrams *dg;
    uint8_t *octets;
    struct datagram out;
};

void rig_open(struct rig *r, const struct datagrams_config *config);
void rig_close(struct rig *r);
enum datagram_reason rig_take(struct rig *r, const struct packet *p, uint16_t link, int64_t time);
/* Of the packet only `captured` octets. */
enum datagram_reason rig_take_cut(struct rig *r, const struct packet *p, uint16_t link, int64_t time,
                                  size_t captured);

/* Expects *out to be a whole payload of packet_payload(length), from SPORT. */
void expect_payload(const struct datagram *out, size_t length, const char *what);

#endif
