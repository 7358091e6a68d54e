/* SPDX-License-Identifier: MIT */
#include "build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <zlib.h>

static void build_number(struct octets *o, uint64_t value, size_t size)
{
    cr_assert_leq(o->length + size, OCTETS_MAX);
    for (size_t i = 0; i < size; i++)
        o->data[o->length++] = (uint8_t)(value >> 8 * (o->little ? i : size - 1 - i));
}

void build_u8(struct octets *o, uint8_t value)
{
    build_number(o, value, 1);
}

void build_u16(struct octets *o, uint16_t value)
{
    build_number(o, value, 2);
}

void build_u32(struct octets *o, uint32_t value)
{
    build_number(o, value, 4);
}

void build_u64(struct octets *o, uint64_t value)
{
    build_number(o, value, 8);
}

void build_pad(struct octets *o)
{
    while (o->length % 4)
        build_u8(o, 0);
}

static uint8_t pattern(uint32_t length, uint32_t at)
{
    return (uint8_t)(length * 7 + at);
}

void build_pattern(struct octets *o, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        build_u8(o, pattern(length, i));
}

void check_packet(const struct frame *frame, uint32_t length)
{
    cr_assert_eq(frame->length, length, "%u octets, not %u", frame->length, length);
    for (uint32_t i = 0; i < length; i++)
        cr_assert_eq(frame->data[i], pattern(length, i), "octet %u", i);
}

void build_classic(struct octets *o, uint32_t magic, uint32_t snaplen, uint32_t link)
{
    build_u32(o, magic);
    build_u16(o, 2);
    build_u16(o, 4);
    build_u64(o, 0);
    build_u32(o, snaplen);
    build_u32(o, link);
}

void build_record(struct octets *o, uint32_t seconds, uint32_t fraction, uint32_t length,
                  uint32_t wire_length)
{
    build_u32(o, seconds);
    build_u32(o, fraction);
    build_u32(o, length);
    build_u32(o, wire_length);
}

void build_packet(struct octets *o, uint32_t seconds, uint32_t fraction, uint32_t length)
{
    build_record(o, seconds, fraction, length, length);
    build_pattern(o, length);
}

void build_begin(struct octets *o, uint32_t type)
{
    o->open_block = o->length;
    build_u32(o, type);
    build_u32(o, 0);
}

void build_end(struct octets *o)
{
    build_pad(o);
    uint32_t length = (uint32_t)(o->length - o->open_block + 4);
    build_u32(o, length);
    size_t end = o->length;
    o->length = o->open_block + 4;
    build_u32(o, length);
    o->length = end;
}

void build_section(struct octets *o)
{
    build_begin(o, 0x0a0d0d0a);
    build_u32(o, 0x1a2b3c4d);
    build_u16(o, 1);
    build_u16(o, 0);
    build_u64(o, UINT64_MAX);
    build_end(o);
}

static void begin_interface(struct octets *o, uint16_t link, uint32_t snaplen)
{
    build_begin(o, 1);
    build_u16(o, link);
    build_u16(o, 0);
    build_u32(o, snaplen);
}

void build_interface(struct octets *o, uint16_t link, uint32_t snaplen)
{
    begin_interface(o, link, snaplen);
    build_end(o);
}

void build_interface_time(struct octets *o, uint16_t link, uint8_t resolution, int64_t offset)
{
    begin_interface(o, link, 0);
    build_u16(o, 2); /* if_name, to be passed over with its padding */
    build_u16(o, 5);
    build_pattern(o, 5);
    build_pad(o);
    build_u16(o, 9); /* if_tsresol */
    build_u16(o, 1);
    build_u8(o, resolution);
    build_pad(o);
    build_u16(o, 14); /* if_tsoffset */
    build_u16(o, 8);
    build_u64(o, (uint64_t)offset);
    build_u32(o, 0); /* opt_endofopt */
    build_end(o);
}

void build_enhanced(struct octets *o, uint32_t interface, uint64_t ticks, uint32_t length)
{
    build_begin(o, 6);
    build_u32(o, interface);
    build_u32(o, (uint32_t)(ticks >> 32));
    build_u32(o, (uint32_t)ticks);
    build_u32(o, length);
    build_u32(o, length + 4);
    build_pattern(o, length);
    build_end(o);
}

uint32_t build_udp(struct octets *o, bool ethernet, uint16_t vlan, uint16_t port)
{
    size_t start = o->length;
    bool little = o->little;
    o->little = false; /* as on the wire */
    if (ethernet) {
        build_u64(o, 0x0200000000010200);
        build_u32(o, 2);
        if (vlan)
            build_u32(o, 0x81000000u | vlan);
        build_u16(o, 0x0800);
    }
    build_u32(o, 0x4500001c); /* version, header length, 28 octets */
    build_u32(o, 0);
    build_u32(o, 0x40110000); /* UDP */
    build_u32(o, 0xc0000201);
    build_u32(o, 0xc0000202);
    build_u16(o, 40000);
    build_u16(o, port);
    build_u16(o, 8);
    build_u16(o, 0);
    o->little = little;
    return (uint32_t)(o->length - start);
}

void build_gzip(struct octets *to, const struct octets *from)
{
    struct octets copy = *from;
    z_stream z = { .next_in = copy.data, .avail_in = (uInt)copy.length };
    cr_assert_eq(deflateInit2(&z, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = to->data + to->length;
    z.avail_out = (uInt)(OCTETS_MAX - to->length);
    cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    to->length = OCTETS_MAX - z.avail_out;
    deflateEnd(&z);
}

struct capture *open_part(const struct octets *o, size_t length, const char *filter,
                          struct capture_error *error)
{
    FILE *stream = fmemopen(NULL, length + 1, "w+b");
    cr_assert_not_null(stream);
    (void)setvbuf(stream, NULL, _IONBF, 0);
    cr_assert_eq(fwrite(o->data, 1, length, stream), length);
    rewind(stream);
    struct capture_config config = { .stream = stream, .filter = filter };
    return capture_new(&config, error);
}

struct capture *open_octets(const struct octets *o)
{
    struct capture_error error;
    struct capture *cap = open_part(o, o->length, NULL, &error);
    cr_assert_not_null(cap, "%s", error.text);
    return cap;
}

char *write_file(const struct octets *o)
{
    const char *folder = getenv("TMPDIR");
    char name[512];
    cr_assert_lt(snprintf(name, sizeof name, "%s/nfscope-XXXXXX", folder ? folder : "/tmp"),
                 (int)sizeof name);
    int fd = mkstemp(name);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, o->data, o->length), (ssize_t)o->length);
    close(fd);
    return strdup(name);
}

struct frame next_frame(struct capture *cap)
{
    struct frame frame;
    enum capture_result result = capture_next(cap, &frame);
    cr_assert_eq(result, CAPTURE_FRAME, "%d: %s", result, capture_message(cap));
    return frame;
}

void check_end(struct capture *cap)
{
    struct frame frame;
    enum capture_result result = capture_next(cap, &frame);
    cr_assert_eq(result, CAPTURE_END, "%d: %s", result, capture_message(cap));
    cr_assert_str_empty(capture_message(cap));
    capture_free(cap);
}

void check_cut(struct capture *cap, const char *message)
{
    struct frame frame;
    cr_assert_str_empty(capture_message(cap));
    cr_assert_eq(capture_next(cap, &frame), CAPTURE_CUT);
    cr_assert_str_eq(capture_message(cap), message, "got: %s", capture_message(cap));
    cr_assert_eq(capture_next(cap, &frame), CAPTURE_END);
    capture_free(cap);
}
