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
#define SHARES         8u                  /* of items, for each thread */
#define WORDS          (ORDER_BLOCK / 64u) /* of bits, of a block */
#define BUCKETS        2048u               /* of values: each is sorted by itself, in the cache */
#define STEP_BITS      5u                  /* buckets in an octave of values */

struct wide {
    uint64_t key, low;
    uint32_t index;
};

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

/* What a share of the items, those that follow each other, has of values. */
struct share {
    uint64_t from, to; /* blocks */
    uint64_t plain_count;
    struct wide *wide;
    size_t wide_count, wide_capacity;
    uint32_t *missing;
    size_t missing_count, missing_capacity;
    uint64_t least;          /* of plain keys */
    uint32_t place[BUCKETS]; /* how many in each bucket, then where the next one goes */
};

struct sorting {
    const struct order_keys *keys;
    struct order_first *first; /* found while values are read; NULL: nobody waits for them */
    struct share *shares;
    unsigned share_count;
    uint64_t *key, *plain; /* by item: its key, and a bit for each that has a plain one */
    struct order *sorted;
    struct arena memory;          /* of these three, in large pages */
    uint64_t bucket[BUCKETS + 1]; /* where each begins */
    uint64_t least;
    uint32_t *out; /* where plain ones go */
    struct query_job *job;
};

static void add_wide(struct share *share, uint64_t key, uint64_t low, uint32_t index)
{
    share->wide = alloc_grow(share->wide, share->wide_count, &share->wide_capacity, sizeof *share->wide);
    share->wide[share->wide_count++] = (struct wide) { key, low, index };
}

static void add_missing(struct share *share, uint32_t index)
{
    share->missing =
        alloc_grow(share->missing, share->missing_count, &share->missing_capacity, sizeof *share->missing);
    share->missing[share->missing_count++] = index;
}

static void add_plain(const struct sorting *s, struct share *share, uint64_t item, uint64_t key)
{
    s->key[item] = key;
    s->plain[item / 64] |= UINT64_C(1) << item % 64;
    share->plain_count++;
    share->least = key < share->least ? key : share->least;
}

static void add_items(const struct sorting *s, struct share *share, const struct order_reader *r,
                      uint64_t first)
{
    for (uint32_t i = 0; i < r->count; i++) {
        if (!order_is_chosen(s->keys->request, first + i))
            continue;
        if (r->plain || r->state[i] == ORDER_PLAIN)
            add_plain(s, share, first + i, r->key[i]);
        else if (r->state[i] == ORDER_WIDE)
            add_wide(share, r->key[i], r->low[i], (uint32_t)(first + i));
        else
            add_missing(share, (uint32_t)(first + i));
    }
}

/* All are wanted, and plain, as most blocks are. */
static void add_whole(const struct sorting *s, struct share *share, const struct order_reader *r,
                      uint64_t first)
{
    uint64_t least = share->least;
    for (uint32_t i = 0; i < ORDER_BLOCK; i++) {
        s->key[first + i] = r->key[i];
        least = r->key[i] < least ? r->key[i] : least;
    }
    memset(&s->plain[first / 64], 0xFF, ORDER_BLOCK / 8);
    share->plain_count += ORDER_BLOCK;
    share->least = least;
}

static void add_block(const struct sorting *s, struct share *share, const struct order_reader *r,
                      uint64_t block)
{
    bool whole = r->plain && r->count == ORDER_BLOCK && !s->keys->request->chosen;
    (whole ? add_whole : add_items)(s, share, r, block * ORDER_BLOCK);
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
    for (uint64_t word = share->from * WORDS; word < share->to * WORDS; word++)
        for (uint64_t rest = s->plain[word]; rest; rest &= rest - 1)
            share->place[bucket_of(s->key[item_at(word, rest)] - s->least)]++;
}

static void scatter_share(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct sorting *s = user;
    (void)worker;
    (void)to;
    struct share *share = &s->shares[from];
    for (uint64_t word = share->from * WORDS; word < share->to * WORDS; word++) {
        for (uint64_t rest = s->plain[word]; rest; rest &= rest - 1) {
            uint64_t item = item_at(word, rest), key = s->key[item];
            s->sorted[share->place[bucket_of(key - s->least)]++] =
                (struct order) { .key = key, .index = (uint32_t)item };
        }
    }
}

/* Those that are equal: into the order of the capture, where that is not the store's. */
static void settle_ties(const struct order_keys *keys, struct order *order, uint64_t count)
{
    for (uint64_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && order[to].key == order[from].key;)
            to++;
        if (to - from < 2)
            continue;
        for (uint64_t i = from; i < to; i++)
            order[i].key = keys->place[order[i].index];
        order_sort(order + from, to - from);
    }
}

