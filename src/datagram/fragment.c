/* SPDX-License-Identifier: MIT */
#include "datagram/fragment.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/be.h"

#define MAX_DATAGRAM  65535u
#define MIN_CAPACITY  2048u
#define MAX_BUCKETS   65536u
#define TOTAL_UNKNOWN UINT32_MAX
#define NOTHING_CUT   UINT32_MAX
#define MARKS_MAX     8192u /* as many as there can be fragments */
#define UDP           17
#define UDP_HEADER    8u

/* Octets [start, end) that have come. */
struct piece {
    uint16_t start, end;
};

struct fragment_entry {
    struct fragment_key key;
    struct fragment_entry *chain;         /* in its bucket, or among the free or finished ones */
    struct fragment_entry *older, *newer; /* by arrival of the first fragment */
    int64_t time;                         /* of the first fragment */
    uint64_t frame;                       /* name of that fragment's frame */
    uint8_t *data;
    size_t capacity;
    struct piece
        *pieces; /* sorted, never overlapping: at most 8192, and half as large as the data they tell of */
    size_t piece_count, piece_capacity;
    uint64_t *marks; /* of frames, as they came */
    size_t mark_count, mark_capacity;
    uint32_t covered; /* octets in pieces */
    uint32_t total;   /* length of the datagram, from its last fragment */
    uint32_t cut;     /* the first octet that was sent but not captured; all pieces below are in data */
    uint8_t next;
    enum datagram_reason
        dropped; /* not DATAGRAM_OK: only remembered, so that its other fragments are dropped */
};

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

void fragments_init(struct fragments *fr, const struct datagrams_config *limits,
                    struct datagrams_counters *counters)
{
    *fr = (struct fragments) { .limits = *limits, .counters = counters };
}

static void entry_free(struct fragments *fr, struct fragment_entry *e)
{
    fr->octets -= e->capacity;
    free(e->data);
    free(e->pieces);
    free(e->marks);
    free(e);
}

static void free_chain(struct fragments *fr, struct fragment_entry *e)
{
    while (e) {
        struct fragment_entry *next = e->chain;
        entry_free(fr, e);
        e = next;
    }
}

void fragments_release(struct fragments *fr)
{
    free_chain(fr, fr->free);
    free_chain(fr, fr->done);
    while (fr->oldest) {
        struct fragment_entry *e = fr->oldest;
        fr->oldest = e->newer;
        entry_free(fr, e);
    }
    free(fr->buckets);
    *fr = (struct fragments) { 0 };
}

static void push(struct fragment_entry **list, struct fragment_entry *e)
{
    e->chain = *list;
    *list = e;
}

/* ---- the table ---- */

static struct fragment_entry **bucket_of(struct fragments *fr, const struct fragment_key *key)
{
    uint64_t h = addr_hash(&key->src) * 31 + addr_hash(&key->dst);
    h = (h ^ key->id ^ (uint64_t)key->vlan << 32 ^ (uint64_t)key->protocol << 48) * 0x9E3779B97F4A7C15u;
    return &fr->buckets[(h >> 40) & fr->mask];
}

static bool key_equal(const struct fragment_key *a, const struct fragment_key *b)
{
    return a->id == b->id && a->vlan == b->vlan && a->protocol == b->protocol &&
           addr_equal(&a->src, &b->src) && addr_equal(&a->dst, &b->dst);
}

static void table_open(struct fragments *fr)
{
    size_t buckets = 16;
    while (buckets < fr->limits.max_datagrams && buckets < MAX_BUCKETS)
        buckets *= 2;
    fr->buckets = alloc_array(buckets, sizeof *fr->buckets);
    fr->mask = buckets - 1;
}

/* Out of the table and the order of arrival; the entry is then in no list. */
static void detach(struct fragments *fr, struct fragment_entry *e)
{
    struct fragment_entry **at = bucket_of(fr, &e->key);
    while (*at != e)
        at = &(*at)->chain;
    *at = e->chain;
    *(e->older ? &e->older->newer : &fr->oldest) = e->newer;
    *(e->newer ? &e->newer->older : &fr->newest) = e->older;
    e->older = e->newer = e->chain = NULL;
    fr->count--;
    if (!e->dropped)
        fr->counters->incomplete--;
}

/* Octets from the beginning on without a gap, as they were captured. */
static uint32_t reach(const struct fragment_entry *e)
{
    uint32_t end = 0;
    for (size_t i = 0; i < e->piece_count && e->pieces[i].start == end; i++)
        end = e->pieces[i].end;
    return least(end, e->cut);
}

