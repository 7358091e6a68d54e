/* SPDX-License-Identifier: MIT */
/* Flows as exporters tell of them, paired as a session does it: into a store, and row by row into pairs. */
#ifndef TEST_PAIR_NET_H
#define TEST_PAIR_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/store.h"
#include "pair/pair.h"

#define MS     INT64_C(1000000)
#define SECOND INT64_C(1000000000)

enum { ICMP4 = 1, TCP = 6, UDP = 17, ICMP6 = 58 };
enum { FIN = 1, SYN = 2, ACK = 16 };

/* One flow record; addresses as text, NULL where the record has none. Times in ns. */
struct seen {
    uint8_t proto;
    const char *src;
    uint16_t sport;
    const char *dst;
    uint16_t dport;
    int64_t start, end;
    uint64_t packets, bytes, reverse_packets, reverse_bytes;
    uint16_t flags, reverse_flags;
    uint16_t icmp; /* type * 256 + code */
    uint16_t vlan;
    uint32_t vrf, session;
    uint8_t direction, biflow;
    uint8_t event, end_reason;
    uint8_t tos;
    uint16_t output;
};

#define FLOW(proto_, src_, sport_, dst_, dport_, start_, end_, ...)                                          \
    {                                                                                                        \
        .proto = (proto_), .src = (src_), .sport = (sport_), .dst = (dst_), .dport = (dport_),               \
        .start = (start_), .end = (end_), __VA_ARGS__                                                        \
    }

struct net {
    struct flow_store *store;
    struct pairs *pairs;
    struct candidates *candidates;
    uint32_t rows;
};

void net_begin(struct net *net, int64_t tolerance);                          /* ns; 0: the default */
void net_begin_small(struct net *net, int64_t tolerance, uint32_t lines);    /* pairs_config.recent_lines */
void net_add(struct net *net, const struct seen *seen, uint32_t count);      /* handed to pairs in one call */
void net_add_each(struct net *net, const struct seen *seen, uint32_t count); /* one call per row */
void net_finish(struct net *net);
void net_end(struct net *net);

/* All at once: begin, add in this order, finish. */
void net_of(struct net *net, const struct seen *seen, uint32_t count);

#define LENGTH(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

struct connection net_connection(const struct net *net, uint32_t index);
void expect_connections(const struct net *net, uint32_t count);

/* That connection `index` has these ends, client first. */
void expect_ends(const struct net *net, uint32_t index, const char *client, uint16_t client_port,
                 const char *server, uint16_t server_port);

/* That the rows of connection `index` are these, in this order; -1 ends the list. */
void expect_rows(const struct net *net, uint32_t index, const int *rows);

#endif
