/* SPDX-License-Identifier: MIT */
/* The wide way against the plain one: every row and column, those that must stay as they are included. */
#include "decode/load.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "nfdec/nfdec.h"

enum { FIELDS = 12, TEMPLATES = 3000, RECORDS = 23 };

struct bench {
    struct nfdec *dec;
    struct message b;
    uint64_t random;
    uint64_t plain[NFDEC_COLUMN_COUNT][NFDEC_ROWS + NFDEC_GAP],
        wide[NFDEC_COLUMN_COUNT][NFDEC_ROWS + NFDEC_GAP];
    uint32_t operations; /* bits: of pairs that were run */
    uint32_t twos;       /* pairs of two numbers */
};

static uint32_t roll(struct bench *bench, uint32_t below)
{
    bench->random = bench->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(bench->random >> 33) % below;
}

static struct message_field random_field(struct bench *bench)
{
    static const uint16_t numbers[] = { 1, 2, 85, 86, 8, 12, 7, 11, 4, 6, 5, 10, 14, 58, 234, 34, 95, 136 };
    static const struct message_field times[] = { { .id = 22, .length = 4 },  { .id = 21, .length = 4 },
                                                  { .id = 150, .length = 4 }, { .id = 151, .length = 4 },
                                                  { .id = 152, .length = 8 }, { .id = 153, .length = 8 },
                                                  { .id = 158, .length = 4 }, { .id = 159, .length = 4 } };
    if (roll(bench, 4) == 0)
        return times[roll(bench, 8)];
    if (roll(bench, 8) == 0)
        return (struct message_field) { .id = 27, .length = 16 };
    return (struct message_field) { .id = numbers[roll(bench, 18)],
                                    .length = (uint16_t)(1 + roll(bench, 8)) };
}

static void random_set(struct bench *bench, uint32_t records)
{
    struct message_field fields[FIELDS];
    uint16_t count = (uint16_t)(1 + roll(bench, FIELDS));
    size_t octets = 0;
    for (uint16_t i = 0; i < count; i++) {
        fields[i] = random_field(bench);
        octets += fields[i].length;
    }
    message_begin(&bench->b, 9);
    message_set(&bench->b, 0);
    message_template(&bench->b, 256, fields, count);
    message_set(&bench->b, 256);
    for (size_t i = 0; i < records * octets; i++)
        message_u8(&bench->b, (uint8_t)roll(bench, 256));
    message_end(&bench->b);
}

static void run_both(struct bench *bench, const struct load *load, const struct nfdec_plan *plan)
{
    struct load other = *load;
    const struct plan_pair *pair = plan->pairs;
    other.columns = bench->wide;
    for (uint16_t i = 0; i < plan->first_steps; i = (uint16_t)(i + plan->steps[i].alike)) {
        const struct plan_step *step = &plan->steps[i];
        if (step->operation > PLAN_LAST_ALIKE)
            continue;
        load_plain(load, step, pair);
        load_wide(&other, step, pair);
        for (const struct plan_pair *end = pair + step->pairs; pair < end; pair++) {
            bench->operations |= 1u << pair->operation;
            bench->twos += pair->values[0] != pair->values[1];
        }
    }
    cr_assert_eq(pair, plan->pairs + plan->pair_count);
}

/* At a stride, and in an order of their own. */
static void compare(struct bench *bench, const struct nfdec_set *set)
{
    const uint8_t *at[RECORDS];
    for (uint32_t i = 0; i < set->records; i++)
        at[i] = set->data + (i * 7 + 3) % set->records * (size_t)set->template->record_length;
    for (unsigned scattered = 0; scattered < 2; scattered++) {
        struct load load = { .first = set->data,
                             .stride = set->template->record_length,
                             .at = scattered ? at : NULL,
                             .count = set->records,
                             .row = roll(bench, 2) ? NFDEC_ROWS - set->records : roll(bench, 1000),
                             .columns = bench->plain,
                             .export_time = (uint64_t)set->message->export_time,
                             .uptime = roll(bench, 2) ? roll(bench, UINT32_MAX) : set->message->uptime };
        run_both(bench, &load, set->template->plan);
        cr_assert(memcmp(bench->plain, bench->wide, sizeof bench->plain) == 0, "%u records", set->records);
    }
}

/* Octets of their own, so that a sanitizer sees what is read before the first or behind the last of them. */
static void feed(struct bench *bench, uint32_t records)
{
    uint8_t *octets = malloc(bench->b.length);
    cr_assert_not_null(octets);
    memcpy(octets, bench->b.octets, bench->b.length);
    struct nfdec_packet packet = { .data = octets, .length = bench->b.length, .address_length = 4 };
    cr_assert_eq(nfdec_feed(bench->dec, &packet), NFDEC_OK);
    const struct nfdec_item *item;
    while ((item = nfdec_next(bench->dec)) != NULL)
        if (item->kind == NFDEC_ITEM_SET && item->set.kind == NFDEC_SET_DATA) {
            cr_assert_geq(item->set.records, records);
            compare(bench, &item->set);
        }
    free(octets);
    message_clear(&bench->b);
}

Test(load, both_ways_give_the_same)
{
    struct bench *bench = calloc(1, sizeof *bench);
    cr_assert_not_null(bench);
    if (!load_is_wide())
        cr_skip_test("this processor has no vectors of 256 bits");
    bench->dec = nfdec_new(NULL);
    bench->random = 20260318;
    memset(bench->plain, 0xEE, sizeof bench->plain);
    memset(bench->wide, 0xEE, sizeof bench->wide);
    message_clear(&bench->b);
    for (uint32_t n = 0; n < TEMPLATES; n++) {
        uint32_t records = 1 + n % (RECORDS - 4);
        random_set(bench, records);
        feed(bench, records);
    }
    cr_expect_eq(bench->operations, (2u << PLAN_LAST_ALIKE) - 1, "%x", bench->operations);
    cr_expect_gt(bench->twos, TEMPLATES);
    nfdec_free(bench->dec);
    free(bench);
}
