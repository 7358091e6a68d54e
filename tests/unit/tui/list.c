/* SPDX-License-Identifier: MIT */
#include "view/tui/panel/list.h"

#include <criterion/criterion.h>
#include <locale.h>

/* Rows of numbers: row r shows offset + r. */
struct rows {
    uint64_t count, offset;
};

static uint64_t count(void *user)
{
    return ((struct rows *)user)->count;
}

static uint64_t id(void *user, uint64_t row)
{
    return ((struct rows *)user)->offset + row;
}

static uint64_t find(void *user, uint64_t id_)
{
    struct rows *rows = user;
    return id_ >= rows->offset && id_ - rows->offset < rows->count ? id_ - rows->offset : LIST_NONE;
}

static void cell(void *user, uint64_t row, unsigned column, bool wide, struct strbuf *out, enum role *role)
{
    (void)wide;
    (void)role;
    if (column == 2)
        strbuf_text(out, "2001:db8:1234:5678::5d01.5816");
    else
        strbuf_unsigned(out, id(user, row) * (column + 1));
}

static const struct list_ops ops = { .count = count, .id = id, .find = find, .cell = cell };
static const struct list_column columns[] = {
    { .title = "One", .narrow = 4, .wide = 6, .right = true },
    { .title = "Two", .narrow = 4, .wide = 6 },
    { .title = "Address", .narrow = 12, .wide = 20, .most = 40, .middle = true },
};

static struct list make(struct rows *rows)
{
    return (struct list) { .ops = &ops,
                           .user = rows,
                           .columns = columns,
                           .column_count = 3,
                           .id = LIST_NONE,
                           .sorted = -1,
                           .focus = true };
}

static struct strbuf drawn(struct list *list, int height, int width)
{
    struct cells cells = { 0 };
    struct strbuf out = { 0 };
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
    cells_size(&cells, height, width);
    list_draw(list, &cells, cells_all(&cells));
    cells_text(&cells, &out);
    cells_release(&cells);
    return out;
}

Test(list, a_record_is_waited_for_while_there_are_only_the_first_rows)
{
    struct rows rows = { .count = 1000, .offset = 0 };
    struct list list = make(&rows);
    struct strbuf out = drawn(&list, 11, 24);
    list_go(&list, 700);
    rows.count = 50;
    list.partial = true;
    list_sync(&list);
    cr_expect_eq(list.cursor, 49);
    rows.count = 900;
    list.partial = false;
    list_sync(&list);
    cr_expect_eq(list.cursor, 700, "it is on the same record as before");
    rows.count = 50;
    list_sync(&list);
    rows.count = 900;
    list_sync(&list);
    cr_expect_eq(list.cursor, 49, "a record that has gone is not waited for");
    strbuf_release(&out);
    list_release(&list);
}

Test(list, shows_rows_and_the_cursor)
{
    struct rows rows = { .count = 3, .offset = 7 };
    struct list list = make(&rows);
    struct strbuf out = drawn(&list, 5, 24);
    cr_expect_str_eq(out.data, "  One Two  Address\n"
                               ">   7 14   2001:…01.5816\n"
                               "    8 16   2001:…01.5816\n"
                               "    9 18   2001:…01.5816\n\n");
    strbuf_release(&out);
    list_release(&list);
}

Test(list, moves_and_stays_among_its_rows)
{
    static const struct {
        enum request request;
        uint64_t count, cursor, top;
    } steps[] = {
        { REQUEST_UP, 0, 0, 0 },
        { REQUEST_DOWN, 0, 1, 0 },
        { REQUEST_PAGE_DOWN, 0, 11, 10 },
        { REQUEST_LAST, 0, 999999999, 999999990 },
        { REQUEST_DOWN, 0, 999999999, 999999990 },
        { REQUEST_UP, 5, 999999994, 999999990 },
        { REQUEST_LAST, 12, 11, 11 },
        { REQUEST_HALF_UP, 0, 6, 6 },
        { REQUEST_FIRST, 0, 0, 0 },
        { REQUEST_PAGE_UP, 0, 0, 0 },
        { REQUEST_DOWN, UINT64_MAX, 999999999, 999999990 },
    };
    struct rows rows = { .count = 1000000000 };
    struct list list = make(&rows);
    struct strbuf out = drawn(&list, 11, 40);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct event event = { .count = steps[i].count };
        cr_assert(list_act(&list, steps[i].request, &event));
        cr_expect_eq(list.cursor, steps[i].cursor, "step %zu: %llu", i, (unsigned long long)list.cursor);
        cr_expect_eq(list.top, steps[i].top, "step %zu: top %llu", i, (unsigned long long)list.top);
    }
    strbuf_release(&out);
    list_release(&list);
}

Test(list, the_cursor_stays_on_its_record)
{
    struct rows rows = { .count = 100, .offset = 50 };
    struct list list = make(&rows);
    struct strbuf out = drawn(&list, 11, 40);
    strbuf_release(&out);
    list_go(&list, 20);
    rows.offset = 40; /* ten rows came in front */
    rows.count = 110;
    list_sync(&list);
    cr_expect_eq(list.cursor, 30);
    cr_expect_eq(id(&rows, list.cursor), 70);
    rows = (struct rows) { .count = 3, .offset = 0 }; /* it is gone */
    list_sync(&list);
    cr_expect_lt(list.cursor, 3);
    rows.count = 0;
    list_sync(&list);
    cr_expect_eq(list.id, LIST_NONE);
    out = drawn(&list, 11, 40);
    strbuf_release(&out);
    list_release(&list);
}

Test(list, numbers_are_whole_and_others_give_way)
{
    static const struct list_column some[] = {
        { .title = "One", .narrow = 4, .right = true },
        { .title = "Two", .narrow = 8 },
        { .title = "Address", .narrow = 18, .middle = true },
    };
    static const struct {
        uint64_t number;
        const char *shown;
    } cases[] = {
        { 12, "  One Two      Address\n>  12 24       2001:db…:5d01.5816\n" },
        { 123456, "    One Two    Address\n>123456 246912 2001:db…:5d01.5816\n" },
        { 1234567890, "        One Two                 →\n>1234567890 2469135…\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rows rows = { .count = 1, .offset = cases[i].number };
        struct list list = make(&rows);
        list.columns = some;
        struct strbuf out = drawn(&list, 2, 33);
        cr_expect_str_eq(out.data, cases[i].shown);
        strbuf_release(&out);
        list_release(&list);
    }
}

Test(list, scrolls_to_columns_that_do_not_fit)
{
    struct rows rows = { .count = 1 };
    struct list list = make(&rows);
    struct strbuf out = drawn(&list, 2, 12);
    cr_expect_str_eq(out.data, "  One Two  →\n>   0 0\n");
    strbuf_release(&out);
    list_act(&list, REQUEST_RIGHT, NULL);
    list_act(&list, REQUEST_RIGHT, NULL);
    out = drawn(&list, 2, 14);
    cr_expect_str_eq(out.data, "←Address\n>2001:…01.5816\n");
    strbuf_release(&out);
    list_release(&list);
}

Test(list, any_size_is_drawn)
{
    struct rows rows = { .count = 1000 };
    struct list list = make(&rows);
    for (int height = 1; height < 12; height++)
        for (int width = 1; width < 60; width++) {
            struct strbuf out = drawn(&list, height, width);
            strbuf_release(&out);
        }
    list_release(&list);
}
