/* SPDX-License-Identifier: MIT */
/*
 * Reassembly of fragmented IPv4 and IPv6 datagrams, in any order of arrival.
 *
 * A datagram is known by addresses, protocol, identification and VLAN. It is complete once its fragments
 * cover it as they were on the wire; what the capture cut off is missing from the end of what comes out. A
 * fragment that comes twice does no harm. One that contradicts another drops the whole datagram, and so does
 * any partial overlap in IPv6 (RFC 5722); later fragments of a dropped datagram are dropped too until it
 * expires.
 *
 * Owner: struct datagrams embeds this; fragments_release() when done. Memory of finished datagrams is kept
 * for the next ones, all of it within max_octets.
 */
#ifndef DATAGRAM_FRAGMENT_H
#define DATAGRAM_FRAGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "datagram/datagram.h"

struct fragment_key {
    struct addr src, dst;
    uint32_t id;
    uint16_t vlan;
    uint8_t protocol; /* 44 for all of IPv6, whose fragments may differ in it (RFC 8200, 4.5) */
};

struct fragment {
    struct fragment_key key;
    const uint8_t *data;
    uint32_t length;       /* captured */
    uint32_t wire_length;  /* sent, at least length */
    uint32_t offset;       /* octets, a multiple of 8 */
    bool more;             /* not the last one */
    uint8_t next;          /* protocol of what is fragmented; that of offset 0 counts */
    const uint64_t *marks; /* of the frames it came in; one, or several of a fragmented tunnel */
    uint32_t mark_count;
};

/* A complete datagram. */
struct fragment_whole {
    const uint8_t *data; /* valid until the next fragments_tick */
    uint32_t length, wire_length;
    uint8_t next;
    const uint64_t *marks; /* of the frames that brought something new */
    uint32_t mark_count;
};

struct fragment_entry;

struct fragments {
    struct datagrams_config limits;
    struct datagrams_counters *counters; /* borrowed: reassembled, expired, incomplete */
    struct fragment_entry **buckets;     /* allocated with the first fragment */
    size_t mask;
    struct fragment_entry *oldest, *newest; /* in order of arrival */
    struct fragment_entry *done;            /* given out, recycled by fragments_tick */
    struct fragment_entry *free;
    uint64_t frame; /* name of the frame under way */
    uint64_t mark;  /* of the frame under way; 0: none is wanted */
    size_t octets;  /* of all buffers, those of free entries included */
    uint32_t count; /* entries between oldest and newest */
};

void fragments_init(struct fragments *fr, const struct datagrams_config *limits,
                    struct datagrams_counters *counters);
void fragments_release(struct fragments *fr);

/* Takes back what was given out, and gives up what has waited too long at the capture time `now`. */
void fragments_tick(struct fragments *fr, int64_t now);

/* Gives up all that waits. */
void fragments_finish(struct fragments *fr);

/* DATAGRAM_OK and *whole when the fragment completes its datagram, else why there is none (yet). */
enum datagram_reason fragments_add(struct fragments *fr, const struct fragment *f, int64_t now,
                                   struct fragment_whole *whole);

#endif
