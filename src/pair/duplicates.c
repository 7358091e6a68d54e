/* SPDX-License-Identifier: MIT */
/*
 * What is told twice: a flow seen at several observation points (by two exporters, or at ingress and at egress of one),
 * a record that came again, a firewall's totals. Of each direction the point that saw most counts, and of the other
 * points what it did not see: flows of theirs that lie in the time of counted ones are duplicates. So it does not matter
 * where a point cuts a long flow, and what was lost of one point is taken from another.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "pair/pieces.h"

#define TRACKS_MOST 8u /* of one direction, against which flows of other points are held */
#define SECOND      INT64_C(1000000000)
#define HOLE_MOST   (15 * UINT64_C(1000000000)) /* the usual idle timeout: nothing longer is within one flow */
#define SKEW_MOST   (30 * SECOND) /* between clocks that are wrong: further off it is another connection, too */
#define LOOK_MOST   64u           /* flows of another point that start with a flow and are compared with it */

struct span {
    int64_t start, end;
};

/* The flows of one direction that an observation point tells of, by start. */
struct track {
    struct piece *piece;
    size_t count;
    uint64_t bytes;
    bool fine;               /* its times are finer than seconds */
    const struct span *span; /* times of those that count, apart from each other */
    size_t spans;
};

static int compare_times(const struct piece *x, const struct piece *y)
{
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static int compare_points(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->side != y->side)
        return x->side < y->side ? -1 : 1;
    if (x->session != y->session)
        return x->session < y->session ? -1 : 1;
    if (x->direction != y->direction)
        return x->direction < y->direction ? -1 : 1;
    return compare_times(x, y);
}

static bool same_point(const struct piece *a, const struct piece *b)
{
    return a->side == b->side && a->session == b->session && a->direction == b->direction;
}

/* The point that saw most first; of equals the one that saw it earlier. */
static int compare_tracks(const void *a, const void *b)
{
    const struct track *x = a, *y = b;
    if (x->piece->side != y->piece->side)
        return x->piece->side < y->piece->side ? -1 : 1;
    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return compare_times(x->piece, y->piece);
}

/*
 * The same record again, or the same flow at another interface: a flow cache has but one entry with these times. Where
 * times are but whole seconds (`fine`: they are not), two flows of one packet may be equal in all.
 */
static bool same_again(const struct piece *a, const struct piece *b, bool fine)
{
    bool exact = fine || a->end > a->start || a->input != b->input || a->output != b->output;
    return exact && a->start == b->start && a->end == b->end && piece_counts_same(a, b) && a->tos == b->tos &&
           !a->event && !b->event;
}

static void mark_again(struct track *track)
{
    for (size_t i = 0; i < track->count && !track->fine; i++)
        track->fine = track->piece[i].start % SECOND || track->piece[i].end % SECOND;
    for (size_t i = 1; i < track->count; i++)
        track->piece[i].duplicate |= same_again(&track->piece[i - 1], &track->piece[i], track->fine);
}

static int compare_reports(const void *a, const void *b)
{
    const struct piece *x = *(struct piece *const *)a, *y = *(struct piece *const *)b;
    bool gone[2] = { x->event == PIECE_DELETED, y->event == PIECE_DELETED };
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return gone[0] != gone[1] ? gone[0] - gone[1] : compare_times(x, y);
}

static bool counts_anything(const struct piece *piece)
{
    return piece->bytes[0] | piece->bytes[1] | piece->packets[0] | piece->packets[1];
}

static bool counts_no_less(const struct piece *a, const struct piece *b)
{
    return a->bytes[0] >= b->bytes[0] && a->bytes[1] >= b->bytes[1] && a->packets[0] >= b->packets[0] &&
           a->packets[1] >= b->packets[1];
}

/*
 * Counters of a firewall's reports are of the time since the last one. But where the teardown is the sum of those before
 * it, it tells the whole again; and at the moment of an update nothing has come since: then it is the whole, or the
 * same again.
 */
static void mark_repeats(struct piece *const *report, size_t count)
{
    struct piece sum = { .row = 0 }, *last = report[count - 1], *before = report[count - 2];
    for (size_t i = 0; i + 1 < count; i++)
        for (int side = 0; side < 2; side++) {
            sum.bytes[side] += report[i]->bytes[side];
            sum.packets[side] += report[i]->packets[side];
        }
    if (last->event != PIECE_DELETED)
        return;
    bool at_once = piece_at_once(before->end, last->end) && before->event == PIECE_UPDATED;
    if (at_once ? counts_no_less(last, &sum) : last->both && piece_counts_same(&sum, last)) {
        for (size_t i = 0; i + 1 < count; i++)
            report[i]->duplicate = true;
    } else if (at_once && piece_counts_same(before, last))
        before->duplicate = true;
}

static void mark_reports(struct track *track)
{
    size_t count = 0;
    struct piece **report = alloc_array(track->count, sizeof(struct piece *));
    for (size_t i = 0; i < track->count; i++)
        if (track->piece[i].event && counts_anything(&track->piece[i]))
            report[count++] = &track->piece[i];
    qsort(report, count, sizeof(struct piece *), compare_reports);
    if (count > 1)
        mark_repeats(report, count);
    free(report);
}

/* Joins times that touch. Returns how many are left of what is written to `span`. */
static size_t make_spans(const struct track *track, struct span *span)
{
    size_t count = 0;
    for (size_t i = 0; i < track->count; i++) {
        const struct piece *piece = &track->piece[i];
        if (piece->duplicate)
            continue;
        if (count && piece->start <= span[count - 1].end) {
            if (piece->end > span[count - 1].end)
                span[count - 1].end = piece->end;
        } else
            span[count++] = (struct span) { .start = piece->start, .end = piece->end };
    }
    return count;
}

