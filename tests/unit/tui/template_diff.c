/* SPDX-License-Identifier: MIT */
#include "view/tui/views/template_diff.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "message.h"

static struct message_octets octets;

/* A template 256 of these elements, each in front of its length; 0 ends them. */
static void put_fields(const unsigned *fields)
{
    unsigned count = 0;
    while (fields[2 * count])
        count++;
    put16(&octets, 256);
    put16(&octets, count);
    for (unsigned i = 0; i < 2 * count; i++)
        put16(&octets, fields[i]);
}

/* "+1/12 ..." of two versions. */
static void expect_marks(const unsigned *before, const unsigned *after, const char *marks)
{
    struct template_diff diff = { 0 };
    char text[64] = "";
    begin_ipfix(&octets);
    begin_set(&octets, 2);
    put_fields(before);
    put_fields(after);
    end_set(&octets);
    struct session *run = run_message(&octets);
    const struct nfdec_template *t = nfdec_template_at(session_decoder(run), 1);
    cr_assert(t && t->previous);
    template_diff_make(&diff, t->previous, t);
    for (uint32_t i = 0; i < diff.count; i++)
        text[i] = template_diff_mark(&diff.row[i], t->previous, t);
    cr_expect_str_eq(text, marks);
    free(diff.row);
    session_free(run);
}

Test(template_diff, what_came_and_what_went)
{
    expect_marks((const unsigned[]) { 8, 4, 12, 4, 7, 2, 0 },
                 (const unsigned[]) { 8, 4, 12, 4, 7, 2, 11, 2, 0 }, "   +");
    expect_marks((const unsigned[]) { 8, 4, 12, 4, 7, 2, 0 }, (const unsigned[]) { 8, 4, 7, 2, 0 }, " - ");
    expect_marks((const unsigned[]) { 8, 4, 1, 8, 0 }, (const unsigned[]) { 8, 4, 1, 4, 0 }, " ~");
    expect_marks((const unsigned[]) { 8, 4, 12, 4, 0 }, (const unsigned[]) { 7, 2, 11, 2, 0 }, "--++");
}

Test(template_diff, a_field_that_moved_goes_and_comes)
{
    expect_marks((const unsigned[]) { 8, 4, 12, 4, 7, 2, 0 }, (const unsigned[]) { 12, 4, 7, 2, 8, 4, 0 },
                 "-  +");
}

Test(template_diff, one_version_alone)
{
    struct template_diff diff = { 0 };
    begin_ipfix(&octets);
    begin_set(&octets, 2);
    put_template(&octets, 256, 3, 8, 4);
    end_set(&octets);
    struct session *run = run_message(&octets);
    template_diff_make(&diff, NULL, nfdec_template_at(session_decoder(run), 0));
    cr_expect_eq(diff.count, 3);
    cr_expect_eq(diff.added + diff.removed + diff.changed, 0);
    free(diff.row);
    session_free(run);
}

/* Too many to compare each with each: as far as they begin and end alike. */
Test(template_diff, thousands_of_fields)
{
    struct template_diff diff = { 0 };
    begin_ipfix(&octets);
    begin_set(&octets, 2);
    put_template(&octets, 256, 4000, 8, 4);
    put_template(&octets, 256, 4002, 8, 4);
    end_set(&octets);
    struct session *run = run_message(&octets);
    const struct nfdec_template *t = nfdec_template_at(session_decoder(run), 1);
    cr_assert(t && t->previous);
    template_diff_make(&diff, t->previous, t);
    cr_expect_eq(diff.added, 2);
    cr_expect_eq(diff.removed, 0);
    cr_expect_eq(diff.count, 4002);
    free(diff.row);
    session_free(run);
}
