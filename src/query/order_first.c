/* SPDX-License-Identifier: MIT */
#include "query/order_first.h"

#include <stdlib.h>

#include "base/alloc.h"

#define LOOKS 64u /* blocks looked at before all of them are */

struct order_entry {
    uint64_t key, low;
    uint32_t index, place;
    uint8_t state;
};

/* The best so far of one worker; the root is the worst of them. */
struct order_heap {
    struct order_entry *entry;
    uint64_t count;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Wide values are behind plain ones, or before them where the order falls. */
static int compare_states(uint8_t a, uint8_t b, bool descending)
{
    if (a == ORDER_MISSING || b == ORDER_MISSING || !descending)
        return compare_numbers(a, b);
    return compare_numbers(b, a);
}

static bool is_before(const struct order_entry *a, const struct order_entry *b, bool descending)
{
    int order = compare_states(a->state, b->state, descending);
    if (order == 0 && a->state != ORDER_MISSING)
        order = compare_numbers(a->key, b->key);
    if (order == 0 && a->state == ORDER_WIDE)
        order = compare_numbers(a->low, b->low);
    return order != 0 ? order < 0 : a->place < b->place;
}

static void sink(struct order_entry *entry, uint64_t count, uint64_t at, bool descending)
{
    struct order_entry moved = entry[at];
    for (uint64_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_before(&entry[child], &entry[child + 1], descending))
            child++;
        if (!is_before(&moved, &entry[child], descending))
            break;
        entry[at] = entry[child];
    }
    entry[at] = moved;
}

static void rise(struct order_entry *entry, uint64_t at, bool descending)
{
    struct order_entry moved = entry[at];
    while (at > 0 && is_before(&entry[(at - 1) / 2], &moved, descending)) {
        entry[at] = entry[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    entry[at] = moved;
}

static void offer(const struct order_first *first, struct order_heap *heap, const struct order_entry *entry)
{
    bool descending = first->keys->request->descending;
    if (heap->count < first->most) {
        heap->entry[heap->count] = *entry;
        rise(heap->entry, heap->count++, descending);
    } else if (is_before(entry, &heap->entry[0], descending)) {
        heap->entry[0] = *entry;
        sink(heap->entry, heap->count, 0, descending);
    }
}

void order_first_offer(struct order_first *first, unsigned worker, const struct order_reader *r,
                       uint64_t block)
{
    struct order_heap *heap = &first->heaps[worker];
    for (uint32_t i = 0; i < r->count; i++) {
        bool full = heap->count == first->most && heap->entry[0].state == ORDER_PLAIN;
        if (r->plain &&
            ((full && r->key[i] > heap->entry[0].key) || (first->limited && r->key[i] > first->limit)))
            continue; /* as nearly all are */
        uint64_t item = block * ORDER_BLOCK + i;
        if (!order_is_chosen(first->keys->request, item))
            continue;
        struct order_entry entry = { r->key[i], r->low[i], (uint32_t)item,
                                     order_place(first->keys, (uint32_t)item), r->state[i] };
        offer(first, heap, &entry);
    }
}

/*
 * A look at blocks here and there: without it values that get better from one to the next, as times do, would each be
 * among the best so far.
 */
static void find_limit(struct order_first *first, struct query_job *job)
{
    uint64_t blocks = order_blocks(first->keys), step = blocks / LOOKS + 1;
    struct order_heap *heap = &first->heaps[0];
    struct order_reader *reader = order_reader_new(first->keys);
    for (uint64_t block = step / 2; block < blocks && !query_job_cancelled(job); block += step) {
        order_read(reader, block);
        order_first_offer(first, 0, reader, block);
    }
    free(reader);
    first->limited = heap->count == first->most && heap->entry[0].state == ORDER_PLAIN;
    first->limit = first->limited ? heap->entry[0].key : 0;
    heap->count = 0;
}

void order_first_init(struct order_first *first, const struct order_keys *keys, uint64_t most,
                      unsigned workers, struct query_job *job)
{
    *first = (struct order_first) { .keys = keys, .most = most < keys->count ? most : keys->count };
    first->workers = workers;
    first->heaps = alloc_array(workers, sizeof *first->heaps);
    for (unsigned i = 0; i < workers; i++)
        first->heaps[i].entry = alloc_array((size_t)first->most, sizeof *first->heaps[i].entry);
    if (first->most > 0)
        find_limit(first, job);
}

void order_first_release(struct order_first *first)
{
    for (unsigned i = 0; i < first->workers; i++)
        free(first->heaps[i].entry);
    free(first->heaps);
}

/* The heap becomes an ordered list. */
static void settle(struct order_heap *heap, bool descending)
{
    for (uint64_t left = heap->count; left > 1;) {
        struct order_entry last = heap->entry[--left];
        heap->entry[left] = heap->entry[0];
        heap->entry[0] = last;
        sink(heap->entry, left, 0, descending);
    }
}

uint64_t order_first_take(struct order_first *first, uint32_t *out)
{
    struct order_heap *all = &first->heaps[0];
    for (unsigned i = 1; i < first->workers; i++)
        for (uint64_t k = 0; k < first->heaps[i].count; k++)
            offer(first, all, &first->heaps[i].entry[k]);
    settle(all, first->keys->request->descending);
    for (uint64_t i = 0; i < all->count; i++)
        out[i] = all->entry[i].index;
    return all->count;
}
