/* SPDX-License-Identifier: MIT */
#include "query/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/order.h"
#include "query/order_first.h"
#include "query/spread.h"

#define BLOCKS_A_PIECE 16u                 /* so that taking one costs nothing */
#define SHARES         32u                 /* of items, for each thread */
#define WORDS          (ORDER_BLOCK / 64u) /* of bits, of a block */
#define BUCKETS        2048u               /* of values: each is sorted by itself, in the cache */
#define STEP_BITS      5u                  /* buckets in an octave of values */

uint64_t order_count(const struct order_request *request)
{
    const struct query_data *data = request->data;
    uint64_t all = request->connections ? pairs_count(data->pairs) : flow_store_rows(data->store);
    if (!request->chosen)
        return all;
    uint64_t count = 0;
    for (uint64_t i = 0; i < all / 64; i++)
        count += (uint64_t)__builtin_popcountll(request->chosen[i]);
    for (uint64_t i = all / 64 * 64; i < all; i++)
        count += order_is_chosen(request, i);
    return count;
}

/* ---- the first ones ---- */

struct top {
    struct order_first first;
    struct order_reader **readers; /* by worker */
    struct query_job *job;
};

static void take_top(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct top *top = user;
    struct order_reader *reader = top->readers[worker];
    for (uint64_t block = from; block < to && !query_job_cancelled(top->job); block++) {
        order_read(reader, block);
        order_first_offer(&top->first, worker, reader, block);
        query_job_step(top->job, reader->count);
    }
}

uint64_t order_top(const struct order_request *request, uint64_t most, uint32_t *out, struct query_job *job)
{
    struct order_keys keys;
    unsigned workers = spread_workers(request->threads);
    struct order_reader *readers[SPREAD_MOST];
    struct top top = { .readers = readers, .job = job };
    order_keys_init(&keys, request, job);
    query_job_begin(job, keys.count);
    order_first_init(&top.first, &keys, most, workers, job);
    for (unsigned i = 0; i < workers; i++)
        readers[i] = order_reader_new(&keys);
    bool done =
        top.first.most == 0 || spread(workers, order_blocks(&keys), BLOCKS_A_PIECE, take_top, &top, job);
    uint64_t count = done ? order_first_take(&top.first, out) : ORDER_CANCELLED;
    for (unsigned i = 0; i < workers; i++)
        free(readers[i]);
    order_first_release(&top.first);
    order_keys_release(&keys);
    return count;
}

/* ---- all of them ---- */

/* Plain values and wide ones: each kind is sorted by itself. */
#define KINDS 2u

_Static_assert(ORDER_PLAIN < KINDS && ORDER_WIDE < KINDS && ORDER_MISSING == KINDS, "kinds are states");

/* What a share of the items, those that follow each other, has of values. */
struct share {
    uint64_t from, to;       /* blocks */
    uint64_t count[KINDS];   /* of each kind, ... */
    uint64_t least[KINDS];   /* ... and its least key */
    uint32_t place[BUCKETS]; /* how many in each bucket, then where the next one goes */
};

struct sorting {
    const struct order_keys *keys;
    struct order_first *first; /* found while values are read; NULL: nobody waits for them */
    struct share *shares;
    unsigned share_count;
    uint64_t *key, *low;   /* by item */
    uint64_t *bits[KINDS]; /* a bit by item: it is wanted, and of this kind */
    struct arena memory;   /* of these, and of what is sorted, in large pages */
    /* of the kind that is sorted: */
    enum order_state kind;
    uint64_t least;
    struct order *sorted;
    uint64_t bucket[BUCKETS + 1]; /* where each begins */
    uint32_t *out;
    struct query_job *job;
};

static uint64_t chosen_word(const struct order_request *request, uint64_t word)
{
    return request->chosen ? request->chosen[word] : UINT64_MAX;
}

/* Up to 64 items, the first of which is the first of a word; nothing is guessed, as states are as good as random. */
static void add_word(const struct sorting *s, struct share *share, const struct order_reader *r, uint32_t at,
                     uint64_t word)
{
    uint32_t count = r->count - at < 64 ? r->count - at : 64;
    uint64_t chosen = chosen_word(s->keys->request, word);
    for (unsigned kind = 0; kind < KINDS; kind++) {
        uint64_t bits = 0, least = share->least[kind];
        for (uint32_t i = 0; i < count; i++) {
            uint64_t is = (r->state[at + i] == kind) & chosen >> i, key = r->key[at + i] | (is - 1);
            bits |= is << i;
            least = key < least ? key : least;
        }
        s->bits[kind][word] = bits;
        share->least[kind] = least;
        share->count[kind] += (uint64_t)__builtin_popcountll(bits);
    }
    memcpy(&s->key[word * 64], &r->key[at], count * sizeof *s->key);
    if (s->bits[ORDER_WIDE][word])
        memcpy(&s->low[word * 64], &r->low[at], count * sizeof *s->low);
}

