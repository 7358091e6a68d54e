/* SPDX-License-Identifier: MIT */
/*
 * From a frame to a UDP payload: link layer, tags and tunnels, IPv4 and IPv6, fragments, UDP.
 *
 * Link layers (LINKTYPE_ numbers): Ethernet (1) with any number of VLAN tags (802.1Q, 802.1ad, old QinQ ids),
 * MPLS, PPPoE, PPP (9, 50, 51), raw IP (12, 101, 228, 229), null and loop (0, 108; both byte orders of the
 * family), Linux cooked v1 (113) and v2 (276), Cisco HDLC (104).
 * Tunnels: GRE (keys, checksums, sequence numbers, routing; Ethernet, PPP, MPLS, IP and ERSPAN inside), VXLAN
 * (UDP port 4789), Geneve (6081), IP in IP, 6in4, MPLS in IP. Depth is limited (DATAGRAM_TOO_DEEP).
 *
 * A UDP payload inside a tunnel is found only where the outer one is no payload of interest: VXLAN and Geneve
 * are recognised by port and header. Addresses and ports are the innermost, the VLAN is the outermost.
 *
 *     struct datagrams *dg = datagrams_new(NULL);
 *     if (datagrams_take(dg, &input, &out)) ...out.data, out.length...
 *     else count(out.reason)
 */
#ifndef DATAGRAM_DATAGRAM_H
#define DATAGRAM_DATAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

/* Why a frame gave no datagram; DATAGRAM_OK where it did. Texts: datagram_reason_text(). */
enum datagram_reason {
    DATAGRAM_OK,
    DATAGRAM_LINK_UNKNOWN, /* link type not supported */
    DATAGRAM_NOT_IP,       /* ARP, LLDP, ... */
    DATAGRAM_NOT_UDP,
    DATAGRAM_FRAGMENT,       /* a piece; the datagram comes with the piece that completes it */
    DATAGRAM_FRAGMENT_BAD,   /* overlaps or reaches beyond 64 KiB: the whole datagram is dropped */
    DATAGRAM_FRAGMENT_LIMIT, /* dropped because too much waits already */
    DATAGRAM_CUT,            /* a header is not wholly captured */
    DATAGRAM_MALFORMED,      /* lengths contradict each other */
    DATAGRAM_TOO_DEEP,       /* too many tags or tunnels */
    DATAGRAM_REASONS
};

struct datagram {
    const uint8_t *data;  /* payload; valid until the next datagrams_take */
    uint32_t length;      /* octets there: may be less than wire_length where the capture cut the frame */
    uint32_t wire_length; /* octets of payload that were sent */
    uint32_t announced;   /* what the UDP header says where that is more than was sent; else 0 */
    struct addr src, dst;
    uint16_t sport, dport;
    uint16_t vlan; /* outermost VLAN id, 0 where untagged */
    bool reassembled;
    enum datagram_reason reason;
    uint32_t mark_count;   /* of a reassembled one: the frames it came in, the last one last, ... */
    const uint64_t *marks; /* ... by datagrams_mark_frame(); valid as data */
};

/* A datagram of which fragments are missing, or contradict each other. */
struct datagram_lost {
    uint64_t frame;           /* datagrams_name_frame() of the fragment that came first */
    uint32_t octets;          /* of payload that came */
    struct datagram datagram; /* what there is without a gap from its beginning on, until the call returns */
};

/* Limits on reassembly; zero means the default in brackets. */
struct datagrams_config {
    size_t max_octets;      /* all waiting fragments together [16 MiB] */
    uint32_t max_datagrams; /* incomplete datagrams [4096] */
    int64_t expiry;         /* ns of capture time that an incomplete datagram may wait [30 s] */
    /* told of each UDP datagram that is given up and whose first fragment came [none] */
    void (*lost)(void *user, const struct datagram_lost *lost);
    void *user;
};

struct datagrams_counters {
    uint64_t reason[DATAGRAM_REASONS];
    uint64_t reassembled; /* datagrams */
    uint64_t expired;     /* incomplete datagrams given up: too old, the oldest at a limit, or at the end */
    uint64_t incomplete;  /* waiting now */
};

struct datagrams;

struct datagrams *datagrams_new(const struct datagrams_config *config);
void datagrams_free(struct datagrams *dg);

/* `octets` are borrowed until the next call. wire_length >= length. Returns whether *out is a datagram. */
bool datagrams_take(struct datagrams *dg, const uint8_t *octets, uint32_t length, uint32_t wire_length,
                    uint16_t link, int64_t time, struct datagram *out);

/*
 * What datagrams_take() makes of a frame of the plainest kind, by itself: untagged Ethernet, IPv4, UDP, whole. False: it
 * is none, or more than that.
 */
bool datagram_plain(const uint8_t *octets, uint32_t length, uint16_t link, struct datagram *out);

/* The caller's name for the frame that is taken next; see struct datagram_lost. */
void datagrams_name_frame(struct datagrams *dg, uint64_t name);

/* A number other than 0 by which the caller knows the frame that is taken next again, if it is a fragment. */
void datagrams_mark_frame(struct datagrams *dg, uint64_t mark);

/* No more frames: incomplete datagrams are given up. */
void datagrams_finish(struct datagrams *dg);

const struct datagrams_counters *datagrams_counters(const struct datagrams *dg);
const char *datagram_reason_text(enum datagram_reason reason);

#endif