/* Tells of a UDP datagram that will not be given out, if its beginning came. */
static void tell_lost(const struct fragments *fr, const struct fragment_entry *e)
{
    uint32_t length = reach(e);
    if (!fr->limits.lost || e->next != UDP || length < UDP_HEADER)
        return;
    uint32_t octets = e->covered - UDP_HEADER, sent = be16(e->data + 4);
    struct datagram_lost lost = { .frame = e->frame,
                                  .octets = octets,
                                  .datagram = { .data = e->data + UDP_HEADER,
                                                .length = length - UDP_HEADER,
                                                .wire_length = most(sent, octets + UDP_HEADER) - UDP_HEADER,
                                                .src = e->key.src,
                                                .dst = e->key.dst,
                                                .sport = be16(e->data),
                                                .dport = be16(e->data + 2),
                                                .vlan = e->key.vlan,
                                                .reason = DATAGRAM_FRAGMENT } };
    fr->limits.lost(fr->limits.user, &lost);
}

static void give_up(struct fragments *fr, struct fragment_entry *e)
{
    if (!e->dropped) {
        fr->counters->expired++;
        tell_lost(fr, e);
    }
    detach(fr, e);
    push(&fr->free, e);
}

static void attach(struct fragments *fr, struct fragment_entry *e)
{
    push(bucket_of(fr, &e->key), e);
    e->older = fr->newest;
    *(fr->newest ? &fr->newest->newer : &fr->oldest) = e;
    fr->newest = e;
    fr->count++;
    fr->counters->incomplete++;
}

static struct fragment_entry *find(struct fragments *fr, const struct fragment_key *key)
{
    if (!fr->buckets)
        table_open(fr);
    struct fragment_entry *e = *bucket_of(fr, key);
    while (e && !key_equal(&e->key, key))
        e = e->chain;
    return e;
}

static struct fragment_entry *add_entry(struct fragments *fr, const struct fragment_key *key, int64_t now)
{
    if (fr->count >= fr->limits.max_datagrams)
        give_up(fr, fr->oldest);
    struct fragment_entry *e = fr->free;
    if (e)
        fr->free = e->chain;
    else
        e = alloc_new(sizeof *e);
    *e = (struct fragment_entry) {
        .key = *key,
        .time = now,
        .frame = fr->frame,
        .data = e->data,
        .capacity = e->capacity,
        .pieces = e->pieces,
        .piece_capacity = e->piece_capacity,
        .marks = e->marks,
        .mark_capacity = e->mark_capacity,
        .total = TOTAL_UNKNOWN,
        .cut = NOTHING_CUT,
    };
    attach(fr, e);
    return e;
}

