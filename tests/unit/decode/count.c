/* SPDX-License-Identifier: MIT */
/* v1, v5 and v7 headers whose count does not agree with the octets behind them. */
#include <criterion/criterion.h>

#include "wire.h"

static const unsigned versions[] = { 1, 5, 7 };

static struct heard take(unsigned version, unsigned count, unsigned records, unsigned more, size_t cut)
{
    struct wire w = { .length = 0 };
    struct listener l;
    wire_fixed(&w, version, count);
    wire_records(&w, version, records);
    for (unsigned i = 0; i < more; i++)
        wire_8(&w, 0x11);
    listener_open(&l);
    listener_take_cut(&l, &w, w.length - cut);
    listener_close(&l);
    return l.heard;
}

static void expect_only(const struct heard *h, enum nfdec_code code, const char *text)
{
    char said[NFDEC_DIAGNOSTIC_TEXT];
    cr_assert_eq(h->told_count, 1, "%u", h->told_count);
    cr_expect_eq(h->told[0].code, code, "%s", nfdec_code_word((enum nfdec_code)h->told[0].code));
    nfdec_diagnostic_text(&h->told[0], said, sizeof said);
    cr_expect_str_eq(said, text);
}

Test(count, too_small_leaves_records_unread_and_says_so)
{
    for (size_t i = 0; i < 3; i++) {
        struct heard h = take(versions[i], 2, 5, 0, 0);
        cr_expect_eq(h.records, 2);
        expect_only(&h, NFDEC_DIAG_BAD_COUNT,
                    "header announces 2 records, the datagram holds 5 whole ones: 3 left unread");
    }
}

Test(count, zero_over_whole_records_is_told)
{
    for (size_t i = 0; i < 3; i++) {
        struct heard h = take(versions[i], 0, 1, 0, 0);
        cr_expect_eq(h.records, 0);
        expect_only(&h, NFDEC_DIAG_BAD_COUNT,
                    "header announces 0 records, the datagram holds 1 whole one: 1 left unread");
    }
}

Test(count, too_large)
{
    struct heard h = take(5, 4, 3, 0, 0);
    cr_expect_eq(h.records, 3);
    expect_only(&h, NFDEC_DIAG_BAD_COUNT, "header announces 4 records, the datagram holds 3 whole ones");
}

Test(count, records_behind_it_are_counted_as_they_were_sent)
{
    struct heard h = take(5, 1, 3, 0, 60);
    cr_expect_eq(h.records, 1);
    cr_assert_eq(h.told_count, 2);
    cr_expect_eq(h.told[0].code, NFDEC_DIAG_CAPTURE_CUT);
    cr_expect_eq(h.told[1].code, NFDEC_DIAG_BAD_COUNT);
    cr_expect_eq(h.told[1].b, 3);
}

Test(count, octets_that_are_no_whole_records_trail)
{
    struct heard h = take(5, 2, 2, 47, 0);
    cr_expect_eq(h.records, 2);
    expect_only(&h, NFDEC_DIAG_TRAILING_OCTETS, "47 octets after the last message are no export message");
    h = take(5, 2, 2, 0, 0);
    cr_expect_eq(h.told_count, 0);
}
