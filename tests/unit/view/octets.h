/* SPDX-License-Identifier: MIT */
/* Export messages made field by field, for tests of what is written of them. */
#ifndef TESTS_UNIT_VIEW_OCTETS_H
#define TESTS_UNIT_VIEW_OCTETS_H

#include <stddef.h>
#include <stdint.h>

struct octets {
    uint8_t data[65535];
    size_t length;
    size_t set; /* where the last set began */
};

void octets_8(struct octets *o, unsigned value);
void octets_16(struct octets *o, unsigned value);
void octets_32(struct octets *o, uint64_t value);
void octets_text(struct octets *o, const char *text);

/* An IPFIX message, 2023-11-14T22:13:20Z, domain 7; octets_end() puts the lengths in. */
void octets_message(struct octets *o);
void octets_set(struct octets *o, unsigned id);
void octets_template(struct octets *o, unsigned id, unsigned fields); /* its header; the fields follow */
void octets_field(struct octets *o, unsigned id, unsigned length);
void octets_end(struct octets *o);

#endif