/* Time may run backwards in a capture: the distance counts. */
static uint64_t distance(int64_t a, int64_t b)
{
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

void fragments_tick(struct fragments *fr, int64_t now)
{
    while (fr->done) {
        struct fragment_entry *e = fr->done;
        fr->done = e->chain;
        push(&fr->free, e);
    }
    while (fr->oldest && distance(fr->oldest->time, now) > (uint64_t)fr->limits.expiry)
        give_up(fr, fr->oldest);
}

void fragments_finish(struct fragments *fr)
{
    while (fr->oldest)
        give_up(fr, fr->oldest);
}

/* ---- one datagram ---- */

static enum datagram_reason drop(struct fragments *fr, struct fragment_entry *e, enum datagram_reason reason)
{
    tell_lost(fr, e);
    fr->octets -= e->capacity;
    free(e->data);
    e->data = NULL;
    e->capacity = 0;
    e->piece_count = e->mark_count = 0;
    e->dropped = reason;
    fr->counters->incomplete--;
    return reason;
}

/* Room for octets [0, end) of e; others make way, the free ones first, then the oldest. */
static bool reserve(struct fragments *fr, struct fragment_entry *e, uint32_t end)
{
    size_t capacity = MIN_CAPACITY;
    while (capacity < end)
        capacity *= 2;
    if (capacity <= e->capacity)
        return true;
    while (fr->octets - e->capacity + capacity > fr->limits.max_octets) {
        struct fragment_entry *spare = fr->free;
        if (!spare) {
            struct fragment_entry *victim = fr->oldest == e ? e->newer : fr->oldest;
            if (!victim)
                return false;
            give_up(fr, victim);
            continue;
        }
        fr->free = spare->chain;
        entry_free(fr, spare);
    }
    e->data = alloc_resize(e->data, capacity, 1);
    fr->octets += capacity - e->capacity;
    e->capacity = capacity;
    return true;
}

/* Whether the fragment can lie where it says it does, seen from what is known of the datagram's length. */
static bool within(struct fragment_entry *e, const struct fragment *f)
{
    uint32_t end = f->offset + f->wire_length;
    uint32_t reached = e->piece_count ? e->pieces[e->piece_count - 1].end : 0;
    if (f->wire_length > MAX_DATAGRAM - f->offset)
        return false;
    if (f->more)
        return end <= e->total;
    if (reached > end || (e->total != TOTAL_UNKNOWN && e->total != end))
        return false;
    e->total = end;
    return true;
}

/* Whether the fragment agrees with a piece it overlaps, in the octets that were captured of both. */
static bool agrees(const struct fragment_entry *e, const struct fragment *f, const struct piece *p)
{
    uint32_t from = most(f->offset, p->start);
    uint32_t to = least(least(p->end, e->cut), f->offset + f->length);
    return to <= from || memcmp(e->data + from, f->data + (from - f->offset), to - from) == 0;
}

/* Puts `p` in place of the pieces [from, to). */
static void replace(struct fragment_entry *e, size_t from, size_t to, struct piece p)
{
    if (from == to)
        e->pieces = alloc_grow(e->pieces, e->piece_count, &e->piece_capacity, sizeof *e->pieces);
    memmove(e->pieces + from + 1, e->pieces + to, (e->piece_count - to) * sizeof *e->pieces);
    e->piece_count = e->piece_count - (to - from) + 1;
    e->pieces[from] = p;
}

static void add_marks(struct fragment_entry *e, const struct fragment *f)
{
    for (uint32_t i = 0; i < f->mark_count && e->mark_count < MARKS_MAX; i++) {
        e->marks = alloc_grow(e->marks, e->mark_count, &e->mark_capacity, sizeof *e->marks);
        e->marks[e->mark_count++] = f->marks[i];
    }
}

/* Stores the fragment; false where it contradicts what has come. */
static bool place(struct fragment_entry *e, const struct fragment *f)
{
    uint32_t end = f->offset + f->wire_length, known = 0;
    struct piece p = { (uint16_t)f->offset, (uint16_t)end };
    size_t to = e->piece_count;
    while (to > 0 && e->pieces[to - 1].start >= end)
        to--;
    size_t from = to;
    while (from > 0 && e->pieces[from - 1].end > f->offset) {
        const struct piece *other = &e->pieces[--from];
        bool exact = other->start == f->offset && other->end == end;
        if (!agrees(e, f, other) || (f->key.src.family == 6 && !exact))
            return false;
        known += (uint32_t)(other->end - other->start);
        p.start = (uint16_t)least(p.start, other->start);
        p.end = (uint16_t)most(p.end, other->end);
    }
    uint32_t size = (uint32_t)(p.end - p.start);
    if (size == known)
        return true; /* nothing new */
    replace(e, from, to, p);
    add_marks(e, f);
    e->covered += size - known;
    memcpy(e->data + f->offset, f->data, f->length);
    if (f->length < f->wire_length)
        e->cut = least(e->cut, f->offset + f->length);
    if (f->offset == 0)
        e->next = f->next;
    return true;
}

enum datagram_reason fragments_add(struct fragments *fr, const struct fragment *f, int64_t now,
                                   struct fragment_whole *whole)
{
    if (f->wire_length == 0 || (f->more && f->wire_length % 8 != 0))
        return DATAGRAM_MALFORMED;
    struct fragment_entry *e = find(fr, &f->key);
    if (!e)
        e = add_entry(fr, &f->key, now);
    if (e->dropped)
        return e->dropped;
    if (!within(e, f))
        return drop(fr, e, DATAGRAM_FRAGMENT_BAD);
    if (!reserve(fr, e, f->offset + f->length))
        return drop(fr, e, DATAGRAM_FRAGMENT_LIMIT);
    if (!place(e, f))
        return drop(fr, e, DATAGRAM_FRAGMENT_BAD);
    if (e->covered != e->total)
        return DATAGRAM_FRAGMENT;
    detach(fr, e);
    push(&fr->done, e);
    fr->counters->reassembled++;
    *whole = (struct fragment_whole) {
        .data = e->data,
        .length = least(e->cut, e->total),
        .wire_length = e->total,
        .next = e->next,
        .marks = e->marks,
        .mark_count = (uint32_t)e->mark_count,
    };
    return DATAGRAM_OK;
}
