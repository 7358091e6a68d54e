/* SPDX-License-Identifier: MIT */
#include "capture/pcapng.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cursor.h"

/* Block types and options, draft-ietf-opsawg-pcapng sections 4 and 10. */
#define BLOCK_SECTION   0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_OBSOLETE  2u
#define BLOCK_SIMPLE    3u
#define BLOCK_ENHANCED  6u
#define OPTION_END      0
#define OPTION_TSRESOL  9
#define OPTION_TSOFFSET 14

#define BYTE_ORDER_MAGIC 0x1a2b3c4du

#define BLOCK_HEAD     8u          /* type, length */
#define BLOCK_MIN      12u         /* type, length, length again */
#define BLOCK_MAX      (16u << 20) /* longer ones are taken for damage */
#define INTERFACES_MAX 65536u      /* a section */

struct interface {
    uint32_t snaplen; /* 0: no limit */
    uint16_t link;
    uint8_t resolution; /* if_tsresol as in the file */
    int64_t offset;     /* seconds */
};

struct pcapng {
    struct window *window;
    bool swapped; /* the section is little-endian */
    struct interface *interfaces;
    size_t interface_count, interface_room;
};

struct block {
    uint32_t type;
    struct cursor body;
};

static uint16_t take_u16(const struct pcapng *ng, struct cursor *c)
{
    uint16_t value = cursor_u16(c);
    return ng->swapped ? __builtin_bswap16(value) : value;
}

static uint32_t take_u32(const struct pcapng *ng, struct cursor *c)
{
    uint32_t value = cursor_u32(c);
    return ng->swapped ? __builtin_bswap32(value) : value;
}

static uint64_t take_u64(const struct pcapng *ng, struct cursor *c)
{
    uint64_t value = cursor_u64(c);
    return ng->swapped ? __builtin_bswap64(value) : value;
}

static bool pcapng_recognises(const uint8_t *head)
{
    return be32(head) == BLOCK_SECTION;
}

/* The first n octets of the next block. Less is there: at the end of the file where none is, else cut short. */
static const uint8_t *need(struct pcapng *ng, size_t n, struct trouble *trouble)
{
    const uint8_t *octets = window_need(ng->window, n);
    size_t left = window_left(ng->window);
    if (!octets && left > 0)
        trouble_set(trouble, TROUBLE_CUT, "%zu of %zu octets of the next block%s", left, n,
                    n > BLOCK_HEAD ? "" : "'s header");
    return octets;
}

/* A section header says by itself which byte order it and all behind it are in. */
static bool find_byte_order(struct pcapng *ng, struct trouble *trouble)
{
    const uint8_t *octets = need(ng, BLOCK_HEAD + 4, trouble);
    if (!octets)
        return false;
    uint32_t magic = be32(octets + BLOCK_HEAD);
    ng->swapped = magic == __builtin_bswap32(BYTE_ORDER_MAGIC);
    if (ng->swapped || magic == BYTE_ORDER_MAGIC)
        return true;
    trouble_set(trouble, TROUBLE_DAMAGED, "a section header without its byte order mark");
    return false;
}

/* False at the end of the file and, with *trouble set, where the file is cut or damaged. */
static bool next_block(struct pcapng *ng, struct block *block, struct trouble *trouble)
{
    const uint8_t *octets = need(ng, BLOCK_HEAD, trouble);
    if (!octets || (be32(octets) == BLOCK_SECTION && !find_byte_order(ng, trouble)))
        return false;
    struct cursor head = cursor_of(ng->window->at, BLOCK_HEAD);
    block->type = take_u32(ng, &head);
    uint32_t length = take_u32(ng, &head);
    if (length < BLOCK_MIN || length > BLOCK_MAX || length % 4) {
        trouble_set(trouble, TROUBLE_DAMAGED, "a block that claims %u octets", length);
        return false;
    }
    octets = need(ng, length, trouble);
    if (!octets)
        return false;
    struct cursor tail = cursor_of(octets + length - 4, 4);
    uint32_t again = take_u32(ng, &tail);
    if (again != length) {
        trouble_set(trouble, TROUBLE_DAMAGED, "a block of %u octets that ends with the length %u", length,
                    again);
        return false;
    }
    block->body = cursor_of(octets + BLOCK_HEAD, length - BLOCK_MIN);
    window_skip(ng->window, length);
    return true;
}