static void sort_buckets(void *user, unsigned worker, uint64_t from, uint64_t to)
{
    struct sorting *s = user;
    (void)worker;
    for (uint64_t bucket = from; bucket < to && !query_job_cancelled(s->job); bucket++) {
        uint64_t begin = s->bucket[bucket], end = s->bucket[bucket + 1];
        order_sort(s->sorted + begin, end - begin);
        if (s->keys->place)
            settle_ties(s->keys, s->sorted + begin, end - begin);
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

static bool sort_plain(struct sorting *s, unsigned threads, uint64_t count)
{
    if (count == 0)
        return true;
    s->least = UINT64_MAX;
    for (unsigned i = 0; i < s->share_count; i++)
        s->least = s->shares[i].least < s->least ? s->shares[i].least : s->least;
    s->sorted = arena_take(&s->memory, count * sizeof *s->sorted);
    bool done = spread(threads, s->share_count, 1, count_share, s, s->job);
    place_buckets(s);
    return done && spread(threads, s->share_count, 1, scatter_share, s, s->job) &&
           spread(threads, BUCKETS, 1, sort_buckets, s, s->job);
}

/* By the upper half behind the lower one: each sort keeps what the one before it did. */
static void sort_halves(const struct order_keys *keys, const struct wide *wide, size_t count, uint32_t *out)
{
    struct order *order = alloc_resize(NULL, count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (struct order) { .key = order_place(keys, wide[i].index), .index = (uint32_t)i };
    if (keys->place)
        order_sort(order, count);
    for (size_t i = 0; i < count; i++)
        order[i].key = wide[order[i].index].low;
    order_sort(order, count);
    for (size_t i = 0; i < count; i++)
        order[i].key = wide[order[i].index].key;
    order_sort(order, count);
    for (size_t i = 0; i < count; i++)
        out[i] = wide[order[i].index].index;
    free(order);
}

/* Brings all wide values into the first share's array. */
static uint64_t gather_wide(struct sorting *s)
{
    struct share *all = &s->shares[0];
    size_t count = 0;
    for (unsigned i = 0; i < s->share_count; i++)
        count += s->shares[i].wide_count;
    if (count > all->wide_count)
        all->wide = alloc_resize(all->wide, count, sizeof *all->wide);
    for (unsigned i = 1; i < s->share_count; i++) {
        const struct share *share = &s->shares[i];
        if (share->wide_count == 0)
            continue;
        memcpy(all->wide + all->wide_count, share->wide, share->wide_count * sizeof *share->wide);
        all->wide_count += share->wide_count;
    }
    return all->wide_count;
}

static uint64_t put_missing(const struct sorting *s, uint32_t *out)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < s->share_count; i++)
        for (size_t k = 0; k < s->shares[i].missing_count; k++)
            out[count++] = s->shares[i].missing[k];
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
    bool descending = s->keys->request->descending;
    uint64_t plain = 0;
    for (unsigned i = 0; i < s->share_count; i++)
        plain += s->shares[i].plain_count;
    uint64_t wide = gather_wide(s);
    if (wide > 0)
        sort_halves(s->keys, s->shares[0].wide, wide, descending ? out : out + plain);
    query_job_step(s->job, wide);
    s->out = descending ? out + wide : out;
    if (!sort_plain(s, threads, plain))
        return false;
    *count = plain + wide + put_missing(s, out + plain + wide);
    return true;
}

/*
 * Shares of blocks that follow each other, so that what is equal stays in order; a few for each thread, as one may have
 * its processor for less time than another.
 */
static void make_shares(struct sorting *s, unsigned workers)
{
    uint64_t blocks = order_blocks(s->keys), wanted = (uint64_t)workers * SHARES;
    s->share_count = blocks < wanted ? (blocks > 0 ? (unsigned)blocks : 1) : (unsigned)wanted;
    s->shares = alloc_array(s->share_count, sizeof *s->shares);
    s->key = arena_take(&s->memory, blocks * ORDER_BLOCK * sizeof *s->key);
    s->plain = arena_take(&s->memory, blocks * WORDS * sizeof *s->plain);
    for (unsigned i = 0; i < s->share_count; i++) {
        struct share *share = &s->shares[i];
        share->from = blocks * i / s->share_count;
        share->to = blocks * (i + 1) / s->share_count;
        share->least = UINT64_MAX;
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
    for (unsigned i = 0; i < s.share_count; i++) {
        free(s.shares[i].wide);
        free(s.shares[i].missing);
    }
    free(s.shares);
    arena_release(&s.memory);
    order_keys_release(&keys);
    return done ? count : ORDER_CANCELLED;
}

uint64_t order_all(const struct order_request *request, uint32_t *out, struct query_job *job)
{
    return order_all_early(request, NULL, out, job);
}
