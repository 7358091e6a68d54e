/* SPDX-License-Identifier: MIT */
/* Lists that do not fit their fields: told where they are, and everything else is read. */
#include <criterion/criterion.h>

#include "nfdec/record.h"
#include "wire.h"

enum { VARIABLE = 65535, ADDRESS = 8, PORT = 7, BASIC_LIST = 291, SUB_TEMPLATE_LIST = 292, MULTI_LIST = 293 };
enum { SEMANTIC = 3, INNER = 257, UNKNOWN = 999 };

/* Template 256: an address and a list; INNER: a port and a list. The set that follows is open. */
static void begin(struct wire *w, unsigned list)
{
    wire_ipfix(w, 0);
    wire_set(w, 2);
    wire_template(w, INNER, 2);
    wire_field(w, PORT, 2);
    wire_field(w, BASIC_LIST, VARIABLE);
    wire_template(w, 256, 2);
    wire_field(w, ADDRESS, 4);
    wire_field(w, list, VARIABLE);
    wire_set(w, 256);
}

/* A basicList of ports whose last value lacks `missing` octets; returns where its field begins. */
static size_t put_ports(struct wire *w, unsigned missing)
{
    wire_8(w, 9 - missing);
    size_t at = w->length;
    wire_8(w, SEMANTIC);
    wire_16(w, PORT);
    wire_16(w, 2);
    wire_16(w, 80);
    for (unsigned i = 0; i < 2 - missing; i++)
        wire_8(w, 1);
    return at;
}

static void expect_told(const struct listener *l, size_t offset, unsigned record, unsigned length)
{
    const struct nfdec_diagnostic *d = listener_told(l, NFDEC_DIAG_LIST_MALFORMED);
    cr_assert(d);
    cr_expect_eq(d->offset, offset, "offset %u", d->offset);
    cr_expect_eq(d->a, record);
    cr_expect_eq(d->b, length);
    cr_expect_eq(d->id, 256);
    cr_expect_eq(l->heard.told_count, 1);
}

Test(malformed, the_list_of_the_second_record)
{
    struct wire w = { .length = 0 };
    struct listener l;
    begin(&w, BASIC_LIST);
    wire_32(&w, 1);
    put_ports(&w, 0);
    wire_32(&w, 2);
    size_t at = put_ports(&w, 1);
    wire_32(&w, 3);
    put_ports(&w, 0);
    wire_end(&w);
    listener_open(&l);
    listener_take(&l, &w);
    cr_expect_eq(l.heard.records, 3);
    expect_told(&l, at, 2, 8);
    listener_close(&l);
}

Test(malformed, a_list_within_a_list)
{
    struct wire w = { .length = 0 };
    struct listener l;
    begin(&w, SUB_TEMPLATE_LIST);
    wire_32(&w, 1);
    wire_8(&w, 3 + 2 + 9);
    wire_8(&w, SEMANTIC);
    wire_16(&w, INNER);
    wire_16(&w, 443);
    size_t at = put_ports(&w, 1);
    wire_end(&w);
    listener_open(&l);
    listener_take(&l, &w);
    expect_told(&l, at, 1, 8);
    listener_close(&l);
}

Test(malformed, a_group_that_overruns_its_list)
{
    struct wire w = { .length = 0 };
    struct listener l;
    begin(&w, MULTI_LIST);
    wire_32(&w, 1);
    wire_8(&w, 1 + 4);
    size_t at = w.length;
    wire_8(&w, SEMANTIC);
    wire_16(&w, INNER);
    wire_16(&w, 5);
    wire_end(&w);
    listener_open(&l);
    listener_take(&l, &w);
    expect_told(&l, at, 1, 5);
    listener_close(&l);
}

Test(malformed, not_what_fits)
{
    struct wire w = { .length = 0 };
    struct listener l;
    begin(&w, SUB_TEMPLATE_LIST);
    wire_32(&w, 1);
    wire_8(&w, 3 + 2 + 10);
    wire_8(&w, SEMANTIC);
    wire_16(&w, INNER);
    wire_16(&w, 443);
    put_ports(&w, 0);
    wire_32(&w, 2); /* records of a template that nobody knows are no fault of the list */
    wire_8(&w, 3 + 4);
    wire_8(&w, SEMANTIC);
    wire_16(&w, UNKNOWN);
    wire_32(&w, 0x12345678);
    wire_end(&w);
    listener_open(&l);
    listener_take(&l, &w);
    cr_expect_eq(l.heard.records, 2);
    cr_expect_eq(l.heard.told_count, 0);
    listener_close(&l);
}

/* Set 256 of a datagram. */
static struct nfdec_set take_data(struct listener *l, const struct wire *w)
{
    struct nfdec_packet packet = { .data = w->data, .length = w->length, .number = 1 };
    const struct nfdec_item *item;
    cr_assert_eq(nfdec_feed(l->dec, &packet), NFDEC_OK);
    do
        item = nfdec_next(l->dec);
    while (item && (item->kind != NFDEC_ITEM_SET || item->set.id != 256));
    cr_assert(item);
    return item->set;
}

Test(malformed, octets_of_an_unknown_template_are_given)
{
    struct wire w = { .length = 0 };
    struct listener l;
    begin(&w, SUB_TEMPLATE_LIST);
    wire_32(&w, 1);
    wire_8(&w, 3 + 4);
    wire_8(&w, SEMANTIC);
    wire_16(&w, UNKNOWN);
    size_t at = w.length;
    wire_32(&w, 0x12345678);
    wire_end(&w);
    listener_open(&l);
    struct nfdec_set set = take_data(&l, &w);
    struct nfdec_record record;
    struct nfdec_field field;
    struct nfdec_list list;
    nfdec_record_begin(&record, &set);
    cr_assert(nfdec_record_next(&record));
    nfdec_field_begin(&field, &record);
    cr_assert(nfdec_field_next(&field) && nfdec_field_next(&field));
    cr_assert(nfdec_list_begin(&list, &field));
    cr_assert(nfdec_list_next(&list));
    cr_expect_null(list.template);
    cr_expect_eq(list.template_id, UNKNOWN);
    cr_expect_eq(list.record.data, w.data + at);
    cr_expect_eq(list.record.length, 4);
    cr_expect_not(nfdec_list_next(&list));
    cr_expect_not(list.malformed);
    listener_close(&l);
}