static bool take_section(struct pcapng *ng, struct cursor *body, struct trouble *trouble)
{
    cursor_skip(body, 4); /* byte order mark: find_byte_order */
    uint16_t major = take_u16(ng, body), minor = take_u16(ng, body);
    if (cursor_failed(body) || major != 1) {
        trouble_set(trouble, TROUBLE_DAMAGED, "a section of pcapng version %u.%u, which is not known", major,
                    minor);
        return false;
    }
    ng->interface_count = 0;
    return true;
}

static void take_options(const struct pcapng *ng, struct cursor *options, struct interface *interface)
{
    while (cursor_left(options) >= 4) {
        uint16_t code = take_u16(ng, options), length = take_u16(ng, options);
        struct cursor value = cursor_sub(options, length);
        if (code == OPTION_END || cursor_failed(&value))
            return;
        if (code == OPTION_TSRESOL && length == 1)
            interface->resolution = cursor_u8(&value);
        else if (code == OPTION_TSOFFSET && length == 8)
            interface->offset = (int64_t)take_u64(ng, &value);
        cursor_skip(options, -(size_t)length & 3);
    }
}

static bool take_interface(struct pcapng *ng, struct cursor *body, struct trouble *trouble)
{
    struct interface interface = { .resolution = 6, .link = take_u16(ng, body) };
    cursor_skip(body, 2); /* reserved */
    interface.snaplen = take_u32(ng, body);
    if (cursor_failed(body)) {
        trouble_set(trouble, TROUBLE_DAMAGED, "an interface block that is too short");
        return false;
    }
    if (ng->interface_count == INTERFACES_MAX) {
        trouble_set(trouble, TROUBLE_DAMAGED, "more than %u interfaces", INTERFACES_MAX);
        return false;
    }
    take_options(ng, body, &interface);
    ng->interfaces = alloc_grow(ng->interfaces, ng->interface_count, &ng->interface_room, sizeof interface);
    ng->interfaces[ng->interface_count++] = interface;
    return true;
}

static uint64_t power_of_ten(unsigned n)
{
    uint64_t power = 1;
    while (n--)
        power *= 10;
    return power;
}

/* ticks of 2^-n seconds as nanoseconds, rounded down, without losing bits in between; false: too many */
static bool binary_ticks(uint64_t ticks, unsigned n, uint64_t *ns)
{
    uint64_t seconds = n < 64 ? ticks >> n : 0;
    uint64_t fraction = n < 64 ? ticks & ((UINT64_C(1) << n) - 1) : ticks;
    uint64_t low = (fraction & UINT32_MAX) * 1000000000;
    uint64_t high = (fraction >> 32) * 1000000000 + (low >> 32); /* fraction * 10^9 / 2^32 */
    if (n <= 32)
        fraction = low >> n; /* then fraction < 2^32, and low is all of the product */
    else
        fraction = n - 32 < 64 ? high >> (n - 32) : 0;
    return !__builtin_mul_overflow(seconds, UINT64_C(1000000000), ns) &&
           !__builtin_add_overflow(*ns, fraction, ns);
}

/* Nanoseconds since 1970; 0 (no time) where that cannot be expressed. */
static int64_t absolute_time(uint64_t ticks, const struct interface *interface)
{
    unsigned n = interface->resolution & 0x7f;
    uint64_t ns = 0;
    bool fits = true;
    if (interface->resolution & 0x80)
        fits = binary_ticks(ticks, n, &ns);
    else if (n <= 9)
        fits = !__builtin_mul_overflow(ticks, power_of_ten(9 - n), &ns);
    else if (n - 9 <= 19) /* 10^19 is the last that 64 bits hold */
        ns = ticks / power_of_ten(n - 9);
    int64_t offset, time;
    if (!fits || __builtin_mul_overflow(interface->offset, INT64_C(1000000000), &offset) ||
        __builtin_add_overflow(ns, offset, &time))
        return 0;
    return time;
}