/* All are wanted, and plain, as most blocks are. */
static void add_whole(const struct sorting *s, struct share *share, const struct order_reader *r,
                      uint64_t first)
{
    uint64_t least = share->least[ORDER_PLAIN];
    for (uint32_t i = 0; i < ORDER_BLOCK; i++) {
        s->key[first + i] = r->key[i];
        least = r->key[i] < least ? r->key[i] : least;
    }
    memset(&s->bits[ORDER_PLAIN][first / 64], 0xFF, ORDER_BLOCK / 8);
    share->count[ORDER_PLAIN] += ORDER_BLOCK;
    share->least[ORDER_PLAIN] = least;
}

static void add_block(const struct sorting *s, struct share *share, const struct order_reader *r,
                      uint64_t block)
{
    if (r->plain && r->count == ORDER_BLOCK && !s->keys->request->chosen)
        add_whole(s, share, r, block * ORDER_BLOCK);
    else
        for (uint32_t at = 0; at < r->count; at += 64)
            add_word(s, share, r, at, block * WORDS + at / 64);
}

static void read_share(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct sorting *s = user;
    (void)to;
    struct share *share = &s->shares[from];
    struct order_reader *reader = order_reader_new(s->keys);
    for (uint64_t block = share->from; block < share->to && !query_job_cancelled(s->job); block++) {
        order_read(reader, block);
        add_block(s, share, reader, block);
        if (s->first)
            order_first_offer(s->first, worker, reader, block);
        query_job_step(s->job, reader->count);
    }
    free(reader);
}

/* The item of the lowest bit in a word of bits. */
static uint64_t item_at(uint64_t word, uint64_t bits)
{
    return word * 64 + (unsigned)__builtin_ctzll(bits);
}

/* Buckets rise with the value, and are as fine for small values as for large ones: most counters are small. */
static uint32_t bucket_of(uint64_t value)
{
    if (value < 1u << STEP_BITS)
        return (uint32_t)value;
    unsigned octave = 63u - (unsigned)__builtin_clzll(value);
    uint64_t step = value >> (octave - STEP_BITS) & ((1u << STEP_BITS) - 1);
    return ((octave - STEP_BITS + 1) << STEP_BITS) + (uint32_t)step;
}

static void count_share(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct sorting *s = user;
    (void)worker;
    (void)to;
    struct share *share = &s->shares[from];
    memset(share->place, 0, sizeof share->place);
    for (uint64_t word = share->from * WORDS; word < share->to * WORDS; word++)
        for (uint64_t rest = s->bits[s->kind][word]; rest; rest &= rest - 1)
            share->place[bucket_of(s->key[item_at(word, rest)] - s->least)]++;
}

static void scatter_share(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct sorting *s = user;
    (void)worker;
    (void)to;
    struct share *share = &s->shares[from];
    for (uint64_t word = share->from * WORDS; word < share->to * WORDS; word++) {
        for (uint64_t rest = s->bits[s->kind][word]; rest; rest &= rest - 1) {
            uint64_t item = item_at(word, rest), key = s->key[item];
            s->sorted[share->place[bucket_of(key - s->least)]++] =
                (struct order) { .key = key, .index = (uint32_t)item };
        }
    }
}

/* Those whose keys are equal: by the lower half of wide values, then by the order of the capture, if it is not the store's. */
static void settle_ties(const struct sorting *s, struct order *order, uint64_t count, bool wide)
{
    const uint32_t *place = s->keys->place;
    for (uint64_t from = 0, to; from < count && (wide || place); from = to) {
        for (to = from + 1; to < count && order[to].key == order[from].key;)
            to++;
        if (to - from < 2)
            continue;
        for (uint64_t i = from; i < to; i++)
            order[i].key = wide ? s->low[order[i].index] : place[order[i].index];
        order_sort(order + from, to - from);
        if (wide)
            settle_ties(s, order + from, to - from, false);
    }
}

static void sort_buckets(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct sorting *s = user;
    (void)worker;
    for (uint64_t bucket = from; bucket < to && !query_job_cancelled(s->job); bucket++) {
        uint64_t begin = s->bucket[bucket], end = s->bucket[bucket + 1];
        order_sort(s->sorted + begin, end - begin);
        settle_ties(s, s->sorted + begin, end - begin, s->kind == ORDER_WIDE);
        for (uint64_t i = begin; i < end; i++)
            s->out[i] = s->sorted[i].index;
        query_job_step(s->job, end - begin);
    }
}

/* Where each share's values of each bucket go: buckets in order, in them shares in order. */
static void place_buckets(struct sorting *s)
{
    uint64_t at = 0;
    for (uint32_t bucket = 0; bucket < BUCKETS; bucket++) {
        s->bucket[bucket] = at;
        for (unsigned i = 0; i < s->share_count; i++) {
            uint32_t count = s->shares[i].place[bucket];
            s->shares[i].place[bucket] = (uint32_t)at;
            at += count;
        }
    }
    s->bucket[BUCKETS] = at;
}

static uint64_t count_of(const struct sorting *s, enum order_state kind)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < s->share_count; i++)
        count += s->shares[i].count[kind];
    return count;
}

