/* SPDX-License-Identifier: MIT */
#include "pair/pieces.h"

#include <stdlib.h>

#include "base/alloc.h"

void pieces_release(struct pieces *pieces)
{
    free(pieces->piece);
}

static struct piece read_piece(const struct pairs *pairs, const struct flow_row *row, uint32_t number)
{
    const uint64_t *v = row->value;
    bool swapped, reversed = key_row_reversed(row, &swapped);
    int source = reversed != swapped;
    int64_t start = (int64_t)v[NFDEC_COL_START], end = (int64_t)v[NFDEC_COL_END];
    struct piece piece = {
        .start = start < end ? start : end,
        .end = start < end ? end : start,
        .row = number,
        .session = (uint32_t)v[NFDEC_COL_SESSION],
        .input = (uint32_t)v[NFDEC_COL_INPUT],
        .output = (uint32_t)v[NFDEC_COL_OUTPUT],
        .side = reversed,
        .direction = (uint8_t)v[NFDEC_COL_DIRECTION],
        .event = (uint8_t)v[NFDEC_COL_EVENT],
        .reason = (uint8_t)v[NFDEC_COL_END_REASON],
        .tos = (uint8_t)v[NFDEC_COL_TOS],
        .both = !swapped && (v[NFDEC_COL_REVERSE_BYTES] || v[NFDEC_COL_REVERSE_PACKETS]),
    };
    piece.began_hi = piece.both && conn_began_hi(v[NFDEC_COL_BIFLOW], source);
    piece.family = pairs_family(pairs, piece.session);
    piece.bytes[source] = v[NFDEC_COL_BYTES];
    piece.bytes[!source] = v[NFDEC_COL_REVERSE_BYTES];
    piece.packets[source] = v[NFDEC_COL_PACKETS];
    piece.packets[!source] = v[NFDEC_COL_REVERSE_PACKETS];
    piece.flags[source] = (uint16_t)v[NFDEC_COL_TCP_FLAGS];
    piece.flags[!source] = (uint16_t)v[NFDEC_COL_REVERSE_FLAGS];
    return piece;
}

void pieces_load(struct pieces *pieces, const struct pairs *pairs, const struct flow_store *store,
                 const struct conn *conn)
{
    struct flow_row row;
    pieces->count = 0;
    for (uint32_t r = conn->first_row; r != PAIR_NONE; r = pairs_next_row(pairs, r)) {
        pieces->piece = alloc_grow(pieces->piece, pieces->count, &pieces->capacity, sizeof *pieces->piece);
        flow_store_row(store, r, &row);
        pieces->piece[pieces->count++] = read_piece(pairs, &row, r);
    }
}

struct conn piece_conn(const struct piece *piece, const struct conn *conn)
{
    unsigned bits = conn->bits & CONN_NATURE;
    bits |= (piece->both ? CONN_BIFLOW : 0u) | (piece->event ? CONN_EVENT : 0u);
    bits |= piece->began_hi ? CONN_BEGAN_HI : 0u;
    unsigned sides = piece->side ? CONN_FLOWS_HI | CONN_FIRST_HI : CONN_FLOWS_LO | CONN_FIRST_LO;
    return (struct conn) {
        .ends = conn->ends,
        .rest = conn->rest,
        .start = piece->start,
        .end = piece->end,
        .bytes = { piece->bytes[0], piece->bytes[1] },
        .first_row = piece->row,
        .last_row = piece->row,
        .session = piece->session,
        .bits = (uint16_t)bits,
        .direction = piece->direction,
        .sides = (uint8_t)(sides | conn_flags(piece->flags[0], piece->flags[1])),
    };
}
