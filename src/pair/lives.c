/* SPDX-License-Identifier: MIT */
/*
 * Lives of a connection. Ports are used again, sometimes right away: flows that follow each other closely may be of two
 * connections. What one exporter tells, in order of time, is cut where a SYN comes after FIN or RST, or where a firewall
 * tells of another creation. The exporter that tells most lives leads; flows of others go to the life that they are
 * nearest to, since not all of them see flags, and each loses records of its own.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "pair/pieces.h"

#define FLAG_FIN 0x01
#define FLAG_SYN 0x02
#define FLAG_RST 0x04

/* Pieces of one exporter. */
struct station {
    struct piece *piece;
    size_t count;
    uint32_t lives;
};

struct life {
    int64_t start, end;
    uint32_t number;
};

struct lives {
    struct life *life; /* by start */
    size_t count, capacity;
};

/* What is known of the life that an exporter tells about, so far. */
struct course {
    bool begun, denied;
    bool sent[2];     /* which sides sent something */
    bool over;        /* FIN, RST or a teardown was seen ... */
    int64_t over_end; /* ... in a flow that ended then */
    bool created[2];
    int64_t created_start[2];
    int64_t report_start[2]; /* of events: when the flow began, by the last one ... */
    unsigned reports[2];     /* ... and how many say so */
};

static bool flag_of(const struct piece *piece, bool tcp, unsigned flags)
{
    return tcp && (piece->flags[0] | piece->flags[1]) & flags;
}

static bool starts_life(const struct piece *piece, bool tcp)
{
    return flag_of(piece, tcp, FLAG_SYN) || piece->event == PIECE_CREATED;
}

static bool ends_life(const struct piece *piece, bool tcp)
{
    return flag_of(piece, tcp, FLAG_FIN | FLAG_RST) || piece->event == PIECE_DELETED;
}

static bool begins_life(const struct course *course, const struct piece *piece, bool tcp)
{
    if (!course->begun)
        return false;
    if (course->denied != (piece->event == PIECE_DENIED))
        return true; /* what is denied is none, and what is allowed then is another one */
    if (course->over && course->sent[piece->side] && piece->start > course->over_end &&
        starts_life(piece, tcp))
        return true;
    /* who says in each report when the flow began tells of another one by another time */
    if (piece->event && course->reports[piece->side] > 1 && piece->start > course->report_start[piece->side])
        return true;
    return piece->event == PIECE_CREATED && course->created[piece->side] &&
           piece->start > course->created_start[piece->side];
}

static void note(struct course *course, const struct piece *piece, bool tcp)
{
    course->begun = course->sent[piece->side] = true;
    course->denied = piece->event == PIECE_DENIED;
    if (piece->event) {
        bool same = course->reports[piece->side] && piece->start == course->report_start[piece->side];
        course->reports[piece->side] = same ? course->reports[piece->side] + 1 : 1;
        course->report_start[piece->side] = piece->start;
    }
    if (piece->event == PIECE_CREATED) {
        course->created[piece->side] = true;
        course->created_start[piece->side] = piece->start;
    }
    if (!ends_life(piece, tcp))
        return;
    course->over_end = course->over && course->over_end > piece->end ? course->over_end : piece->end;
    course->over = true;
}

/* Numbers the lives that one exporter tells of. */
static void cut(struct station *station, bool tcp)
{
    struct course course = { .begun = false };
    station->lives = 1;
    for (size_t i = 0; i < station->count; i++) {
        struct piece *piece = &station->piece[i];
        if (begins_life(&course, piece, tcp)) {
            course = (struct course) { .begun = false };
            station->lives++;
        }
        note(&course, piece, tcp);
        piece->life = station->lives - 1;
    }
}

