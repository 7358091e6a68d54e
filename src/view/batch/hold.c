/* SPDX-License-Identifier: MIT */
#include "view/batch/hold.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define BUCKETS 4096u /* of pieces that can be found */

struct piece {
    struct piece *next; /* in the queue */
    struct piece *same; /* in its bucket */
    struct strbuf text;
    uint64_t packet;
    uint64_t seen;  /* records of the packet written before its first piece */
    size_t counted; /* octets of `text` in hold.memory */
    int64_t since;  /* hold.now when it was made */
    uint32_t key;
    bool keyed; /* in a bucket */
    bool open;
    bool numbered; /* of a packet with an open piece: marks are expanded */
};

struct hold {
    struct strbuf *out;
    struct piece *first, *last;
    size_t memory, limit;
    int64_t now;        /* of the last hold_tick() */
    uint64_t numbering; /* packet whose records are being numbered */
    uint64_t number;    /* of its last record that went out */
    bool any;           /* numbering and number are valid */
    struct piece *bucket[BUCKETS];
};

struct hold *hold_new(struct strbuf *out, size_t limit)
{
    struct hold *hold = alloc_new(sizeof *hold);
    hold->out = out;
    hold->limit = limit ? limit : HOLD_LIMIT;
    return hold;
}

static struct piece **bucket_of(struct hold *hold, uint64_t packet, uint32_t key)
{
    uint64_t hash = (packet * 31 + key) * UINT64_C(0x9E3779B97F4A7C15);
    return &hold->bucket[hash >> 52];
}

static struct piece *find(struct hold *hold, uint64_t packet, uint32_t key)
{
    struct piece *piece = *bucket_of(hold, packet, key);
    while (piece && (piece->packet != packet || piece->key != key))
        piece = piece->same;
    return piece;
}

static void forget(struct hold *hold, struct piece *piece)
{
    if (!piece->keyed)
        return;
    struct piece **link = bucket_of(hold, piece->packet, piece->key);
    while (*link != piece)
        link = &(*link)->same;
    *link = piece->same;
    piece->keyed = false;
}

static struct piece *append(struct hold *hold, uint64_t packet)
{
    struct piece *piece = alloc_new(sizeof *piece);
    piece->packet = packet;
    piece->since = hold->now;
    if (hold->last)
        hold->last->next = piece;
    else
        hold->first = piece;
    hold->last = piece;
    hold->memory += sizeof *piece;
    return piece;
}

static struct piece *append_keyed(struct hold *hold, uint64_t packet, uint32_t key)
{
    bool same = hold->last && hold->last->packet == packet && hold->last->numbered;
    uint64_t seen = same ? hold->last->seen : 0;
    struct piece *piece = append(hold, packet);
    struct piece **bucket = bucket_of(hold, packet, key);
    piece->key = key;
    piece->keyed = true;
    piece->same = *bucket;
    piece->numbered = same;
    piece->seen = seen;
    *bucket = piece;
    return piece;
}

static const char *find_mark(const char *text, size_t length)
{
    const char *number = memchr(text, HOLD_NUMBER, length);
    const char *skip = memchr(text, HOLD_SKIP, number ? (size_t)(number - text) : length);
    return skip ? skip : number;
}

/* Copies a piece, numbers in the place of marks. */
static void expand(struct hold *hold, const struct piece *piece)
{
    const char *at = piece->text.data;
    size_t left = piece->text.length;
    if (piece->numbered && (!hold->any || hold->numbering != piece->packet)) {
        hold->any = true;
        hold->numbering = piece->packet;
        hold->number = piece->seen;
    }
    while (left > 0) {
        const char *mark = piece->numbered ? find_mark(at, left) : NULL;
        size_t plain = mark ? (size_t)(mark - at) : left;
        strbuf_add(hold->out, at, plain);
        at += plain;
        left -= plain;
        if (mark) {
            hold->number++;
            if (*mark == HOLD_NUMBER)
                strbuf_unsigned(hold->out, hold->number);
            at++;
            left--;
        }
    }
}

