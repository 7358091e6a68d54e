/* SPDX-License-Identifier: MIT */
/* Allocations that fail, one after the other: nothing is lost but what they were for, and nothing is leaked. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

/* Counts blocks; fails at the n-th allocation, or from it on. */
struct stock {
    size_t asked, fail_at, live;
    bool for_good;
};

static void *take(void *user, size_t size)
{
    struct stock *stock = user;
    stock->asked++;
    if (stock->asked == stock->fail_at || (stock->for_good && stock->asked > stock->fail_at))
        return NULL;
    void *memory = malloc(size);
    cr_assert_not_null(memory);
    memset(memory, 0xA5, size); /* the decoder must not rely on zeros */
    stock->live++;
    return memory;
}

static void give_back(void *user, void *memory)
{
    struct stock *stock = user;
    cr_assert_not_null(memory);
    stock->live--;
    free(memory);
}

struct feeder {
    struct nfdec *dec;
    struct message b;
    uint64_t packets, records;
    bool failed; /* nfdec_out_of_memory() told */
};

static void drain(struct feeder *f)
{
    const struct nfdec_item *item;
    while ((item = nfdec_next(f->dec)) != NULL) {
        if (item->kind != NFDEC_ITEM_SET || !item->set.template)
            continue;
        struct nfdec_record record;
        nfdec_record_begin(&record, &item->set);
        while (nfdec_record_next(&record))
            f->records += item->set.kind == NFDEC_SET_DATA;
    }
    f->failed |= nfdec_out_of_memory(f->dec);
}

static void feed(struct feeder *f, uint16_t port)
{
    message_end(&f->b);
    struct nfdec_packet packet = { .data = f->b.octets,
                                   .length = f->b.length,
                                   .number = ++f->packets,
                                   .time = MESSAGE_NOW,
                                   .address = { 192, 0, 2, 1 },
                                   .address_length = 4,
                                   .port = port };
    cr_assert_eq(nfdec_feed(f->dec, &packet), NFDEC_OK);
    drain(f);
    message_clear(&f->b);
}

static void feed_options(struct feeder *f)
{
    static const struct message_field sampler[] = { { .id = 302, .length = 4 }, { .id = 34, .length = 4 } };
    message_begin(&f->b, 10);
    message_set(&f->b, 3);
    message_options(&f->b, 999, sampler, 1, 2);
    message_set(&f->b, 999);
    for (uint32_t i = 0; i < 40; i++)
        message_u64(&f->b, (uint64_t)i << 32 | 100);
    feed(f, 1);
}

/* All that makes a decoder allocate. Returns the records of data that a decoder with memory finds. */
static void feed_rich_capture(struct feeder *f)
{
    static const struct message_field names[] = { { .id = 100, .length = 4, .pen = 77777 },
                                                  { .id = 82, .length = MESSAGE_VARIABLE },
                                                  { .id = 1, .length = 8, .pen = 29305 } };
    message_clear(&f->b);
    message_begin(&f->b, 5);
    message_fixed_record(&f->b, 1);
    feed(f, 1);
    for (uint32_t domain = 0; domain < 40; domain++) {
        f->b.domain = domain;
        message_begin(&f->b, domain % 2 ? 9 : 10);
        message_pair_data(&f->b, 300, 2);
        feed(f, (uint16_t)(domain % 3));
        f->b.domain = domain;
        message_begin(&f->b, domain % 2 ? 9 : 10);
        for (uint16_t id = 296; id < 304; id++)
            message_pair_template(&f->b, id);
        message_pair_data(&f->b, 301, 1);
        feed(f, (uint16_t)(domain % 3));
    }
    feed_options(f);
    message_begin(&f->b, 10);
    message_set(&f->b, 2);
    message_template(&f->b, 300, names, 3);
    feed(f, 0);
    message_begin(&f->b, 10);
    message_pair_data(&f->b, 500, 1); /* to be borrowed */
    feed(f, 7);
    message_begin(&f->b, 10);
    message_pair_template(&f->b, 500);
    feed(f, 8);
    nfdec_finish(f->dec);
    drain(f);
}

enum { RECORDS = 1 + 40 * 3 + 1 };

/* What a decoder can do that ran out of memory once. */
static void check_it_goes_on(struct feeder *f)
{
    uint64_t before = f->records;
    f->b.domain = 12345;
    message_begin(&f->b, 10);
    message_pair_template(&f->b, 256);
    message_pair_data(&f->b, 256, 2);
    feed(f, 4);
    cr_expect_eq(f->records, before + 2);
    f->b.domain = 0; /* a template that could not be kept comes again, and is learned then */
    message_begin(&f->b, 10);
    message_pair_template(&f->b, 301);
    message_pair_data(&f->b, 301, 2);
    feed(f, 0);
    cr_expect_eq(f->records, before + 4);
}

static size_t run(size_t fail_at)
{
    struct stock stock = { .fail_at = fail_at };
    struct nfdec_config config = { .allocate = take, .release = give_back, .user = &stock };
    struct feeder *f = calloc(1, sizeof *f);
    cr_assert_not_null(f);
    f->dec = nfdec_new(&config);
    size_t for_decoder = stock.asked;
    if (f->dec) {
        feed_rich_capture(f);
        bool told = f->failed;
        cr_expect_eq(told, fail_at > 0 && stock.asked >= fail_at, "allocation %zu", fail_at);
        cr_expect(f->records <= RECORDS && (told || f->records == RECORDS), "%zu: %lu records", fail_at,
                  (unsigned long)f->records);
        cr_expect_geq(f->records, fail_at ? RECORDS - 5 : RECORDS, "%zu: %lu records", fail_at,
                      (unsigned long)f->records);
        size_t asked = stock.asked;
        check_it_goes_on(f);
        cr_expect_eq(nfdec_out_of_memory(f->dec), false);
        nfdec_free(f->dec);
        for_decoder = asked;
    } else {
        cr_expect_leq(fail_at, for_decoder);
    }
    cr_expect_eq(stock.live, 0, "allocation %zu: %zu blocks are left", fail_at, stock.live);
    free(f);
    return for_decoder;
}

Test(memory, every_allocation_fails_once)
{
    size_t all = run(0);
    cr_assert_gt(all, 100);
    for (size_t n = 1; n <= all; n++)
        run(n);
}

Test(memory, nothing_is_left)
{
    for (size_t n = 1; n < 60; n++) {
        struct stock stock = { .fail_at = n, .for_good = true };
        struct nfdec_config config = { .allocate = take, .release = give_back, .user = &stock };
        struct feeder *f = calloc(1, sizeof *f);
        cr_assert_not_null(f);
        f->dec = nfdec_new(&config);
        if (f->dec) {
            feed_rich_capture(f);
            cr_expect(f->failed);
            nfdec_free(f->dec);
        }
        cr_expect_eq(stock.live, 0);
        free(f);
    }
}

/* Both hooks or none: one alone would give memory to the wrong one. */
Test(memory, half_a_pair_of_hooks)
{
    struct stock stock = { .fail_at = 1, .for_good = true };
    struct nfdec_config config = { .allocate = take, .user = &stock };
    struct nfdec *dec = nfdec_new(&config);
    cr_expect_not_null(dec);
    cr_expect_eq(stock.asked, 0);
    nfdec_free(dec);
    nfdec_free(NULL);
}