static int compare_stations(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->family != y->family)
        return x->family < y->family ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static int compare_lives(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->life != y->life)
        return x->life < y->life ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static int compare_starts(const void *a, const void *b)
{
    const struct life *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void add_life(struct lives *lives, const struct piece *piece)
{
    lives->life = alloc_grow(lives->life, lives->count, &lives->capacity, sizeof *lives->life);
    lives->life[lives->count] =
        (struct life) { .start = piece->start, .end = piece->end, .number = (uint32_t)lives->count };
    lives->count++;
}

/* Adds a life for each that the station tells of. */
static void lead(struct lives *lives, const struct station *station)
{
    for (size_t i = 0; i < station->count; i++) {
        const struct piece *piece = &station->piece[i];
        if (piece->life == lives->count)
            add_life(lives, piece);
        struct life *life = &lives->life[lives->count - 1];
        life->end = piece->end > life->end ? piece->end : life->end;
    }
}

/* How far a piece is from a life: 0 where they overlap, and the less the more they do. */
static int64_t distance(const struct life *life, const struct piece *piece)
{
    int64_t start = life->start > piece->start ? life->start : piece->start;
    int64_t end = life->end < piece->end ? life->end : piece->end, apart;
    if (__builtin_sub_overflow(start, end, &apart)) /* times from the wire may be anything */
        return start > end ? INT64_MAX : INT64_MIN;
    return apart;
}

/* Hands the pieces of another station, by start, to the lives known so far; to new ones where these are far off. */
static void follow(struct lives *lives, const struct station *station)
{
    size_t known = lives->count, at = 0;
    uint32_t own = UINT32_MAX; /* the station's number of the life that was added last */
    for (size_t i = 0; i < station->count; i++) {
        struct piece *piece = &station->piece[i];
        while (at + 1 < known && lives->life[at + 1].start <= piece->start)
            at++;
        const struct life *best = &lives->life[at];
        if (at + 1 < known && distance(best + 1, piece) < distance(best, piece))
            best++;
        if (distance(best, piece) <= PIECES_SLACK || station->lives == 1) {
            piece->life = best->number;
            continue;
        }
        if (own != piece->life) {
            own = piece->life;
            add_life(lives, piece);
        }
        piece->life = (uint32_t)lives->count - 1;
    }
    if (lives->count > known)
        qsort(lives->life, lives->count, sizeof *lives->life, compare_starts);
}

/* Whether there can be several lives at all: something begins after something ended. */
static bool may_have_lives(const struct pieces *pieces, bool tcp)
{
    int64_t over = INT64_MAX, begin = INT64_MIN;
    bool event = false;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->piece[i];
        event |= piece->event != 0;
        if (ends_life(piece, tcp) && piece->end < over)
            over = piece->end;
        if (flag_of(piece, tcp, FLAG_SYN) && piece->start > begin)
            begin = piece->start;
    }
    return event || over < begin;
}

static struct station *make_stations(struct pieces *pieces, bool tcp, size_t *count)
{
    struct station *station = NULL;
    size_t capacity = 0;
    *count = 0;
    qsort(pieces->piece, pieces->count, sizeof *pieces->piece, compare_stations);
    for (size_t i = 0, next; i < pieces->count; i = next) {
        for (next = i + 1; next < pieces->count && pieces->piece[next].family == pieces->piece[i].family;)
            next++;
        station = alloc_grow(station, *count, &capacity, sizeof *station);
        station[*count] = (struct station) { .piece = &pieces->piece[i], .count = next - i };
        cut(&station[(*count)++], tcp);
    }
    return station;
}

uint32_t pieces_lives(struct pieces *pieces, bool tcp)
{
    if (!may_have_lives(pieces, tcp))
        return 1;
    struct lives lives = { .count = 0 };
    size_t stations, best = 0;
    struct station *station = make_stations(pieces, tcp, &stations);
    for (size_t i = 1; i < stations; i++)
        if (station[i].lives > station[best].lives)
            best = i;
    if (station[best].lives > 1) {
        lead(&lives, &station[best]);
        for (size_t i = 0; i < stations; i++)
            if (i != best)
                follow(&lives, &station[i]);
    }
    for (size_t i = 0; i < pieces->count && lives.count == 0; i++)
        pieces->piece[i].life = 0;
    qsort(pieces->piece, pieces->count, sizeof *pieces->piece, compare_lives);
    free(station);
    free(lives.life);
    return lives.count ? (uint32_t)lives.count : 1;
}