static int64_t earlier_by(int64_t time, int64_t slack)
{
    return time < INT64_MIN + slack ? INT64_MIN : time - slack;
}

static int64_t later_by(int64_t time, int64_t slack)
{
    return time > INT64_MAX - slack ? INT64_MAX : time + slack;
}

/* The first of a track's spans that does not end before a moment. */
static size_t find_span(const struct track *track, int64_t moment)
{
    size_t low = 0, high = track->spans;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (track->span[middle].end < moment)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/*
 * Whether counted flows of a track, longer by `slack` at both ends, take up at least half of a piece's time; or all of it
 * but holes in which nothing has to be sent: where one exporter cuts a flow, another one may join what is before and
 * after a pause.
 */
static bool is_covered(const struct track *track, const struct piece *piece, int64_t slack)
{
    uint64_t covered = 0, hole = 0, length = (uint64_t)piece->end - (uint64_t)piece->start;
    int64_t to = later_by(piece->end, slack), done = piece->start;
    size_t first = find_span(track, earlier_by(piece->start, slack));
    if (first == track->spans || earlier_by(track->span[first].start, slack) > piece->end)
        return false;
    bool ends = earlier_by(track->span[first].start, slack) <= piece->start;
    for (size_t i = first; i < track->spans && track->span[i].start <= to; i++) {
        int64_t start = earlier_by(track->span[i].start, slack), end = later_by(track->span[i].end, slack);
        if (start > done) {
            uint64_t wide = (uint64_t)start - (uint64_t)done;
            hole = wide > hole ? wide : hole;
            done = start;
        }
        end = end < piece->end ? end : piece->end;
        covered += end > done ? (uint64_t)end - (uint64_t)done : 0;
        done = end > done ? end : done;
    }
    ends &= done == piece->end;
    return (length && covered >= length - covered) || (ends && hole <= HOLE_MOST);
}

/* What makes two flows one. */
enum likeness {
    WHOLLY,  /* times and counters: of the same point */
    BY_ENDS, /* both begin and end at once, but for the clocks */
    BY_SIZE, /* the same counters, in the same length of time: where a clock is wrong */
};

static bool is_like(const struct piece *a, const struct piece *b, enum likeness likeness, bool fine)
{
    if (likeness == WHOLLY)
        return same_again(a, b, fine);
    if (likeness == BY_ENDS)
        return piece_at_once(a->start, b->start) && piece_at_once(a->end, b->end);
    uint64_t length[2] = { (uint64_t)a->end - (uint64_t)a->start, (uint64_t)b->end - (uint64_t)b->start };
    return counts_anything(a) && piece_counts_same(a, b) && a->flags[0] == b->flags[0] &&
           a->flags[1] == b->flags[1] && piece_at_once((int64_t)length[0], (int64_t)length[1]);
}

/* Whether a counted flow of a track is like a piece, of those that start up to `window` before or after it. */
static bool has_twin(const struct track *track, const struct piece *piece, enum likeness likeness,
                     int64_t window)
{
    int64_t from = earlier_by(piece->start, window), to = later_by(piece->start, window);
    size_t low = 0, high = track->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (track->piece[middle].start < from)
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i < track->count && i - low < LOOK_MOST && track->piece[i].start <= to; i++)
        if (!track->piece[i].duplicate && is_like(&track->piece[i], piece, likeness, track->fine))
            return true;
    return false;
}

/*
 * Whether a point that counts saw a piece. An exporter whose port changed is one point: there only what is wholly the same
 * is so by its clock.
 */
static bool is_seen(const struct track *track, const struct piece *piece)
{
    if (track->piece->family != piece->family)
        return is_covered(track, piece, PIECES_SLACK) || has_twin(track, piece, BY_ENDS, PIECES_SLACK) ||
               has_twin(track, piece, BY_SIZE, SKEW_MOST);
    bool same = track->piece->direction == piece->direction;
    return is_covered(track, piece, 0) ||
           has_twin(track, piece, same ? WHOLLY : BY_ENDS, same ? 0 : PIECES_SLACK);
}

/* Tracks of one direction, in order of what they saw. */
static void sift(struct track *track, size_t count, struct span *span)
{
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; t > 0 && i < track[t].count; i++) {
            struct piece *piece = &track[t].piece[i];
            for (size_t u = 0; u < t && u < TRACKS_MOST && !piece->duplicate; u++)
                piece->duplicate = is_seen(&track[u], piece);
        }
        if (t < TRACKS_MOST) {
            track[t].span = span;
            track[t].spans = make_spans(&track[t], span);
            span += track[t].spans;
        }
    }
}

void pieces_duplicates(struct piece *piece, size_t count)
{
    size_t tracks = 0, capacity = 0;
    struct track *track = NULL;
    qsort(piece, count, sizeof *piece, compare_points);
    for (size_t i = 0, next; i < count; i = next) {
        uint64_t bytes = 0;
        for (next = i; next < count && same_point(&piece[next], &piece[i]); next++)
            bytes += piece[next].duplicate ? 0 : piece[next].bytes[0] + piece[next].bytes[1];
        track = alloc_grow(track, tracks, &capacity, sizeof *track);
        track[tracks] = (struct track) { .piece = &piece[i], .count = next - i, .bytes = bytes };
        mark_again(&track[tracks]);
        mark_reports(&track[tracks++]);
    }
    struct span *span = alloc_array(count, sizeof *span);
    qsort(track, tracks, sizeof *track, compare_tracks);
    for (size_t i = 0, next; i < tracks; i = next) {
        for (next = i + 1; next < tracks && track[next].piece->side == track[i].piece->side;)
            next++;
        sift(track + i, next - i, span);
    }
    free(track);
    free(span);
}
