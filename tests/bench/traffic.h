/* SPDX-License-Identifier: MIT */
/*
 * Who talks to whom: conversations between hosts, as exporters would see them. No two conversations with the same
 * five-tuple are nearer in time than 45 s, so how many connections there are is known.
 */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

#include "prng.h"

#define TRAFFIC_EPOCH     INT64_C(1767225600000) /* ms since 1970: 2026-01-01 00:00 UTC */
#define TRAFFIC_HOSTS_MAX 16000000u

enum { TRAFFIC_ICMP = 1, TRAFFIC_TCP = 6, TRAFFIC_UDP = 17, TRAFFIC_ICMP6 = 58 };

/* A conversation. It is exported in stages: client's flow, server's flow, and of long ones both once more. */
struct talk {
    int64_t start;           /* ms since 1970 */
    uint32_t duration;       /* ms, of one stage's flow */
    uint32_t delay;          /* ms until the server answers */
    uint32_t client, server; /* host numbers */
    uint32_t bytes[2];       /* a flow; by side: client, server */
    uint32_t packets[2];     /* a flow */
    uint16_t port[2];        /* by side */
    uint8_t proto, stages, stage;
    bool ip6, seen[2]; /* whether a flow of that side reached the capture */
};

struct traffic {
    struct prng prng;
    uint32_t hosts;
    uint32_t tour; /* every tour-th client is taken in turn, so that all hosts occur */
    uint32_t next_host, next_icmp;
    unsigned octaves;
    uint64_t talks;
    uint64_t *met[2]; /* bit sets of host numbers by family: IPv4, IPv6 */
};

void traffic_init(struct traffic *traffic, uint64_t seed, uint32_t hosts, uint64_t flows);
void traffic_release(struct traffic *traffic);

/* The next conversation; the clock goes on by a millisecond. */
void traffic_next(struct traffic *traffic, bool ip6, struct talk *talk);
int64_t traffic_clock(const struct traffic *traffic); /* ms since 1970 */

uint64_t traffic_addresses(const struct traffic *traffic); /* distinct ones that were seen */
void traffic_meet(struct traffic *traffic, const struct talk *talk);

/* The address of a host number, and of IPv6 its last 32 bits behind 2001:db8::/96. */
uint32_t traffic_address(uint32_t host);

#endif