/* Enhanced packets and, with `short_id`, the obsolete ones, which have a drop counter in half of the id. */
static bool take_packet(struct pcapng *ng, struct cursor *body, bool short_id, struct frame *frame,
                        struct trouble *trouble)
{
    uint32_t id;
    if (short_id) {
        id = take_u16(ng, body);
        cursor_skip(body, 2);
    } else {
        id = take_u32(ng, body);
    }
    uint64_t ticks = (uint64_t)take_u32(ng, body) << 32;
    ticks |= take_u32(ng, body);
    frame->length = take_u32(ng, body);
    frame->wire_length = take_u32(ng, body);
    size_t left = cursor_left(body);
    frame->data = cursor_take(body, frame->length);
    if (cursor_failed(body)) {
        trouble_set(trouble, TROUBLE_DAMAGED, "a packet that claims %u octets in a block with room for %zu",
                    frame->length, left);
        return false;
    }
    if (id >= ng->interface_count) {
        trouble_set(trouble, TROUBLE_DAMAGED, "a packet of interface %u, which is not described", id);
        return false;
    }
    frame->link = ng->interfaces[id].link;
    frame->time = absolute_time(ticks, &ng->interfaces[id]);
    return true;
}

/* Simple packets have no time, and their length follows from the first interface's limit. */
static bool take_simple(struct pcapng *ng, struct cursor *body, struct frame *frame, struct trouble *trouble)
{
    frame->wire_length = take_u32(ng, body);
    if (cursor_failed(body) || ng->interface_count == 0) {
        trouble_set(trouble, TROUBLE_DAMAGED, "a packet without an interface");
        return false;
    }
    uint32_t snaplen = ng->interfaces[0].snaplen;
    frame->length = snaplen && snaplen < frame->wire_length ? snaplen : frame->wire_length;
    size_t left = cursor_left(body);
    if (frame->length > left)
        frame->length = (uint32_t)left;
    frame->data = cursor_take(body, frame->length);
    frame->link = ng->interfaces[0].link;
    frame->time = 0;
    return true;
}

static bool pcapng_next(void *reader, struct frame *frame, struct trouble *trouble)
{
    struct pcapng *ng = reader;
    struct block block;
    while (next_block(ng, &block, trouble)) {
        switch (block.type) {
        case BLOCK_SECTION:
            if (!take_section(ng, &block.body, trouble))
                return false;
            break;
        case BLOCK_INTERFACE:
            if (!take_interface(ng, &block.body, trouble))
                return false;
            break;
        case BLOCK_ENHANCED:
        case BLOCK_OBSOLETE:
            if (!take_packet(ng, &block.body, block.type == BLOCK_OBSOLETE, frame, trouble))
                return false;
            frame->offset = window_offset(ng->window, frame->data);
            return true;
        case BLOCK_SIMPLE:
            if (!take_simple(ng, &block.body, frame, trouble))
                return false;
            frame->offset = window_offset(ng->window, frame->data);
            return true;
        default:
            break;
        }
    }
    return false;
}

static void pcapng_close(void *reader)
{
    struct pcapng *ng = reader;
    free(ng->interfaces);
    free(ng);
}

static void *pcapng_open(struct window *window, struct trouble *trouble)
{
    struct pcapng *ng = alloc_new(sizeof *ng);
    ng->window = window;
    struct block block;
    if (!next_block(ng, &block, trouble) || !take_section(ng, &block.body, trouble)) {
        pcapng_close(ng);
        return NULL;
    }
    return ng;
}

const struct reader_ops pcapng_reader = {
    .in_place = true,
    .recognises = pcapng_recognises,
    .open = pcapng_open,
    .next = pcapng_next,
    .close = pcapng_close,
};
