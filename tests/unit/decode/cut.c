/* SPDX-License-Identifier: MIT */
/* Sets of which the capture holds the first part only. */
#include <criterion/criterion.h>

#include "wire.h"

enum { RECORD = 8, RECORDS = 4 };

/* A template of two addresses, and a data set; returns where the records begin. */
static size_t make(struct wire *w, unsigned version)
{
    if (version == 10)
        wire_ipfix(w, 0);
    else
        wire_v9(w, 5);
    wire_set(w, version == 10 ? 2 : 0);
    wire_template(w, 256, 2);
    wire_field(w, 8, 4);
    wire_field(w, 12, 4);
    wire_set(w, 256);
    size_t records = w->length;
    for (unsigned i = 0; i < RECORDS * RECORD / 4; i++)
        wire_32(w, 0xc0000201u);
    wire_end(w);
    return records;
}

static void expect_cut(unsigned version, size_t octets)
{
    struct wire w = { .length = 0 };
    struct listener l;
    size_t records = make(&w, version);
    listener_open(&l);
    listener_take_cut(&l, &w, records + octets);
    cr_expect_eq(l.heard.records, octets / RECORD, "v%u, %zu octets: %u", version, octets, l.heard.records);
    cr_expect_eq(l.heard.cut_sets, 1, "v%u, %zu octets", version, octets);
    cr_expect_eq(l.heard.told_count, 1, "v%u, %zu octets: %u", version, octets, l.heard.told_count);
    cr_expect(listener_told(&l, NFDEC_DIAG_CAPTURE_CUT));
    listener_close(&l);
}

Test(cut, is_told_once_and_its_partial_record_is_no_fault)
{
    for (size_t octets = 0; octets < (size_t)RECORDS * RECORD; octets++) {
        expect_cut(10, octets);
        expect_cut(9, octets);
    }
}

Test(cut, what_is_whole_is_not_cut)
{
    struct wire w = { .length = 0 };
    struct listener l;
    make(&w, 10);
    listener_open(&l);
    listener_take(&l, &w);
    cr_expect_eq(l.heard.records, RECORDS);
    cr_expect_eq(l.heard.cut_sets, 0);
    cr_expect_eq(l.heard.told_count, 0);
    listener_close(&l);
}

/* The first message is there wholly, and its set reaches beyond it: no matter that the capture ends later. */
Test(cut, a_set_that_overruns_a_whole_message_overruns_it)
{
    struct wire w = { .length = 0 };
    struct listener l;
    size_t records = make(&w, 10);
    w.data[records - 1] += RECORD;
    make(&w, 10);
    listener_open(&l);
    listener_take_cut(&l, &w, w.length - RECORD);
    cr_expect(listener_told(&l, NFDEC_DIAG_SET_OVERRUN));
    cr_expect(listener_told(&l, NFDEC_DIAG_CAPTURE_CUT));
    cr_expect_eq(l.heard.cut_sets, 1);
    listener_close(&l);
}

Test(cut, a_udp_length_beyond_what_was_sent_is_no_cut)
{
    struct wire w = { .length = 0 };
    struct listener l;
    make(&w, 9);
    listener_open(&l);
    l.announced = w.length + 100;
    listener_take(&l, &w);
    const struct nfdec_diagnostic *d = listener_told(&l, NFDEC_DIAG_UDP_LENGTH);
    cr_assert(d);
    cr_expect_eq(d->a, w.length + 100);
    cr_expect_eq(d->b, w.length);
    cr_expect_eq(l.heard.told_count, 1);
    cr_expect_eq(l.heard.records, RECORDS);
    listener_close(&l);
}
