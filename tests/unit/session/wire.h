/* SPDX-License-Identifier: MIT */
/* Export messages, field by field, and captures that carry them. */
#ifndef TEST_SESSION_WIRE_H
#define TEST_SESSION_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "session/session.h"

#define OCTETS_MAX (1u << 20)
#define CLOCK                                                                                                \
    1509229021u /* seconds: export time of the messages below, and capture time of the first frame */
#define EXPORTER 0xc0000201u /* 192.0.2.1 */

struct octets {
    uint8_t data[OCTETS_MAX];
    size_t length;
    size_t open_set;
};

void put_u8(struct octets *o, uint8_t value);
void put_u16(struct octets *o, uint16_t value);
void put_u32(struct octets *o, uint32_t value);
void put_octets(struct octets *o, const void *data, size_t length);

/* v5: a header that announces `count` records, and so many records, numbered from `sequence` on in their ports. */
void put_v5(struct octets *o, uint32_t sequence, uint16_t count);

/* v9 and IPFIX of observation domain 1. Between begin and end of a set: templates or data. */
void put_v9(struct octets *o, uint32_t sequence, uint16_t count);
void put_ipfix(struct octets *o, uint32_t sequence); /* its length is put right by end_set */
void begin_set(struct octets *o, uint16_t id);
void end_set(struct octets *o);

/* A template of addresses, octets and packets (8 + 4 + 4), and a record of it. */
void put_template(struct octets *o, uint16_t id);
void put_record(struct octets *o, uint32_t src, uint32_t dst, uint32_t octets, uint32_t packets);

/* A capture of raw IP. Each frame is a second later than the one before it. */
void begin_capture(struct octets *o);
void add_datagram(struct octets *o, uint16_t sport, uint16_t dport, const struct octets *payload);
void add_cut_datagram(struct octets *o, uint16_t sport, uint16_t dport, const struct octets *payload,
                      uint32_t captured); /* so many octets of the payload */

/* A session over a capture in memory, with flows and pairs. */
struct session *open_session(const struct octets *capture, struct session_config config);

/* The same, run to its end, which is to be `result`. */
struct session *run_session(const struct octets *capture, struct session_config config,
                            enum session_result result);

#endif
