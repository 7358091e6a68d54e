/* SPDX-License-Identifier: MIT */
#include "capture/enclose.h"

#include <stdbool.h>
#include <string.h>

#define IPV4_SIZE 20u
#define IPV6_SIZE 40u
#define UDP_SIZE  8u
#define UDP       17u
#define HOPS      64u

static void put16(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

/* One's complement sum of octets in pairs (RFC 1071), in the processor's order, in which it is stored again. */
static uint64_t add_words(uint64_t sum, const uint8_t *octets, uint32_t length)
{
    uint32_t word;
    while (length >= sizeof word) {
        memcpy(&word, octets, sizeof word);
        sum += word;
        octets += sizeof word;
        length -= (uint32_t)sizeof word;
    }
    word = 0;
    memcpy(&word, octets, length);
    return sum + word;
}

static void put_checksum(uint8_t *to, uint64_t sum, bool udp)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    uint16_t checksum = (uint16_t)~sum;
    if (udp && !checksum) /* 0 says that there is none (RFC 768) */
        checksum = 0xffff;
    memcpy(to, &checksum, sizeof checksum);
}

static void put_ipv4(uint8_t *ip, const struct enclose_ends *ends, uint32_t length)
{
    memset(ip, 0, IPV4_SIZE);
    ip[0] = 4 << 4 | IPV4_SIZE / 4;
    put16(ip + 2, IPV4_SIZE + length);
    ip[6] = 0x40; /* not to be fragmented, so there is no need for an identification (RFC 6864) */
    ip[8] = HOPS;
    ip[9] = UDP;
    memcpy(ip + 12, ends->src.octets, 4);
    memcpy(ip + 16, ends->dst.octets, 4);
    put_checksum(ip + 10, add_words(0, ip, IPV4_SIZE), false);
}

static void put_ipv6(uint8_t *ip, const struct enclose_ends *ends, uint32_t length)
{
    memset(ip, 0, IPV6_SIZE);
    ip[0] = 6 << 4;
    put16(ip + 4, length);
    ip[6] = UDP;
    ip[7] = HOPS;
    memcpy(ip + 8, ends->src.octets, 16);
    memcpy(ip + 24, ends->dst.octets, 16);
}

uint32_t enclose_size(const struct enclose_ends *ends)
{
    return (ends->src.family == 6 ? IPV6_SIZE : IPV4_SIZE) + UDP_SIZE;
}

void enclose(uint8_t *octets, const struct enclose_ends *ends, uint32_t length)
{
    bool six = ends->src.family == 6;
    uint8_t *udp = octets + (six ? IPV6_SIZE : IPV4_SIZE), pseudo[4] = { 0, UDP };
    uint32_t size = UDP_SIZE + length;
    put16(udp, ends->sport);
    put16(udp + 2, ends->dport);
    put16(udp + 4, size);
    put16(udp + 6, 0);
    put16(pseudo + 2, size);
    uint64_t sum = add_words(0, pseudo, sizeof pseudo);
    sum = add_words(sum, ends->src.octets, six ? 16 : 4);
    sum = add_words(sum, ends->dst.octets, six ? 16 : 4);
    put_checksum(udp + 6, add_words(sum, udp, size), true);
    if (six)
        put_ipv6(octets, ends, size);
    else
        put_ipv4(octets, ends, size);
}
