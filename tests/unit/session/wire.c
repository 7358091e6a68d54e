/* SPDX-License-Identifier: MIT */
#include "wire.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

void put_octets(struct octets *o, const void *data, size_t length)
{
    cr_assert_leq(length, OCTETS_MAX - o->length);
    memcpy(o->data + o->length, data, length);
    o->length += length;
}

void put_u8(struct octets *o, uint8_t value)
{
    put_octets(o, &value, 1);
}

void put_u16(struct octets *o, uint16_t value)
{
    put_u8(o, (uint8_t)(value >> 8));
    put_u8(o, (uint8_t)value);
}

void put_u32(struct octets *o, uint32_t value)
{
    put_u16(o, (uint16_t)(value >> 16));
    put_u16(o, (uint16_t)value);
}

static void put_v5_record(struct octets *o, uint32_t number)
{
    put_u32(o, 0x0a000001 + number % 7);
    put_u32(o, 0x0a000100 + number % 5);
    put_u32(o, 0); /* next hop */
    put_u32(o, 0); /* interfaces */
    put_u32(o, 2); /* packets */
    put_u32(o, 100 + number);
    put_u32(o, 50000); /* first and last, ms since system start */
    put_u32(o, 50000 + number);
    put_u16(o, (uint16_t)(20000 + number));
    put_u16(o, 80);
    put_u16(o, 0x001b); /* padding, TCP flags */
    put_u16(o, 0x0600); /* TCP, type of service */
    put_u32(o, 0);      /* AS */
    put_u32(o, 0);      /* masks, padding */
}

void put_v5(struct octets *o, uint32_t sequence, uint16_t count)
{
    put_u16(o, 5);
    put_u16(o, count);
    put_u32(o, 60000); /* uptime */
    put_u32(o, CLOCK);
    put_u32(o, 0);
    put_u32(o, sequence);
    put_u32(o, 0);
    for (uint32_t i = 0; i < count; i++)
        put_v5_record(o, sequence + i);
}

void put_v9(struct octets *o, uint32_t sequence, uint16_t count)
{
    put_u16(o, 9);
    put_u16(o, count);
    put_u32(o, 60000);
    put_u32(o, CLOCK);
    put_u32(o, sequence);
    put_u32(o, 1);
}

void put_ipfix(struct octets *o, uint32_t sequence)
{
    put_u16(o, 10);
    put_u16(o, 16);
    put_u32(o, CLOCK);
    put_u32(o, sequence);
    put_u32(o, 1);
}

void begin_set(struct octets *o, uint16_t id)
{
    o->open_set = o->length;
    put_u16(o, id);
    put_u16(o, 0);
}

static void set_u16(struct octets *o, size_t at, size_t value)
{
    o->data[at] = (uint8_t)(value >> 8);
    o->data[at + 1] = (uint8_t)value;
}

void end_set(struct octets *o)
{
    set_u16(o, o->open_set + 2, o->length - o->open_set);
    if (o->data[1] == 10)
        set_u16(o, 2, o->length);
}

void put_template(struct octets *o, uint16_t id)
{
    static const uint16_t fields[][2] = { { 8, 4 }, { 12, 4 }, { 1, 4 }, { 2, 4 } };
    put_u16(o, id);
    put_u16(o, 4);
    for (unsigned i = 0; i < 4; i++) {
        put_u16(o, fields[i][0]);
        put_u16(o, fields[i][1]);
    }
}

void put_record(struct octets *o, uint32_t src, uint32_t dst, uint32_t octets, uint32_t packets)
{
    put_u32(o, src);
    put_u32(o, dst);
    put_u32(o, octets);
    put_u32(o, packets);
}

void begin_capture(struct octets *o)
{
    o->length = 0;
    o->open_set = 0;
    put_u32(o, 0xa1b2c3d4);
    put_u32(o, 0x00020004);
    put_u32(o, 0);
    put_u32(o, 0);
    put_u32(o, 65535);
    put_u32(o, 101); /* raw IP */
}

void add_cut_datagram(struct octets *o, uint16_t sport, uint16_t dport, const struct octets *payload,
                      uint32_t captured)
{
    uint32_t length = 28 + (uint32_t)payload->length;
    put_u32(o, CLOCK + (uint32_t)o->open_set++); /* seconds; open_set counts the frames of a capture */
    put_u32(o, 0);
    put_u32(o, 28 + captured);
    put_u32(o, length);
    put_u16(o, 0x4500);
    put_u16(o, (uint16_t)length);
    put_u32(o, 0);
    put_u32(o, 0x40110000); /* UDP; no header checksum */
    put_u32(o, EXPORTER);
    put_u32(o, 0xc0000264);
    put_u16(o, sport);
    put_u16(o, dport);
    put_u16(o, (uint16_t)(8 + payload->length));
    put_u16(o, 0);
    put_octets(o, payload->data, captured);
}

void add_datagram(struct octets *o, uint16_t sport, uint16_t dport, const struct octets *payload)
{
    add_cut_datagram(o, sport, dport, payload, (uint32_t)payload->length);
}

struct session *open_session(const struct octets *capture, struct session_config config)
{
    struct capture_error error;
    config.capture.stream = fmemopen((void *)(uintptr_t)capture->data, capture->length, "r");
    cr_assert_not_null(config.capture.stream);
    config.keep_flows = true;
    config.keep_pairs = true;
    struct session *run = session_new(&config, &error);
    cr_assert_not_null(run, "%s", error.text);
    return run;
}

struct session *run_session(const struct octets *capture, struct session_config config,
                            enum session_result result)
{
    struct session *run = open_session(capture, config);
    cr_assert_eq(session_run(run), result);
    return run;
}
