/* SPDX-License-Identifier: MIT */
#include "query/order_first.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define LOOKS 64u /* blocks looked at before all of them are */

/* The states of items as they follow each other: where the order falls, wide ones come first. */
enum rank { RANK_FIRST, RANK_SECOND, RANK_MISSING, RANK_NONE };

struct order_entry {
    uint64_t key, low; /* 0 where the state has none */
    uint32_t place, index;
    enum rank rank;
};

/* The best so far of one worker, among as many others at the most: these are thrown away together. */
struct order_pool {
    struct order_entry *entry;
    uint64_t count;
    struct order_entry worst; /* what is behind it is not wanted; of RANK_NONE: all is */
};

static enum rank rank_of(uint8_t state, bool descending)
{
    if (state == ORDER_MISSING)
        return RANK_MISSING;
    return (state == ORDER_PLAIN) != descending ? RANK_FIRST : RANK_SECOND;
}

static bool is_before(const struct order_entry *a, const struct order_entry *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank;
    if (a->key != b->key)
        return a->key < b->key;
    return a->low != b->low ? a->low < b->low : a->place < b->place;
}

/* Divides entries from *begin to *end: what is before the pivot ends at *end then, what is behind it begins at *begin. */
static void divide(struct order_entry *entry, struct order_entry pivot, int64_t *begin, int64_t *end)
{
    int64_t low = *begin, high = *end;
    while (low <= high) {
        while (is_before(&entry[low], &pivot))
            low++;
        while (is_before(&pivot, &entry[high]))
            high--;
        if (low > high)
            break;
        struct order_entry moved = entry[low];
        entry[low++] = entry[high];
        entry[high--] = moved;
    }
    *begin = low;
    *end = high;
}

/*
 * Brings the `most` best to the front, the worst of them last, in a time that rises with their number: the pivots depend
 * on where the entries stand, so that nobody can choose values by which it takes longer.
 */
static void choose_best(struct order_entry *entry, uint64_t count, uint64_t most)
{
    int64_t from = 0, to = (int64_t)count - 1, wanted = (int64_t)most - 1;
    uint64_t seed = (uintptr_t)entry;
    while (from < to) {
        int64_t begin = from, end = to;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        divide(entry, entry[from + (int64_t)((seed >> 32) % (uint64_t)(to - from + 1))], &begin, &end);
        if (wanted >= begin)
            from = begin;
        else if (wanted <= end)
            to = end;
        else
            break;
    }
}

static void throw_away(struct order_pool *pool, uint64_t most)
{
    choose_best(pool->entry, pool->count, most);
    pool->count = most;
    pool->worst = pool->entry[most - 1];
}

/* Which items of a block may be wanted, by state: those whose keys are not above a limit. */
struct limits {
    bool some[ORDER_MISSING + 1]; /* there are any */
    uint64_t key[ORDER_MISSING + 1];
};

/* later: all items of the block come behind the worst one where they equal it. */
static struct limits find_limits(const struct order_entry *worst, bool descending, bool later)
{
    struct limits limits;
    for (uint8_t state = ORDER_PLAIN; state <= ORDER_MISSING; state++) {
        enum rank rank = rank_of(state, descending);
        bool same = rank == worst->rank, beyond = same && later && state != ORDER_WIDE;
        limits.some[state] = rank <= worst->rank && !(beyond && worst->key == 0);
        limits.key[state] = same && state != ORDER_MISSING ? worst->key - beyond : UINT64_MAX;
    }
    return limits;
}

static void add_item(const struct order_first *first, struct order_pool *pool, const struct order_reader *r,
                     uint32_t at, uint64_t item)
{
    uint8_t state = r->state[at];
    struct order_entry entry = { .key = state == ORDER_MISSING ? 0 : r->key[at],
                                 .low = state == ORDER_WIDE ? r->low[at] : 0,
                                 .place = order_place(first->keys, (uint32_t)item),
                                 .index = (uint32_t)item,
                                 .rank = rank_of(state, first->keys->request->descending) };
    if (!order_is_chosen(first->keys->request, item) || is_before(&pool->worst, &entry))
        return;
    pool->entry[pool->count++] = entry;
    if (pool->count == 2 * first->most)
        throw_away(pool, first->most);
}

void order_first_offer(struct order_first *first, unsigned worker, const struct order_reader *r,
                       uint64_t block)
{
    struct order_pool *pool = &first->pools[worker];
    bool later = !first->keys->place && block * ORDER_BLOCK > pool->worst.place;
    struct limits limits = find_limits(&pool->worst, first->keys->request->descending, later);
    for (uint32_t i = 0; i < r->count && first->most > 0; i++)
        if (limits.some[r->state[i]] & (r->key[i] <= limits.key[r->state[i]])) /* hardly any is */
            add_item(first, pool, r, i, block * ORDER_BLOCK + i);
}

/*
 * A look at blocks here and there: without it values that get better from one to the next, as times do, would each be
 * among the best so far.
 */
static void look_around(struct order_first *first, struct query_job *job)
{
    uint64_t blocks = order_blocks(first->keys), step = blocks / LOOKS + 1;
    struct order_pool *pool = &first->pools[0];
    struct order_reader *reader = order_reader_new(first->keys);
    for (uint64_t block = step / 2; block < blocks && !query_job_cancelled(job); block += step) {
        order_read(reader, block);
        order_first_offer(first, 0, reader, block);
    }
    free(reader);
    if (pool->count >= first->most)
        throw_away(pool, first->most);
    for (unsigned i = 1; i < first->workers; i++)
        first->pools[i].worst = pool->worst;
    pool->count = 0;
}

void order_first_init(struct order_first *first, const struct order_keys *keys, uint64_t most,
                      unsigned workers, struct query_job *job)
{
    *first = (struct order_first) { .keys = keys, .most = most < keys->count ? most : keys->count };
    first->workers = workers;
    first->pools = alloc_array(workers, sizeof *first->pools);
    for (unsigned i = 0; i < workers; i++) {
        first->pools[i].entry = alloc_array((size_t)first->most, 2 * sizeof *first->pools[i].entry);
        first->pools[i].worst.rank = RANK_NONE;
    }
    if (first->most > 0)
        look_around(first, job);
}

void order_first_release(struct order_first *first)
{
    for (unsigned i = 0; i < first->workers; i++)
        free(first->pools[i].entry);
    free(first->pools);
}

/* Brings what another one has into `all`. */
static void take_over(struct order_pool *all, struct order_pool *other, uint64_t most)
{
    if (all->count > most)
        throw_away(all, most);
    if (other->count > most)
        throw_away(other, most);
    memcpy(all->entry + all->count, other->entry, other->count * sizeof *other->entry);
    all->count += other->count;
}

static int compare_entries(const void *a, const void *b)
{
    return is_before(a, b) ? -1 : is_before(b, a);
}

uint64_t order_first_take(struct order_first *first, uint32_t *out)
{
    struct order_pool *all = &first->pools[0];
    for (unsigned i = 1; i < first->workers; i++)
        take_over(all, &first->pools[i], first->most);
    if (all->count > first->most)
        throw_away(all, first->most);
    qsort(all->entry, all->count, sizeof *all->entry, compare_entries);
    for (uint64_t i = 0; i < all->count; i++)
        out[i] = all->entry[i].index;
    return all->count;
}
