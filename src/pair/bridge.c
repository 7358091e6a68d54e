/* SPDX-License-Identifier: MIT */
/*
 * Flows of one key with a pause longer than the tolerance. Exporters keep an idle flow for some minutes and cut a long one
 * at the active timeout: what follows is the same flow, though it may come late. That it went on is told by flowEndReason,
 * or by TCP flags: nothing ended it, and nothing begins again.
 */
#include "pair/pieces.h"

#define TCP      6
#define FLAG_FIN 0x01
#define FLAG_SYN 0x02
#define FLAG_RST 0x04
#define REACH                                                                                                \
    10 /* tolerances that a pause may take: with 30 s five minutes, the longest of usual idle timeouts */

/* What the flows of a connection say about its ends. */
struct ends {
    bool flags;        /* some flow has any: without, that there is no FIN says nothing */
    bool begins, over; /* the first life in it, the last one */
    bool went_on;      /* the last flow ended at the active timeout */
};

static unsigned flags_of(const struct piece *piece, bool tcp)
{
    return tcp ? piece->flags[0] | piece->flags[1] : 0u;
}

static struct ends ends_of(const struct pieces *pieces, bool tcp)
{
    struct ends ends = { .flags = false };
    int64_t first_begin = INT64_MAX, last_begin = INT64_MIN, first_over = INT64_MAX, last_over = INT64_MIN;
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *p = &pieces->piece[i];
        unsigned flags = flags_of(p, tcp);
        ends.flags |= flags != 0;
        if (flags & FLAG_SYN || p->event == PIECE_CREATED) {
            ends.begins = true;
            first_begin = p->start < first_begin ? p->start : first_begin;
            last_begin = p->start > last_begin ? p->start : last_begin;
        }
        if (flags & (FLAG_FIN | FLAG_RST) || p->event == PIECE_DELETED) {
            ends.over = true;
            first_over = p->end < first_over ? p->end : first_over;
            last_over = p->end > last_over ? p->end : last_over;
        }
        ends.went_on &= p->end <= last;
        ends.went_on |= p->end >= last && p->reason == PIECE_ACTIVE_TIMEOUT;
        last = p->end > last ? p->end : last;
    }
    ends.begins &= first_begin <= first_over;
    ends.over &= last_over >= last_begin;
    return ends;
}

bool conn_goes_on(const struct pairs *pairs, struct pieces *pieces, const struct flow_store *store,
                  const struct conn *before, const struct conn *after)
{
    bool tcp = key_proto(before->rest) == TCP;
    uint64_t pause = (uint64_t)after->start - (uint64_t)before->end;
    if (pause / REACH > (uint64_t)pairs->tolerance)
        return false;
    pieces_load(pieces, pairs, store, before);
    struct ends first = ends_of(pieces, tcp);
    if (first.over || (!first.went_on && !first.flags))
        return false;
    pieces_load(pieces, pairs, store, after);
    struct ends second = ends_of(pieces, tcp);
    return !second.begins && (first.went_on || second.flags);
}
