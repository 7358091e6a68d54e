/* SPDX-License-Identifier: MIT */
/*
 * Flows of one key with a pause longer than the tolerance. Exporters keep an idle flow for some minutes and cut a long one
 * at the active timeout: what follows is the same flow, though it may come late. That it went on is told by flowEndReason;
 * by TCP flags: nothing ended it, and nothing begins again; or, where there is neither, by how long flows last.
 */
#include "pair/pieces.h"

#include <stdlib.h>

#define TCP        6
#define FLAG_FIN   0x01
#define FLAG_SYN   0x02
#define FLAG_RST   0x04
#define IDLE       (15 * UINT64_C(1000000000)) /* the usual idle timeout */
#define CUTS_LEAST 3u                          /* by which an active timeout is recognised */
#define REACH                                                                                                \
    10 /* tolerances that a pause may take: with 30 s five minutes, the longest of usual idle timeouts */
#define FAR                                                                                                  \
    120 /* ... of what lasted as long itself, or is said to have gone on: an hour. Flows in between may have been lost */

/* What the flows of a connection say about its ends. */
struct ends {
    bool flags;         /* some flow has any: without, that there is no FIN says nothing */
    bool begins, over;  /* the first life in it, the last one */
    bool told, went_on; /* a flow says why it ended; the last one did so at the active timeout */
    unsigned cuts;      /* flows that another one follows sooner than an idle timeout: cut by an active one */
    uint64_t longest, shortest, last; /* how long flows lasted; the shortest that was cut; the last one */
};

static unsigned flags_of(const struct piece *piece, bool tcp)
{
    return tcp ? piece->flags[0] | piece->flags[1] : 0u;
}

/* By point and side, then by time. */
static int compare_pieces(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    uint32_t p[4] = { x->side, x->direction, x->family, x->row },
             q[4] = { y->side, y->direction, y->family, y->row };
    for (int i = 0; i < 3; i++)
        if (p[i] != q[i])
            return p[i] < q[i] ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return p[3] < q[3] ? -1 : p[3] > q[3];
}

static bool is_cut(const struct piece *piece, const struct piece *next)
{
    return piece->side == next->side && piece->direction == next->direction &&
           piece->family == next->family && next->start > piece->end &&
           (uint64_t)next->start - (uint64_t)piece->end <= IDLE;
}

/* How long flows last, and whether one goes on in the next. */
static void measure(struct ends *ends, struct pieces *pieces)
{
    int64_t end = INT64_MIN;
    qsort(pieces->piece, pieces->count, sizeof *pieces->piece, compare_pieces);
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *p = &pieces->piece[i];
        uint64_t length = (uint64_t)p->end - (uint64_t)p->start;
        if (i + 1 < pieces->count && is_cut(p, p + 1)) {
            ends->cuts++;
            ends->shortest = length < ends->shortest ? length : ends->shortest;
        }
        ends->longest = length > ends->longest ? length : ends->longest;
        if (p->end > end || (p->end == end && length > ends->last))
            ends->last = length;
        end = p->end > end ? p->end : end;
    }
}

static struct ends ends_of(struct pieces *pieces, bool tcp)
{
    struct ends ends = { .shortest = UINT64_MAX };
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
        ends.told |= p->reason != 0;
        ends.went_on &= p->end <= last;
        ends.went_on |= p->end >= last && p->reason == PIECE_ACTIVE_TIMEOUT;
        last = p->end > last ? p->end : last;
    }
    measure(&ends, pieces);
    ends.begins &= first_begin <= first_over;
    ends.over &= last_over >= last_begin;
    return ends;
}

/* Whether a pause is short enough, of what lasted from `since` on; `far`: of what is known to have gone on. */
static bool in_reach(const struct pairs *pairs, int64_t since, const struct conn *before,
                     const struct conn *after, bool far)
{
    uint64_t tolerance = (uint64_t)pairs->tolerance, pause = (uint64_t)after->start - (uint64_t)before->end;
    uint64_t first = (uint64_t)before->end - (uint64_t)since;
    uint64_t second = (uint64_t)after->end - (uint64_t)after->start;
    uint64_t lasted = first > second ? first : second;
    return pause / REACH <= tolerance || (pause / FAR <= tolerance && (far || pause <= lasted));
}

/*
 * Where nobody says why a flow ended: it was cut by the active timeout if several were, all of them about as long as the
 * longest, and so is it.
 */
static bool seems_cut(const struct ends *before, const struct ends *after)
{
    uint64_t longest = before->longest > after->longest ? before->longest : after->longest;
    uint64_t least = longest - longest / 4;
    return before->cuts + after->cuts >= CUTS_LEAST && longest > IDLE && before->shortest >= least &&
           after->shortest >= least && before->last >= least;
}

bool conn_goes_on(const struct pairs *pairs, struct pieces *pieces, const struct flow_store *store,
                  int64_t since, const struct conn *before, const struct conn *after)
{
    bool tcp = key_proto(before->rest) == TCP;
    if (!in_reach(pairs, since, before, after, true))
        return false;
    pieces_load(pieces, pairs, store, before);
    struct ends first = ends_of(pieces, tcp);
    if (first.over || !in_reach(pairs, since, before, after, first.went_on))
        return false;
    pieces_load(pieces, pairs, store, after);
    struct ends second = ends_of(pieces, tcp);
    if (second.begins)
        return false;
    return first.went_on || (first.flags && second.flags) || (!first.told && seems_cut(&first, &second));
}
