/* SPDX-License-Identifier: MIT */
/*
 * The flows of a connection with all that is said about them, for the few connections that have to be looked at
 * closely: those with several flows of a direction, of several observation points, or told of by events. Private to
 * src/pair.
 *
 *     struct pieces pieces = { .count = 0 };
 *     pieces_load(&pieces, pairs, store, conn);
 *     for (size_t i = 0; i < pieces.count; i++)
 *         ...pieces.piece[i]...
 *     pieces_release(&pieces);
 */
#ifndef PAIR_PIECES_H
#define PAIR_PIECES_H

#include "pair/pairs.h"

/* How far the clocks of two exporters may differ for what is the same packet: a header's clock counts seconds. */
#define PIECES_SLACK INT64_C(1000000000)

/* Values of firewallEvent and flowEndReason. */
enum piece_event {
    PIECE_CREATED = 1,
    PIECE_DELETED = 2,
    PIECE_DENIED = 3,
    PIECE_ALERT = 4,
    PIECE_UPDATED = 5
};
enum piece_reason { PIECE_ACTIVE_TIMEOUT = 2 };

/* Sides: 0 is the lower endpoint, 1 the higher. */
struct piece {
    int64_t start, end;            /* in order */
    uint64_t bytes[2], packets[2]; /* sent by each side */
    uint32_t row;
    uint32_t session, family; /* of nfdec_session */
    uint32_t input, output;
    uint32_t life; /* lives.c */
    uint16_t flags[2];
    uint8_t side; /* which sent the flow; a record of both directions: 0 */
    uint8_t direction, event, reason, tos;
    bool both;     /* carries both directions */
    bool began_hi; /* ... and the higher endpoint began */
    bool duplicate;
};

struct pieces {
    struct piece *piece;
    size_t count, capacity;
};

void pieces_release(struct pieces *pieces);

/* In store order. */
void pieces_load(struct pieces *pieces, const struct pairs *pairs, const struct flow_store *store,
                 const struct conn *conn);

/* What a piece is as a connection of its own, with the key and the nature of `conn`. */
struct conn piece_conn(const struct piece *piece, const struct conn *conn);

/* Whether two moments are the same but for the clocks. */
static inline bool piece_at_once(int64_t a, int64_t b)
{
    uint64_t distance = a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
    return distance <= (uint64_t)PIECES_SLACK;
}

static inline bool piece_counts_same(const struct piece *a, const struct piece *b)
{
    return a->bytes[0] == b->bytes[0] && a->bytes[1] == b->bytes[1] && a->packets[0] == b->packets[0] &&
           a->packets[1] == b->packets[1];
}

/*
 * Numbers the lives of a connection's pieces: the same ports may be used again at once by another connection, which a
 * SYN after FIN or RST, or a firewall's events tell. Puts the pieces of a life together, lives and pieces in order of
 * rows; returns how many lives there are.
 */
uint32_t pieces_lives(struct pieces *pieces, bool tcp);

/* Marks the duplicates among pieces of one life, and changes their order. */
void pieces_duplicates(struct piece *piece, size_t count);

/*
 * Whether a connection goes on in another one of its key that begins after it ended: what was exported last went on, or no
 * flag ended it, and none begins another one. All of it that has been joined so far began at `since`.
 */
bool conn_goes_on(const struct pairs *pairs, struct pieces *pieces, const struct flow_store *store,
                  int64_t since, const struct conn *before, const struct conn *after);

/*
 * Joins, of connections that differ in nothing but scope and who asked, those that are one and the same seen in several VLANs
 * or VRFs. Changes the order in which they are given; those that are gone stay among them.
 */
void twins_join(struct pairs *pairs, struct pieces *pieces, const struct flow_store *store, uint32_t *conn,
                size_t count);

#endif
