/* SPDX-License-Identifier: MIT */
/* Templates: the fields of records, in one order or another, and records encoded by them. */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include <stdint.h>

#include "traffic.h"

#define SHAPE_FIELDS_MAX 24

/* What a record of a flow says, before it is encoded. */
enum source {
    SOURCE_SRC, /* address, of 4 or 16 octets */
    SOURCE_DST,
    SOURCE_NUMBER, /* from here on: numbers in struct flow */
    SOURCE_ZERO = SOURCE_NUMBER,
    SOURCE_ONE,
    SOURCE_BYTES,
    SOURCE_PACKETS,
    SOURCE_START, /* in the exporter's own unit */
    SOURCE_END,
    SOURCE_SPORT,
    SOURCE_DPORT,
    SOURCE_PROTO,
    SOURCE_FLAGS,
    SOURCE_TOS,
    SOURCE_INPUT,
    SOURCE_OUTPUT,
    SOURCE_SRC_AS,
    SOURCE_DST_AS,
    SOURCE_MASK,
    SOURCE_VLAN,
    SOURCE_ICMP,
    SOURCE_TOKEN, /* of the enterprise element */
    SOURCE_COUNT,
    SOURCE_NAME = SOURCE_COUNT, /* a text of variable length */
};

struct flow {
    uint64_t value[SOURCE_COUNT];
    uint32_t src, dst; /* host numbers */
};

struct field {
    uint16_t id;    /* with the enterprise bit */
    uint8_t length; /* 0: variable */
    uint8_t source;
};

struct shape {
    const struct field *fields;
    uint8_t count;
};

enum shape_name {
    SHAPE_V9_IP4,
    SHAPE_V9_IP6,
    SHAPE_IPFIX_IP4,
    SHAPE_IPFIX_IP6,
    SHAPE_IPFIX_RICH,
    SHAPE_COUNT
};
extern const struct shape shapes[SHAPE_COUNT];

/* The order of fields of variant number `variant` of an exporter; 0 is the order of the table. */
void shape_order(const struct shape *shape, uint64_t variant, uint8_t order[SHAPE_FIELDS_MAX]);

/* A template record, and a data record. Both return what is behind them. */
uint8_t *shape_announce(uint8_t *out, const struct shape *shape, const uint8_t *order, uint16_t id);
uint8_t *shape_encode(uint8_t *out, const struct shape *shape, const uint8_t *order, const struct flow *flow);
uint32_t shape_length_max(const struct shape *shape);      /* octets of a data record at most */
uint32_t shape_announce_length(const struct shape *shape); /* octets of a template record */

/* What the flow of a conversation's stage says; times are ms since `boot`. */
void flow_of_talk(struct flow *flow, const struct talk *talk, int64_t boot);

#endif