static bool sort_kind(struct sorting *s, unsigned threads, enum order_state kind, uint32_t *out)
{
    uint64_t count = count_of(s, kind);
    if (count == 0)
        return true;
    s->kind = kind;
    s->out = out;
    s->least = UINT64_MAX;
    for (unsigned i = 0; i < s->share_count; i++)
        s->least = s->shares[i].least[kind] < s->least ? s->shares[i].least[kind] : s->least;
    s->sorted = arena_take(&s->memory, count * sizeof *s->sorted);
    bool done = spread(threads, s->share_count, 1, count_share, s, s->job);
    place_buckets(s);
    return done && spread(threads, s->share_count, 1, scatter_share, s, s->job) &&
           spread(threads, BUCKETS, 1, sort_buckets, s, s->job);
}

static uint64_t put_missing(const struct sorting *s, uint32_t *out)
{
    uint64_t count = 0, words = (s->keys->count + 63) / 64;
    for (uint64_t word = 0; word < words; word++) {
        uint64_t there = s->keys->count - word * 64,
                 all = there < 64 ? (UINT64_C(1) << there) - 1 : UINT64_MAX;
        uint64_t valued = s->bits[ORDER_PLAIN][word] | s->bits[ORDER_WIDE][word];
        for (uint64_t rest = chosen_word(s->keys->request, word) & all & ~valued; rest; rest &= rest - 1)
            out[count++] = (uint32_t)item_at(word, rest);
    }
    if (!s->keys->place)
        return count;
    struct order *order = alloc_resize(NULL, count + 1, sizeof *order);
    for (uint64_t i = 0; i < count; i++)
        order[i] = (struct order) { .key = s->keys->place[out[i]], .index = out[i] };
    order_sort(order, count);
    for (uint64_t i = 0; i < count; i++)
        out[i] = order[i].index;
    free(order);
    return count;
}

/* Plain ones, wide ones (before these where the order falls), and those without a value. */
static bool sort_all(struct sorting *s, unsigned threads, uint32_t *out, uint64_t *count)
{
    bool falls = s->keys->request->descending;
    uint64_t plain = count_of(s, ORDER_PLAIN), wide = count_of(s, ORDER_WIDE);
    if (!sort_kind(s, threads, ORDER_PLAIN, falls ? out + wide : out) ||
        !sort_kind(s, threads, ORDER_WIDE, falls ? out : out + plain))
        return false;
    *count = plain + wide + put_missing(s, out + plain + wide);
    return true;
}

/*
 * Shares of blocks that follow each other, so that what is equal stays in order; some for each thread, as one may have
 * its processor for less time than another, and none shall wait long for the last one.
 */
static void make_shares(struct sorting *s, unsigned workers)
{
    uint64_t blocks = order_blocks(s->keys), wanted = (uint64_t)workers * SHARES;
    s->share_count = blocks < wanted ? (blocks > 0 ? (unsigned)blocks : 1) : (unsigned)wanted;
    s->shares = alloc_array(s->share_count, sizeof *s->shares);
    s->key = arena_take(&s->memory, blocks * ORDER_BLOCK * sizeof *s->key);
    s->low = arena_take(&s->memory, blocks * ORDER_BLOCK * sizeof *s->low);
    for (unsigned kind = 0; kind < KINDS; kind++)
        s->bits[kind] = arena_take(&s->memory, blocks * WORDS * sizeof *s->bits[kind]);
    for (unsigned i = 0; i < s->share_count; i++) {
        struct share *share = &s->shares[i];
        share->from = blocks * i / s->share_count;
        share->to = blocks * (i + 1) / s->share_count;
        share->least[ORDER_PLAIN] = share->least[ORDER_WIDE] = UINT64_MAX;
    }
}

/* All values are read: then it is known which the first ones are. False: cancelled. */
static bool read_all(struct sorting *s, unsigned workers, const struct order_early *early)
{
    struct order_first first;
    if (!early)
        return spread(workers, s->share_count, 1, read_share, s, s->job);
    order_first_init(&first, s->keys, early->most, workers, s->job);
    s->first = &first;
    bool done = spread(workers, s->share_count, 1, read_share, s, s->job);
    s->first = NULL;
    uint32_t *numbers = alloc_array((size_t)first.most, sizeof *numbers);
    if (done)
        early->found(early->user, numbers, order_first_take(&first, numbers));
    free(numbers);
    order_first_release(&first);
    return done;
}

uint64_t order_all_early(const struct order_request *request, const struct order_early *early, uint32_t *out,
                         struct query_job *job)
{
    struct order_keys keys;
    unsigned workers = spread_workers(request->threads);
    order_keys_init(&keys, request, job);
    struct sorting s = { .keys = &keys, .job = job };
    uint64_t count = 0;
    query_job_begin(job, 2 * keys.count);
    make_shares(&s, workers);
    bool done = read_all(&s, workers, early) && sort_all(&s, workers, out, &count);
    free(s.shares);
    arena_release(&s.memory);
    order_keys_release(&keys);
    return done ? count : ORDER_CANCELLED;
}

uint64_t order_all(const struct order_request *request, uint32_t *out, struct query_job *job)
{
    return order_all_early(request, NULL, out, job);
}
