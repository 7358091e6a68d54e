/* SPDX-License-Identifier: MIT */
/* An export message, octet by octet, and a session that has read it as a packet given in hex. */
#ifndef TEST_TUI_MESSAGE_H
#define TEST_TUI_MESSAGE_H

#include <stdint.h>

#include "session/replay.h"
#include "session/session.h"

struct message_octets {
    uint8_t data[65507];
    uint32_t length, set;
};

void put8(struct message_octets *m, unsigned value);
void put16(struct message_octets *m, unsigned value);
void put32(struct message_octets *m, uint32_t value);

/* IPFIX of domain 1; its length is put right by end_set(). */
void begin_ipfix(struct message_octets *m);
void begin_set(struct message_octets *m, unsigned id);
void end_set(struct message_octets *m);

/* A template of so many fields of one element and length. */
void put_template(struct message_octets *m, unsigned id, unsigned fields, unsigned element, unsigned length);

/* Of the packet; the octets must stay. */
struct session *run_message(const struct message_octets *m);

#endif
