/* SPDX-License-Identifier: MIT */
/*
 * One export packet, whole, to be looked at: a copy of its octets, the headers in front of them, its messages, sets and
 * diagnostics. Once loaded nothing of it depends on the session but templates and who sent it, which stay.
 *
 *     struct packet packet = { 0 };
 *     if (packet_load(&packet, replay, run, message))
 *         ...packet.octets, packet.set[0].set...
 *     else
 *         ...packet.reason...
 *     packet_release(&packet);
 */
#ifndef VIEW_TUI_PACKET_PACKET_H
#define VIEW_TUI_PACKET_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "datagram/anatomy.h"
#include "nfdec/decoder.h"
#include "session/replay.h"
#include "session/session.h"
#include "view/tui/packet/problems.h"

#define PACKET_NONE UINT32_MAX

struct packet_set {
    struct nfdec_set set; /* .data is in packet.octets */
    uint64_t first_row;   /* LEDGER_NO_ROW: none */
    uint32_t ledger;      /* its number there */
    bool tried;           /* read with a template that was not announced for it: packet_try() */
};

struct packet {
    uint64_t number;
    int64_t time;
    const char *reason; /* why there is nothing; NULL: it is here */
    uint8_t *octets;    /* of the frame; of the datagram alone where `framed` is false */
    uint32_t length, wire_length;
    bool framed;
    bool reassembled; /* from fragments: the octets are those of the datagram */
    struct anatomy anatomy;
    uint32_t payload;         /* where the datagram begins in the octets */
    struct datagram datagram; /* .data is in the octets */
    uint32_t first_message;   /* in the ledger */
    uint32_t message_count, set_count, diagnostic_count;
    struct nfdec_message *message;
    uint32_t *message_sets; /* by message: its first set, and one more for the end */
    struct packet_set *set;
    struct nfdec_diagnostic *diagnostic; /* by offset */
    size_t room;                         /* private, as capacities below */
};

void packet_release(struct packet *packet);

/* The packet that a message of the ledger came in. */
bool packet_load(struct packet *packet, struct replay *replay, const struct session *run,
                 const struct problems *problems, uint32_t message);

/* The set that a flow of the store was in; PACKET_NONE: it is not of this packet. */
uint32_t packet_set_of_row(const struct packet *packet, uint64_t row);

/*
 * Reads a set without a template by one that another exporter or domain announced under the same id: the next that fits
 * behind `after` (NULL: the first). NULL: there is none (any more), and the set is as it was.
 */
const struct nfdec_template *packet_try(struct packet *packet, const struct nfdec *decoder, uint32_t set,
                                        const struct nfdec_template *after);

/* Whether a template would read all of a set, up to padding. */
bool packet_fits(const struct nfdec_template *template, const struct nfdec_set *set);

#endif
