/* SPDX-License-Identifier: MIT */
#include "view/batch/hold.h"

#include <criterion/criterion.h>
#include <string.h>

static struct strbuf out;
static struct hold *hold;

static void begin(void)
{
    out = (struct strbuf) { 0 };
    strbuf_text(&out, "");
    hold = hold_new(&out, 0);
}

static void finish(void)
{
    hold_free(hold);
    strbuf_release(&out);
}

TestSuite(hold, .init = begin, .fini = finish);

static void write_text(uint64_t packet, const char *text)
{
    strbuf_text(hold_text(hold, packet), text);
}

/* The late set: its text takes the place of what was written in case it waits in vain. */
static void resolve(uint64_t packet, uint32_t key, const char *text)
{
    struct strbuf *place = hold_find(hold, packet, key);
    cr_assert_not_null(place);
    strbuf_clear(place);
    strbuf_text(place, text);
    hold_close(hold, packet, key);
}

Test(hold, nothing_is_held_without_a_reason)
{
    write_text(1, "a");
    write_text(2, "b");
    cr_expect_str_eq(out.data, "ab");
    cr_expect_eq(hold_text(hold, 3), &out);
}

Test(hold, what_follows_a_waiting_set_queues_up)
{
    write_text(1, "a");
    hold_open(hold, 2, 0, 0);
    write_text(2, "c");
    write_text(3, "d");
    cr_expect_str_eq(out.data, "a");
    resolve(2, 0, "b");
    cr_expect_str_eq(out.data, "abcd");
    write_text(4, "e");
    cr_expect_str_eq(out.data, "abcde");
}

Test(hold, sets_may_be_resolved_in_any_order)
{
    hold_open(hold, 1, 0, 0);
    write_text(1, "b");
    hold_open(hold, 2, 0, 0);
    write_text(2, "d");
    hold_open(hold, 2, 7, 0);
    resolve(2, 7, "e");
    cr_expect_str_eq(out.data, "");
    resolve(1, 0, "a");
    cr_expect_str_eq(out.data, "ab");
    resolve(2, 0, "c");
    cr_expect_str_eq(out.data, "abcde");
}

Test(hold, a_set_that_waits_in_vain_says_what_it_said)
{
    strbuf_text(hold_open(hold, 1, 0, 0), "a?");
    write_text(1, "b");
    hold_flush(hold);
    cr_expect_str_eq(out.data, "a?b");
    cr_expect_null(hold_find(hold, 1, 0));
}

Test(hold, records_behind_a_waiting_set_are_numbered_when_it_is_known)
{
    static const char mark[] = { HOLD_NUMBER, ' ', HOLD_NUMBER, ' ', '\0' };
    hold_open(hold, 1, 0, 2); /* two records were written before */
    cr_expect(hold_waits(hold, 1));
    write_text(1, mark);
    write_text(2, "x\001 "); /* of a packet that does not wait: as it is */
    hold_open(hold, 3, 1, 0);
    write_text(3, mark);
    resolve(1, 0, mark);
    resolve(3, 1, mark);
    cr_expect_str_eq(out.data, "3 4 5 6 x\001 1 2 3 4 ");
    cr_expect_not(hold_waits(hold, 3));
}

Test(hold, only_the_packet_of_a_waiting_set_waits)
{
    hold_open(hold, 1, 0, 0);
    cr_expect(hold_waits(hold, 1));
    cr_expect_not(hold_waits(hold, 2));
    write_text(2, "x");
    cr_expect_not(hold_waits(hold, 2));
}

Test(hold, marks_can_be_added_to_while_they_are_held)
{
    cr_expect_eq(hold_mark(hold, 1, 9), &out, "nothing is held: a mark is no place");
    hold_open(hold, 2, 0, 0);
    write_text(2, "b");
    strbuf_text(hold_mark(hold, 2, 9), "c");
    write_text(3, "e");
    strbuf_text(hold_find(hold, 2, 9), "d");
    resolve(2, 0, "a");
    cr_expect_str_eq(out.data, "abcde");
    cr_expect_null(hold_find(hold, 2, 9));
}

Test(hold, beyond_the_limit_the_oldest_set_is_given_up)
{
    hold_free(hold);
    hold = hold_new(&out, 4096);
    strbuf_text(hold_open(hold, 1, 0, 0), "first ");
    strbuf_text(hold_open(hold, 2, 0, 0), "second ");
    char *room = strbuf_room(hold_text(hold, 2), 8192);
    memset(room, 'x', 8192);
    struct strbuf *text = hold_text(hold, 2);
    text->length += 8192;
    hold_bound(hold);
    cr_expect_null(hold_find(hold, 1, 0));
    cr_expect_null(hold_find(hold, 2, 0));
    cr_expect_eq(out.length, strlen("first second ") + 8192);
    cr_expect_eq(strncmp(out.data, "first second xxx", 16), 0);
}

Test(hold, what_fits_again_is_kept)
{
    hold_free(hold);
    hold = hold_new(&out, 4096);
    hold_open(hold, 1, 0, 0);
    struct strbuf *text = hold_text(hold, 1);
    memset(strbuf_room(text, 8192), 'x', 8192);
    text->length += 8192;
    strbuf_text(hold_open(hold, 2, 0, 0), "second");
    hold_bound(hold);
    cr_expect_null(hold_find(hold, 1, 0));
    cr_expect_not_null(hold_find(hold, 2, 0));
    cr_expect_eq(out.length, 8192);
}

Test(hold, many_pieces_are_found)
{
    for (uint32_t i = 0; i < 20000; i++)
        hold_open(hold, i, i % 3, 0);
    for (uint32_t i = 20000; i > 0; i--)
        resolve(i - 1, (i - 1) % 3, "x");
    cr_expect_eq(out.length, 20000);
}

Test(hold, live_output_waits_so_long_only)
{
    hold_tick(hold, 1000, 500);
    strbuf_text(hold_open(hold, 1, 0, 0), "");
    write_text(2, "second ");
    hold_tick(hold, 1500, 500);
    cr_expect_str_eq(out.data, "");
    strbuf_text(hold_open(hold, 3, 0, 0), "");
    write_text(4, "fourth ");
    hold_tick(hold, 1501, 500);
    cr_expect_str_eq(out.data, "second ");
    cr_expect_null(hold_find(hold, 1, 0));
    resolve(3, 0, "third ");
    cr_expect_str_eq(out.data, "second third fourth ");
}
