/* SPDX-License-Identifier: MIT */
/*
 * How a frame is walked: each layer reads its header from the walk's cursor and returns the layer that
 * follows, until one ends the walk. Only for the files of this folder.
 */
#ifndef DATAGRAM_LAYER_H
#define DATAGRAM_LAYER_H

#include <stdint.h>

#include "base/cursor.h"
#include "datagram/datagram.h"
#include "datagram/fragment.h"

enum layer {
    LAYER_END, /* the walk is over; out->reason says how */
    LAYER_ETHERNET,
    LAYER_LLC,
    LAYER_VLAN,
    LAYER_MPLS,
    LAYER_PPPOE,
    LAYER_PPP,
    LAYER_SERIAL, /* PPP in HDLC-like framing, or Cisco HDLC */
    LAYER_HDLC,
    LAYER_NULL,
    LAYER_SLL,
    LAYER_SLL2,
    LAYER_RAW, /* IPv4 or IPv6, by the version in the header */
    LAYER_IPV4,
    LAYER_IPV6,
    LAYER_EXTENSION,
    LAYER_AUTHENTICATION,
    LAYER_FRAGMENT,
    LAYER_GRE,
    LAYER_UDP,
    LAYER_VXLAN,
    LAYER_GENEVE,
    LAYERS
};

/*
 * Where a walk stands. wire_end is where the innermost length that is known says that the data ends, in
 * octets of c.data; c.length, what was captured of that, is never more: a trailer is out of reach.
 */
struct walk {
    struct cursor c;
    size_t wire_end;
    struct fragments *fragments; /* NULL: a fragment ends the walk */
    int64_t time;
    struct datagram *out; /* reason is kept at what it would be if nothing more is understood */
};

static inline enum layer walk_stop(struct walk *w, enum datagram_reason reason)
{
    w->out->reason = reason;
    return LAYER_END;
}

/* One layer; not for LAYER_END. (walk.c) */
enum layer walk_step(struct walk *w, enum layer layer);

#define LAYERS_MOST 32 /* headers of a frame */

/* A header did not fit into what was captured: because of the capture, or because nothing more was sent. */
static inline enum layer walk_short(struct walk *w)
{
    return walk_stop(w, w->c.length < w->wire_end ? DATAGRAM_CUT : DATAGRAM_MALFORMED);
}

/* A length says that the data ends at `end`, which is not before the cursor. */
static inline void walk_limit(struct walk *w, size_t end)
{
    w->wire_end = end;
    if (w->c.length > end)
        w->c.length = end;
}

/* UDP ports behind which a tunnel may begin. */
enum { PORT_VXLAN = 4789, PORT_GENEVE = 6081 };

enum layer layer_of_link(uint16_t link);           /* LAYER_END: not known */
enum layer layer_of_ethertype(uint16_t ethertype); /* LAYER_END: nothing that leads to IP */

enum layer layer_ethernet(struct walk *w);
enum layer layer_llc(struct walk *w);
enum layer layer_vlan(struct walk *w);
enum layer layer_mpls(struct walk *w);
enum layer layer_pppoe(struct walk *w);
enum layer layer_ppp(struct walk *w);
enum layer layer_serial(struct walk *w);
enum layer layer_hdlc(struct walk *w);
enum layer layer_null(struct walk *w);
enum layer layer_sll(struct walk *w);
enum layer layer_sll2(struct walk *w);
enum layer layer_raw(struct walk *w);
enum layer layer_ipv4(struct walk *w);
enum layer layer_ipv6(struct walk *w);
enum layer layer_extension(struct walk *w);
enum layer layer_authentication(struct walk *w);
enum layer layer_fragment(struct walk *w);
enum layer layer_gre(struct walk *w);
enum layer layer_udp(struct walk *w);
enum layer layer_vxlan(struct walk *w);
enum layer layer_geneve(struct walk *w);

#endif
