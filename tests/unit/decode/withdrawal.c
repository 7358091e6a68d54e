/* SPDX-License-Identifier: MIT */
/* Templates that are taken back: RFC 7011 section 8.1. */
#include <criterion/criterion.h>

#include "wire.h"

static void announce(struct wire *w, unsigned id)
{
    wire_template(w, id, 1);
    wire_field(w, 8, 4);
}

static void expect_text(const struct listener *l, const char *text)
{
    char said[NFDEC_DIAGNOSTIC_TEXT];
    const struct nfdec_diagnostic *d = listener_told(l, NFDEC_DIAG_TEMPLATE_WITHDRAWN);
    cr_assert(d);
    nfdec_diagnostic_text(d, said, sizeof said);
    cr_expect_str_eq(said, text);
}

Test(withdrawal, is_counted_apart_from_templates)
{
    struct listener l;
    struct wire w = { .length = 0 };
    wire_ipfix(&w, 0);
    wire_set(&w, 2);
    announce(&w, 256);
    announce(&w, 257);
    wire_template(&w, 256, 0);
    wire_end(&w);
    listener_open(&l);
    listener_take(&l, &w);
    cr_expect_eq(l.heard.templates, 2);
    cr_expect_eq(l.heard.withdrawn, 1);
    expect_text(&l, "template 256 was withdrawn");
    listener_close(&l);
}

Test(withdrawal, of_all_says_so)
{
    struct listener l;
    listener_open(&l);
    for (unsigned id = 2; id <= 3; id++) {
        struct wire w = { .length = 0 };
        wire_ipfix(&w, 0);
        wire_set(&w, id);
        wire_template(&w, id, 0);
        wire_end(&w);
        listener_take(&l, &w);
        cr_expect_eq(l.heard.templates, 0);
        cr_expect_eq(l.heard.withdrawn, 1);
        expect_text(&l, id == 2 ? "all templates were withdrawn" : "all options templates were withdrawn");
    }
    listener_close(&l);
}
