/* SPDX-License-Identifier: MIT */
/* What is an export message, and what only looks like one. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "nfdec/decoder.h"

static enum nfdec_probe probe(const struct message *b)
{
    return nfdec_probe(b->octets, b->length, b->length);
}

static void some_message(struct message *b, uint16_t version)
{
    message_clear(b);
    message_begin(b, version);
    if (version < 9) {
        message_fixed_record(b, 1);
        message_fixed_record(b, 2);
    } else {
        message_pair_template(b, 256);
        message_pair_data(b, 256, 3);
    }
    message_end(b);
}

static const uint16_t versions[] = { 1, 5, 7, 9, 10 };

Test(probe, export_messages)
{
    for (size_t i = 0; i < 5; i++) {
        struct message b;
        some_message(&b, versions[i]);
        cr_expect_eq(probe(&b), NFDEC_PROBE_STRONG, "version %u", versions[i]);
    }
}

Test(probe, data_alone)
{
    for (uint16_t version = 9; version <= 10; version++) {
        struct message b;
        message_clear(&b);
        message_begin(&b, version);
        message_pair_data(&b, 300, 3);
        message_end(&b);
        cr_expect_eq(probe(&b), NFDEC_PROBE_STRONG);
    }
}

Test(probe, cut_by_the_capture)
{
    for (size_t i = 0; i < 5; i++) {
        struct message b;
        some_message(&b, versions[i]);
        size_t from = versions[i] < 9 ? 24 : 40; /* the header, and a whole set */
        for (size_t length = from; length < b.length; length++)
            cr_expect_eq(nfdec_probe(b.octets, length, b.length), NFDEC_PROBE_STRONG, "version %u of %zu",
                         versions[i], length);
        for (size_t length = 0; length < b.length; length++) { /* the same as if no more had been sent */
            enum nfdec_probe alone = nfdec_probe(b.octets, length, length);
            size_t whole = versions[i] == 9 ? 36 : b.length;
            cr_expect(alone < NFDEC_PROBE_STRONG || length == whole ||
                          (versions[i] == 9 && length > 36 && length < 40),
                      "version %u of %zu", versions[i], length);
        }
    }
}

Test(probe, padded)
{
    for (size_t zeros = 1; zeros <= 3; zeros++) {
        struct message b;
        some_message(&b, 10);
        message_zeros(&b, zeros);
        cr_expect_eq(probe(&b), NFDEC_PROBE_STRONG);
        some_message(&b, 9);
        message_zeros(&b, zeros);
        cr_expect_eq(probe(&b), NFDEC_PROBE_STRONG);
    }
}

Test(probe, lengths_and_counts_that_do_not_fit)
{
    for (size_t i = 0; i < 5; i++) {
        struct message b;
        some_message(&b, versions[i]);
        message_zeros(&b, 40);
        message_octets(&b, "rest", 4);
        cr_expect_lt(probe(&b), NFDEC_PROBE_STRONG, "version %u with octets behind", versions[i]);
        some_message(&b, versions[i]);
        b.length -= 5;
        cr_expect_lt(probe(&b), NFDEC_PROBE_STRONG, "version %u shortened", versions[i]);
        some_message(&b, versions[i]);
        message_put_u16(&b, 2, 0);
        cr_expect_lt(probe(&b), NFDEC_PROBE_STRONG, "version %u of none", versions[i]);
        if (versions[i] == 9)
            continue;
        some_message(&b, versions[i]);
        message_put_u16(&b, 2, 65535);
        cr_expect_lt(probe(&b), NFDEC_PROBE_STRONG, "version %u of many", versions[i]);
    }
}

Test(probe, times_out_of_reach)
{
    for (size_t i = 0; i < 4; i++) { /* IPFIX of a length that fits may have a clock that was never set */
        struct message b;
        some_message(&b, versions[i]);
        memset(b.octets + 8, 0, 4);
        cr_expect_eq(probe(&b), NFDEC_PROBE_WEAK, "version %u", versions[i]);
    }
    struct message b;
    some_message(&b, 10);
    memset(b.octets + 4, 0, 4);
    cr_expect_eq(probe(&b), NFDEC_PROBE_STRONG);
}

Test(probe, other_versions)
{
    for (uint32_t version = 0; version < 65536; version++) {
        if (version == 1 || version == 5 || version == 7 || version == 9 || version == 10)
            continue;
        for (size_t i = 0; i < 5; i++) {
            struct message b;
            some_message(&b, versions[i]);
            message_put_u16(&b, 0, (uint16_t)version);
            cr_assert_eq(probe(&b), NFDEC_PROBE_NO, "version %u", version);
            if (version > 30)
                break;
        }
    }
}

