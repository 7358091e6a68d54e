/* SPDX-License-Identifier: MIT */
/* What a template set announces. */
#include "nfdec/announced.h"

#include <criterion/criterion.h>
#include <string.h>

#include "message.h"

struct listing {
    struct nfdec_announced entry[20];
    size_t count;
};

/* All that the template sets of a message announce. */
static struct listing list(struct nfdec *dec, struct message *b, uint64_t number)
{
    struct listing listing = { .count = 0 };
    message_end(b);
    struct nfdec_packet packet = {
        .data = b->octets, .length = b->length, .number = number, .address_length = 4
    };
    cr_assert_eq(nfdec_feed(dec, &packet), NFDEC_OK);
    const struct nfdec_item *item;
    while ((item = nfdec_next(dec)) != NULL) {
        if (item->kind != NFDEC_ITEM_SET)
            continue;
        struct nfdec_announced announced;
        nfdec_announced_begin(&announced, &item->set);
        while (nfdec_announced_next(&announced))
            listing.entry[listing.count++] = announced;
        cr_expect_not(nfdec_announced_next(&announced));
    }
    message_clear(b);
    return listing;
}

Test(announced, templates_and_options)
{
    static const struct message_field fields[] = { { .id = 8, .length = 4 },
                                                   { .id = 9, .length = 4, .pen = 9 },
                                                   { .id = 1, .length = 4 } };
    for (uint16_t version = 9; version <= 10; version++) {
        struct nfdec *dec = nfdec_new(NULL);
        struct message b;
        message_clear(&b);
        message_begin(&b, version);
        message_set(&b, version == 9 ? 0 : 2);
        size_t first = b.length;
        message_template(&b, 256, message_pair, 2);
        size_t second = b.length;
        message_template(&b, 257, version == 9 ? message_pair : fields, version == 9 ? 2 : 3);
        size_t end = b.length;
        message_zeros(&b, 4);
        message_pair_data(&b, 256, 1);
        message_set(&b, version == 9 ? 1 : 3);
        size_t third = b.length;
        message_options(&b, 258, message_pair, 1, 2);
        struct listing l = list(dec, &b, 1);
        cr_assert_eq(l.count, 3);
        cr_expect_eq(l.entry[0].offset, first);
        cr_expect_eq(l.entry[0].length, second - first);
        cr_expect_eq(l.entry[0].id, 256);
        cr_expect_eq(l.entry[0].field_count, 2);
        cr_expect_eq(l.entry[0].template, nfdec_template_at(dec, 0));
        cr_expect_eq(l.entry[1].offset, second);
        cr_expect_eq(l.entry[1].length, end - second);
        cr_expect_eq(l.entry[1].template, nfdec_template_at(dec, 1));
        cr_expect_eq(l.entry[2].offset, third);
        cr_expect_eq(l.entry[2].scope_count, 1);
        cr_expect_eq(l.entry[2].field_count, 2);
        cr_expect_eq(l.entry[2].template->kind, NFDEC_TEMPLATE_OPTIONS);
        nfdec_free(dec);
    }
}

Test(announced, withdrawals)
{
    struct nfdec *dec = nfdec_new(NULL);
    struct message b;
    message_clear(&b);
    message_begin(&b, 10);
    message_pair_template(&b, 256);
    list(dec, &b, 1);
    message_begin(&b, 10);
    message_set(&b, 2);
    message_withdrawal(&b, 256);
    message_withdrawal(&b, 2);
    message_set(&b, 3);
    message_withdrawal(&b, 3);
    struct listing l = list(dec, &b, 2);
    static const uint16_t ids[] = { 256, 2, 3 };
    cr_assert_eq(l.count, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect(l.entry[i].withdrawal);
        cr_expect_eq(l.entry[i].id, ids[i]);
        cr_expect_eq(l.entry[i].length, 4);
        cr_expect_null(l.entry[i].template);
    }
    nfdec_free(dec);
}

Test(announced, ends_where_it_cannot_be_read)
{
    struct nfdec *dec = nfdec_new(NULL);
    struct message b;
    message_clear(&b);
    message_begin(&b, 10);
    message_set(&b, 2);
    message_template(&b, 256, message_pair, 2);
    message_template(&b, 255, message_pair, 2);
    message_template(&b, 257, message_pair, 2);
    message_set(&b, 2);
    message_template(&b, 258, message_pair, 2);
    message_template(&b, 259, message_pair, 2);
    b.length -= 1;
    struct listing l = list(dec, &b, 1);
    cr_assert_eq(l.count, 2);
    cr_expect_eq(l.entry[0].id, 256);
    cr_expect_eq(l.entry[1].id, 258);
    nfdec_free(dec);
}

/* Template sets of v9 in IPFIX: zeros behind the last template are padding, not the withdrawal of all. */
Test(announced, padding_of_v9_sets_in_ipfix)
{
    struct nfdec *dec = nfdec_new(NULL);
    struct message b;
    message_clear(&b);
    message_begin(&b, 10);
    message_set(&b, 0);
    message_template(&b, 256, message_pair, 2);
    message_zeros(&b, 8);
    struct listing l = list(dec, &b, 1);
    cr_expect_eq(l.count, 1);
    nfdec_free(dec);
}
