/* SPDX-License-Identifier: MIT */
/* Export datagrams made field by field, and a decoder that listens to what is said of them. */
#ifndef TESTS_UNIT_DECODE_WIRE_H
#define TESTS_UNIT_DECODE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nfdec/decoder.h"

enum { WIRE_NOTHING = 0xffff }; /* no diagnostic code */

struct wire {
    uint8_t data[4096];
    size_t length;
    size_t message, set; /* where the last ones began */
};

void wire_8(struct wire *w, unsigned value);
void wire_16(struct wire *w, unsigned value);
void wire_32(struct wire *w, uint32_t value);
void wire_zeros(struct wire *w, size_t count);

/* Headers of messages; 2023-11-14T22:13:20Z. wire_end() puts the length of the last set and of IPFIX in. */
void wire_ipfix(struct wire *w, uint32_t sequence);
void wire_v9(struct wire *w, unsigned count);
void wire_fixed(struct wire *w, unsigned version, unsigned count);
void wire_end(struct wire *w);

/* Whole records of v1, v5, v7, all octets the same. */
void wire_records(struct wire *w, unsigned version, unsigned count);

void wire_set(struct wire *w, unsigned id); /* ends the one before */
void wire_template(struct wire *w, unsigned id, unsigned fields);
void wire_field(struct wire *w, unsigned id, unsigned length);

/* What came out of one datagram. */
struct heard {
    struct nfdec_diagnostic told[16];
    unsigned told_count;
    uint32_t messages, sets, records, templates, withdrawn;
    uint32_t cut_sets;
};

struct listener {
    struct nfdec *dec;
    struct heard heard;
    uint64_t packets;
    size_t announced; /* by the UDP header of datagrams to come; 0: nothing remarkable */
};

void listener_open(struct listener *l);
void listener_close(struct listener *l);

/* Feeds a datagram of which only `captured` octets are there. What was heard before is forgotten. */
void listener_take_cut(struct listener *l, const struct wire *w, size_t captured);
void listener_take(struct listener *l, const struct wire *w);

/* The diagnostic of a code; NULL: it was not told, or more than once. */
const struct nfdec_diagnostic *listener_told(const struct listener *l, enum nfdec_code code);

#endif