/* A small generator of its own: the same numbers everywhere. */
static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* Anything at all; the first two octets are a version that would do, for what does not would prove nothing. */
Test(probe, random_payloads)
{
    uint64_t state = 20260120;
    for (unsigned i = 0; i < 100000; i++) {
        uint8_t octets[600];
        size_t length = 2 + next_random(&state) % (sizeof octets - 2);
        for (size_t k = 0; k < length; k++)
            octets[k] = (uint8_t)next_random(&state);
        octets[0] = 0;
        octets[1] = (uint8_t)versions[next_random(&state) % 5];
        cr_assert_neq(nfdec_probe(octets, length, length), NFDEC_PROBE_STRONG, "payload %u", i);
    }
}

/* What else there is on UDP ports, with identifiers that make their first octets 00 01 ... 00 0a. */
static void dns(struct message *b, uint16_t id, bool answer)
{
    message_u16(b, id);
    message_u16(b, answer ? 0x8180 : 0x0100);
    message_u16(b, 1);
    message_u16(b, answer ? 2 : 0);
    message_u32(b, 0);
    message_octets(b, "\3www\7example\3com\0", 17);
    message_u32(b, 0x00010001);
    for (unsigned i = 0; answer && i < 2; i++) {
        message_u16(b, 0xC00C);
        message_u32(b, 0x00010001);
        message_u32(b, 300);
        message_u16(b, 4);
        message_u32(b, 0xC0000201 + i);
    }
}

static void quic(struct message *b, uint16_t id, bool long_header)
{
    message_u8(b,
               long_header ? 0xC3 : (uint8_t)(id & 0x3f)); /* short: fixed bit off, as greased ones have it */
    if (long_header)
        message_u32(b, 1);
    for (uint32_t i = 0; i < 1180; i++)
        message_u8(b, (uint8_t)(i * 167 + id));
}

static void rtp(struct message *b, uint16_t id, bool marker)
{
    message_u8(b, 0x80);
    message_u8(b, marker ? 0x80 : 0);
    message_u16(b, id);
    message_u64(b, 0x0001000200030004);
    message_zeros(b, 160);
}

/* RFC 1350: opcode 1 asks for a file, 5 is an error with a code. */
static void tftp(struct message *b, uint16_t id, bool error)
{
    if (!error) {
        message_u16(b, 1);
        message_octets(b, "startup-config\0octet\0tsize\0000\0", 29);
        return;
    }
    message_u16(b, 5);
    message_u16(b, id);
    message_octets(b, "File not found: no such file or directory here\0", 47);
}

static void snmp(struct message *b, uint16_t id, bool trap)
{
    message_octets(b, "\x30\x29\2\1\1\4\6public\xa0\x1c\2\4", 17);
    message_u32(b, id);
    message_octets(b, "\2\1\0\2\1\0\x30\x0e\x30\x0c\6\10\x2b\6\1\2\1\1\5\0\5\0", trap ? 20 : 22);
}

static void sflow(struct message *b, uint16_t id, bool counters)
{
    message_u32(b, 5); /* version; its upper half is 0, and no version of ours */
    message_u32(b, 1);
    message_u32(b, 0xC0000201);
    message_u32(b, id);
    message_u32(b, 7);
    message_u32(b, 123456);
    message_u32(b, 1);
    message_u32(b, counters ? 2 : 1);
    message_u32(b, 80);
    message_zeros(b, 80);
}

/* Session traversal, games, and what else begins with a small number of 16 bits and a length. */
static void stun(struct message *b, uint16_t id, bool response)
{
    message_u16(b, response ? 0x0101 : 1);
    message_u16(b, 8);
    message_u32(b, 0x2112A442);
    message_u64(b, id);
    message_u32(b, 0x11223344);
    message_u64(b, 0x8022000474657374);
}

static void dtls_like(struct message *b, uint16_t id, bool large)
{
    message_u16(b, 9);
    message_u16(b, large ? 1200 : 100);
    message_u32(b, id);
    for (unsigned i = 0; i < (large ? 1192u : 92u); i++)
        message_u8(b, (uint8_t)(i * i + id));
}

static void zeros_with_a_version(struct message *b, uint16_t id, bool large)
{
    message_u16(b, id);
    message_zeros(b, large ? 1000 : 30);
}

Test(probe, other_protocols)
{
    static void (*const protocols[])(struct message *, uint16_t, bool) = {
        dns, quic, rtp, tftp, snmp, sflow, stun, dtls_like, zeros_with_a_version
    };
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++) {
        for (uint32_t id = 0; id < 2000; id++) {
            for (unsigned form = 0; form < 2; form++) {
                struct message b;
                b.length = 0;
                b.set = SIZE_MAX;
                protocols[i](&b, (uint16_t)id, form);
                cr_assert_neq(nfdec_probe(b.octets, b.length, b.length), NFDEC_PROBE_STRONG,
                              "protocol %zu, id %u, form %u", i, id, form);
            }
        }
    }
}

Test(probe, nothing)
{
    cr_expect_eq(nfdec_probe(NULL, 0, 0), NFDEC_PROBE_NO);
    cr_expect_eq(nfdec_probe((const uint8_t *)"\0", 1, 100), NFDEC_PROBE_NO);
    cr_expect_eq(nfdec_probe((const uint8_t *)"\0\5", 2, 0), NFDEC_PROBE_NO);
}
