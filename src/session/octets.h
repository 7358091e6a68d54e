/* SPDX-License-Identifier: MIT */
/*
 * Where the octets of each export packet stand, so that they can be looked at again (replay.h): 16 octets of memory a
 * message. Frames of plain files stay there and are only remembered; all others, and what was put together from
 * fragments, go to a spool. Filled by the session while it runs; its readers may be on other threads while it stands.
 */
#ifndef SESSION_OCTETS_H
#define SESSION_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"
#include "datagram/datagram.h"
#include "session/spool.h"

enum octets_keep {
    OCTETS_KEEP_NONE,
    OCTETS_KEEP_FRAGMENTS, /* only what is needed to give all frames of a packet while it is under way */
    OCTETS_KEEP_ALL,
};

enum octets_kind {
    OCTETS_LOST,    /* there was no room */
    OCTETS_IN_FILE, /* a frame in its input */
    OCTETS_SPOOLED, /* a frame */
    OCTETS_WHOLE,   /* struct octets_whole in the spool */
    OCTETS_HEX,     /* those of session_config.hex */
};

/* A frame, or what else the kind says. */
struct octets_place {
    uint64_t at : 48;
    uint64_t check : 16; /* of what stands in front of a frame in its file: octets_check() */
    uint32_t length : 24;
    uint32_t kind : 3;
    uint32_t link : 5; /* octets_link() */
    uint32_t wire_length;
};

/* A fragment's frame, in the spool; the frame follows where that is no place in a file. */
struct octets_fragment {
    struct octets_place place;
    uint64_t packet; /* ledger_packet_number */
    int64_t time;
    uint32_t before; /* messages that came before it, those that were let go included */
};

/* A datagram put together, in the spool; mark_count marks and its octets follow. */
struct octets_whole {
    struct datagram datagram; /* without its octets and marks */
};

struct octets;

struct octets *octets_new(enum octets_keep keep, uint64_t limit);
void octets_free(struct octets *o);

/* Before a frame is taken: what to call it, should it be a fragment (datagrams_mark_frame). */
uint64_t octets_mark(const struct octets *o);

/* A frame that was a fragment, the one that completed a datagram as well: `before` messages came before it. */
void octets_fragment(struct octets *o, const struct frame *frame, uint64_t packet, uint32_t before);

/* The packet of messages from `first` on, as many as `count`; frame NULL: --hex. False: there is no room for it. */
bool octets_packet(struct octets *o, const struct frame *frame, const struct datagram *datagram,
                   uint32_t first, uint32_t count);

/* Lets go of the octets of messages before `first`; those that stay are numbered anew, as in the ledger. */
void octets_forget(struct octets *o, uint32_t first);

/* Reading. NULL: nothing was kept of that message. */
const struct octets_place *octets_place(const struct octets *o, uint32_t message);
const struct datagram *octets_hex(const struct octets *o); /* of --hex */
const struct spool *octets_spool(const struct octets *o);
uint16_t octets_link(const struct octets *o, const struct octets_place *place);
uint32_t octets_forgotten(const struct octets *o); /* messages */
size_t octets_memory(const struct octets *o);
size_t octets_used(const struct octets *o); /* the same without room for more */

/* A number that hardly stays the same where the FRAME_LEAD octets in front of a frame have changed. */
uint16_t octets_check(const uint8_t lead[FRAME_LEAD]);

#endif
