/* SPDX-License-Identifier: MIT */
#include "session/lens.h"

#include <stdlib.h>

#include "base/alloc.h"

#define WINDOWS 16u
#define LITTLE  ((size_t)16 << 10)  /* read for someone who looks here and there */
#define MUCH    ((size_t)256 << 10) /* ... and for someone who goes on */

struct glass {
    uint8_t *octets;
    size_t length, room;
    uint64_t at;   /* of the first octet in its source */
    uint64_t used; /* when, in looks */
    uint32_t source;
};

struct lens {
    const struct capture *capture;
    const struct spool *spool;
    struct glass *recent; /* the one that was looked through last; NULL: none */
    unsigned count;
    uint64_t looks;
    struct glass glass[WINDOWS];
};

struct lens *lens_new(const struct capture *capture, const struct spool *spool)
{
    struct lens *lens = alloc_new(sizeof *lens);
    lens->capture = capture;
    lens->spool = spool;
    return lens;
}

void lens_free(struct lens *lens)
{
    if (!lens)
        return;
    for (unsigned i = 0; i < lens->count; i++)
        free(lens->glass[i].octets);
    free(lens);
}

/* The glass of a source; a new one, or the one that was not used for longest, where it has none. */
static struct glass *find_glass(struct lens *lens, uint32_t source)
{
    struct glass *oldest = &lens->glass[0];
    if (lens->recent && lens->recent->source == source)
        return lens->recent;
    for (unsigned i = 0; i < lens->count; i++) {
        struct glass *glass = &lens->glass[i];
        if (glass->source == source)
            return glass;
        if (glass->used < oldest->used)
            oldest = glass;
    }
    if (lens->count < WINDOWS)
        oldest = &lens->glass[lens->count++];
    oldest->source = source;
    oldest->length = 0;
    return oldest;
}

static size_t read_source(const struct lens *lens, uint32_t source, uint64_t at, uint8_t *to, size_t room)
{
    if (source == LENS_SPOOL)
        return spool_read(lens->spool, at, to, room);
    return lens->capture ? capture_octets(lens->capture, (uint16_t)source, at, to, room) : 0;
}

static bool holds(const struct glass *glass, uint64_t at, size_t n)
{
    return at >= glass->at && at - glass->at <= glass->length &&
           n <= glass->length - (size_t)(at - glass->at);
}

static void refill(const struct lens *lens, struct glass *glass, uint64_t at, size_t n)
{
    bool goes_on = glass->length > 0 && at >= glass->at && at - glass->at <= glass->length + LITTLE;
    size_t wanted = goes_on ? MUCH : LITTLE;
    if (wanted < n)
        wanted = n;
    if (glass->room < wanted) {
        glass->octets = alloc_resize(glass->octets, wanted, 1);
        glass->room = wanted;
    }
    glass->at = at;
    glass->length = read_source(lens, glass->source, at, glass->octets, wanted);
}

const uint8_t *lens_look(struct lens *lens, uint32_t source, uint64_t at, size_t n)
{
    struct glass *glass = find_glass(lens, source);
    lens->recent = glass;
    glass->used = ++lens->looks;
    if (!holds(glass, at, n))
        refill(lens, glass, at, n);
    return holds(glass, at, n) ? glass->octets + (at - glass->at) : NULL;
}