static void let_out(struct hold *hold)
{
    while (hold->first && !hold->first->open) {
        struct piece *piece = hold->first;
        expand(hold, piece);
        forget(hold, piece);
        hold->first = piece->next;
        if (!hold->first)
            hold->last = NULL;
        hold->memory -= sizeof *piece + piece->counted;
        strbuf_release(&piece->text);
        free(piece);
    }
}

/* Text of the last piece is counted when the next call comes. */
static void count(struct hold *hold, struct piece *piece)
{
    hold->memory += piece->text.capacity - piece->counted;
    piece->counted = piece->text.capacity;
}

bool hold_waits(const struct hold *hold, uint64_t packet)
{
    return hold->last && hold->last->numbered && hold->last->packet == packet;
}

struct strbuf *hold_text(struct hold *hold, uint64_t packet)
{
    let_out(hold);
    if (!hold->last)
        return hold->out;
    count(hold, hold->last);
    bool numbered = hold_waits(hold, packet);
    if (hold->last->keyed || hold->last->numbered != numbered) {
        uint64_t seen = hold->last->seen;
        struct piece *piece = append(hold, packet);
        piece->numbered = numbered;
        piece->seen = numbered ? seen : 0;
    }
    return &hold->last->text;
}

struct strbuf *hold_open(struct hold *hold, uint64_t packet, uint32_t key, uint64_t seen)
{
    let_out(hold);
    if (hold->last)
        count(hold, hold->last);
    struct piece *piece = append_keyed(hold, packet, key);
    if (!piece->numbered) {
        piece->numbered = true;
        piece->seen = seen;
    }
    piece->open = true;
    return &piece->text;
}

struct strbuf *hold_mark(struct hold *hold, uint64_t packet, uint32_t key)
{
    let_out(hold);
    if (!hold->last)
        return hold->out;
    count(hold, hold->last);
    return &append_keyed(hold, packet, key)->text;
}

struct strbuf *hold_find(struct hold *hold, uint64_t packet, uint32_t key)
{
    struct piece *piece = find(hold, packet, key);
    if (!piece)
        return NULL;
    count(hold, piece);
    return &piece->text;
}

void hold_close(struct hold *hold, uint64_t packet, uint32_t key)
{
    struct piece *piece = find(hold, packet, key);
    if (!piece)
        return;
    count(hold, piece);
    piece->open = false;
    forget(hold, piece);
    let_out(hold);
}

void hold_drop(struct hold *hold, uint64_t packet, uint32_t key)
{
    struct piece *piece = find(hold, packet, key);
    for (; piece && piece->packet == packet; piece = piece->next) {
        count(hold, piece);
        strbuf_clear(&piece->text);
        piece->open = false;
        forget(hold, piece);
    }
    let_out(hold);
}

static void give_up_first(struct hold *hold)
{
    hold->first->open = false;
    forget(hold, hold->first);
    let_out(hold);
}

void hold_bound(struct hold *hold)
{
    if (hold->last)
        count(hold, hold->last);
    while (hold->first && hold->memory > hold->limit)
        give_up_first(hold);
}

void hold_tick(struct hold *hold, int64_t now, int64_t most)
{
    for (struct piece *piece = hold->now ? NULL : hold->first; piece; piece = piece->next)
        piece->since = now; /* before the first tick nobody knew the time */
    hold->now = now;
    while (hold->first && hold->first->since < now - most)
        give_up_first(hold);
}

void hold_flush(struct hold *hold)
{
    while (hold->first) {
        hold->first->open = false;
        let_out(hold);
    }
}

void hold_free(struct hold *hold)
{
    if (!hold)
        return;
    while (hold->first) {
        struct piece *piece = hold->first;
        hold->first = piece->next;
        strbuf_release(&piece->text);
        free(piece);
    }
    free(hold);
}
