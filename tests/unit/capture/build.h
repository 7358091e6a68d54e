/* SPDX-License-Identifier: MIT */
/* Captures built in memory, field by field, and the frames that come out of them. */
#ifndef TEST_CAPTURE_BUILD_H
#define TEST_CAPTURE_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"

#define OCTETS_MAX 16384

struct octets {
    uint8_t data[OCTETS_MAX];
    size_t length;
    bool little;
    size_t open_block; /* build_begin to build_end */
};

void build_u8(struct octets *o, uint8_t value);
void build_u16(struct octets *o, uint16_t value);
void build_u32(struct octets *o, uint32_t value);
void build_u64(struct octets *o, uint64_t value);
void build_pad(struct octets *o); /* zeros up to a multiple of 4 */

/* Packets consist of octets that differ with their place and their length: check_packet finds any shift. */
void build_pattern(struct octets *o, uint32_t length);
void check_packet(const struct frame *frame, uint32_t length);

#define MAGIC_MICRO     0xa1b2c3d4u
#define MAGIC_NANO      0xa1b23c4du
#define MAGIC_KUZNETZOV 0xa1b2cd34u

void build_classic(struct octets *o, uint32_t magic, uint32_t snaplen, uint32_t link);
void build_record(struct octets *o, uint32_t seconds, uint32_t fraction, uint32_t length,
                  uint32_t wire_length);
void build_packet(struct octets *o, uint32_t seconds, uint32_t fraction,
                  uint32_t length); /* with its pattern */

/* pcapng. Whatever is built between begin and end is the block's body. */
void build_begin(struct octets *o, uint32_t type);
void build_end(struct octets *o);
void build_section(struct octets *o);
void build_interface(struct octets *o, uint16_t link, uint32_t snaplen);
void build_interface_time(struct octets *o, uint16_t link, uint8_t resolution, int64_t offset);
void build_enhanced(struct octets *o, uint32_t interface, uint64_t ticks, uint32_t length);

/* Ethernet or, with ethernet false, raw IP: IPv4 and UDP to this port; vlan 0 means untagged. */
uint32_t build_udp(struct octets *o, bool ethernet, uint16_t vlan, uint16_t port);

/* The same octets as one gzip member. */
void build_gzip(struct octets *to, const struct octets *from);

/* Opens the first `length` octets as a stream; NULL and *error as capture_new. */
struct capture *open_part(const struct octets *o, size_t length, const char *filter,
                          struct capture_error *error);
struct capture *open_octets(const struct octets *o); /* must succeed */

/* Writes a file of its own in the temporary folder; the name is to be unlinked and freed. */
char *write_file(const struct octets *o);

struct frame next_frame(struct capture *cap); /* must be there */
void check_end(struct capture *cap);          /* nothing is left, and nothing was wrong */
void check_cut(struct capture *cap, const char *message);

#endif
