/* SPDX-License-Identifier: MIT */
#include "command/complaint.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect(struct complaint *complaint, const char *text)
{
    cr_assert_str_eq(complaint->text.data, text);
    complaint_release(complaint);
}

Test(complaint, one_line_with_the_name_in_front)
{
    struct complaint complaint = { 0 };
    cr_assert_not(complain(&complaint, COMPLAINT_INPUT, "bad %s %d", "thing", 7));
    cr_assert_eq(complaint.status, COMPLAINT_INPUT);
    expect(&complaint, "nfscope: bad thing 7\n");
}

Test(complaint, the_last_one_counts)
{
    struct complaint complaint = { 0 };
    complain(&complaint, COMPLAINT_INPUT, "first");
    complain(&complaint, COMPLAINT_USAGE, "second");
    cr_assert_eq(complaint.status, COMPLAINT_USAGE);
    expect(&complaint, "nfscope: second\n");
}

Test(complaint, text_from_outside_stays_one_line_and_harmless)
{
    struct complaint complaint = { 0 };
    complain(&complaint, COMPLAINT_USAGE, "unknown '%s'", "a\x1b[31m\nb");
    expect(&complaint, "nfscope: unknown 'a\\x1b[31m\\x0ab'\n");
}

Test(complaint, a_message_without_end_is_cut)
{
    struct complaint complaint = { 0 };
    char word[4096];
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    complain(&complaint, COMPLAINT_USAGE, "unknown '%s'", word);
    cr_assert_lt(complaint.text.length, 1100);
    cr_assert_eq(complaint.text.data[complaint.text.length - 1], '\n');
    complaint_release(&complaint);
}

Test(complaint, caret_stands_under_the_culprit)
{
    struct complaint complaint = { 0 };
    complain(&complaint, COMPLAINT_INPUT, "bad");
    cr_assert_not(complain_at(&complaint, "udp prot 1", 10, 4));
    expect(&complaint, "nfscope: bad\n    udp prot 1\n        ^\n");
}

Test(complaint, caret_behind_the_end)
{
    struct complaint complaint = { 0 };
    complain(&complaint, COMPLAINT_INPUT, "bad");
    complain_at(&complaint, "udp and", 7, 99);
    expect(&complaint, "nfscope: bad\n    udp and\n           ^\n");
}

Test(complaint, caret_counts_characters_not_octets)
{
    struct complaint complaint = { 0 };
    complain(&complaint, COMPLAINT_INPUT, "bad");
    complain_at(&complaint, "\xc3\xa4\xc3\xb6 x", 6, 5);
    expect(&complaint, "nfscope: bad\n    \xc3\xa4\xc3\xb6 x\n       ^\n");
}

Test(complaint, caret_counts_what_escapes_take)
{
    struct complaint complaint = { 0 };
    complain(&complaint, COMPLAINT_INPUT, "bad");
    complain_at(&complaint, "\x1b x", 3, 2);
    expect(&complaint, "nfscope: bad\n    \\x1b x\n         ^\n");
}

Test(complaint, long_text_is_shown_around_the_culprit)
{
    char text[301];
    memset(text, '.', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    text[200] = 'X';
    struct complaint complaint = { 0 };
    complain(&complaint, COMPLAINT_INPUT, "bad");
    complain_at(&complaint, text, 300, 200);
    const char *shown = strchr(complaint.text.data, '\n') + 1;
    const char *caret = strchr(shown, '\n') + 1;
    cr_assert_lt(caret - shown, 100);
    cr_assert_eq(strchr(shown, 'X') - shown, strchr(caret, '^') - caret);
    complaint_release(&complaint);
}
