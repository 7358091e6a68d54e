/* SPDX-License-Identifier: MIT */
/*
 * Export messages for tests, octet by octet from begin to end, with lengths and counts that fit:
 *
 *     message_begin(&b, 10);
 *     message_set(&b, 2);
 *     message_template(&b, 256, fields, 2);
 *     message_set(&b, 256);
 *     message_u32(&b, 1);
 *     message_end(&b);
 *
 * What should not fit is patched afterwards.
 */
#ifndef TESTS_DECODE_MESSAGE_H
#define TESTS_DECODE_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#define MESSAGE_ROOM     70000
#define MESSAGE_TIME     1700000000u /* s, of every message */
#define MESSAGE_UPTIME   5000000u    /* ms */
#define MESSAGE_NOW      INT64_C(1700000000000000000)
#define MESSAGE_VARIABLE 65535

struct message_field {
    uint16_t id, length;
    uint32_t pen;
};

struct message {
    uint8_t octets[MESSAGE_ROOM];
    size_t length;
    size_t begin, set; /* where those under way begin; no set: SIZE_MAX */
    uint16_t version;
    uint16_t count; /* of the records, as v1 ... v9 headers have it; the caller counts v9 data records */
    uint32_t sequence, domain; /* of the next message; v5: engine type << 8 | engine id */
    uint32_t seconds, uptime;
};

void message_clear(struct message *b); /* no octets, default header */
void message_u8(struct message *b, uint8_t value);
void message_u16(struct message *b, uint16_t value);
void message_u32(struct message *b, uint32_t value);
void message_u64(struct message *b, uint64_t value);
void message_number(struct message *b, uint64_t value, size_t octets); /* the low 8 octets hold the value */
void message_octets(struct message *b, const void *octets, size_t n);
void message_zeros(struct message *b, size_t n);
void message_put_u16(struct message *b, size_t at, uint16_t value); /* over what is there */

void message_begin(struct message *b, uint16_t version); /* ends the one before */
void message_set(struct message *b, uint16_t id);        /* ends the one before */
void message_set_end(struct message *b);
void message_end(struct message *b);

void message_template(struct message *b, uint16_t id, const struct message_field *fields, uint16_t count);
void message_options(struct message *b, uint16_t id, const struct message_field *fields, uint16_t scopes,
                     uint16_t count);
void message_withdrawal(struct message *b, uint16_t id);
void message_fixed_record(struct message *b,
                          uint32_t seed); /* of v1, v5, v7; every octet follows from the seed */

/* sourceIPv4Address and octetDeltaCount, 4 octets each: what most tests send. */
extern const struct message_field message_pair[2];
void message_pair_template(struct message *b, uint16_t id);               /* its set included */
void message_pair_data(struct message *b, uint16_t id, uint32_t records); /* likewise; 1.0.0.n and n */

#endif
