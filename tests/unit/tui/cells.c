/* SPDX-License-Identifier: MIT */
#include "view/tui/cells/cells.h"

#include <criterion/criterion.h>
#include <locale.h>

static struct cells make(int height, int width)
{
    struct cells cells = { 0 };
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
    cells_size(&cells, height, width);
    return cells;
}

static void expect(struct cells *cells, const char *text)
{
    struct strbuf out = { 0 };
    cells_text(cells, &out);
    cr_expect_str_eq(out.data, text);
    strbuf_release(&out);
    cells_release(cells);
}

Test(cells, text_is_cut_at_the_border)
{
    struct cells cells = make(2, 6);
    cr_expect_eq(cells_put(&cells, cells_all(&cells), 0, 2, ROLE_NORMAL, "abcdef"), 4);
    cr_expect_eq(cells_put(&cells, cells_all(&cells), 5, 0, ROLE_NORMAL, "below"), 0);
    expect(&cells, "  abcd\n\n");
}

Test(cells, hostile_text_is_escaped_and_stays_in_its_columns)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {
        { "a\033[2Jb", "a\\x1b[2Jb|\n" }, /* control */
        { "a\nb", "a\\x0ab|\n" },         /* line end */
        { "a\xE2\x80\xAE"
          "b",
          "a\\u{202e}b|\n" }, /* right-to-left override */
        { "a\xE2\x80\x8B"
          "b",
          "a\\u{200b}b|\n" },                    /* zero width space */
        { "e\xCC\x81", "e\\u{301}|\n" },         /* combining: no width of its own */
        { "\xEF\xB8\x8F", "\\u{fe0f}|\n" },      /* variation selector */
        { "\xFF\xC3", "\\xff\\xc3|\n" },         /* no UTF-8 */
        { "\xE4\xB8\xAD|", "\xE4\xB8\xAD||\n" }, /* wide */
        { "back\\slash", "back\\slash|\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cells cells = make(1, 40);
        int used = cells_put(&cells, cells_all(&cells), 0, 0, ROLE_NORMAL, cases[i].text);
        cr_expect_eq(used, cells_width(&cells, cases[i].text), "case %zu", i);
        cells_put(&cells, cells_all(&cells), 0, used, ROLE_NORMAL, "|");
        expect(&cells, cases[i].shown);
    }
}

Test(cells, ascii_has_stand_ins_and_escapes)
{
    struct cells cells = make(2, 40);
    cells.ascii = true;
    cells_put(&cells, cells_all(&cells), 0, 0, ROLE_NORMAL, "→ ▼ █ … é");
    cells_rule(&cells, area_columns(cells_all(&cells), 0, 20), 1, "title");
    expect(&cells, "> v # ~ \\u{e9}\n-- title -----------\n");
}

Test(cells, half_of_a_wide_character_never_stays)
{
    struct cells cells = make(1, 6);
    cells_put(&cells, cells_all(&cells), 0, 0, ROLE_NORMAL, "中中中");
    cells_put(&cells, cells_all(&cells), 0, 1, ROLE_NORMAL, "x");
    cells_put(&cells, cells_all(&cells), 0, 4, ROLE_NORMAL, "y");
    expect(&cells, " x中y\n");
    cells = make(1, 3);
    cr_expect_eq(cells_put(&cells, cells_all(&cells), 0, 0, ROLE_NORMAL, "中中"), 2,
                 "the second one does not fit");
    expect(&cells, "中\n");
}

Test(cells, fields_are_as_wide_as_asked)
{
    struct cells cells = make(3, 12);
    struct area all = cells_all(&cells);
    for (int row = 0; row < 3; row++)
        cells_fill(&cells, all, row, 0, ROLE_NORMAL, "#");
    cells_field(&cells, all, 0, 2, 6, ROLE_NORMAL, false, "abc");
    cells_field(&cells, all, 1, 2, 6, ROLE_NORMAL, true, "abc");
    cells_field(&cells, all, 2, 2, 6, ROLE_NORMAL, false, "abcdefgh");
    expect(&cells, "##abc   ####\n##   abc####\n##abcde…####\n");
}

Test(cells, every_role_has_a_letter_of_its_own)
{
    for (int a = 0; a < ROLE_COUNT; a++)
        for (int b = a + 1; b < ROLE_COUNT; b++)
            cr_expect_neq(role_looks[a].letter, role_looks[b].letter, "%d and %d", a, b);
}

Test(cells, words_stand_in_rows_parted_where_a_clause_ends_or_a_word)
{
    static const struct {
        const char *text;
        int most, rows;
        const char *shown;
    } cases[] = {
        { "short", 3, 1, "short\n\n\n" },
        { "two words more", 3, 2, "two words\nmore\n\n" },
        { "one; a clause", 3, 2, "one;\na clause\n\n" },
        { "a; b; c and d", 3, 2, "a; b;\nc and d\n\n" },
        { "abcdefghijklmnop", 3, 1, "abcdefghi…\n\n\n" }, /* no place to part */
        { "one two three four five six seven", 2, 2, "one two\nthree fou…\n\n" },
        { "one; two three", 2, 2, "one;\ntwo three\n\n" },
        { "one; two and four", 2, 2,
          "one; two\nand four\n\n" }, /* the clause alone has no room in the last row */
        { "", 2, 1, "\n\n\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cells cells = make(3, 10);
        int rows = cells_words(&cells, cells_all(&cells), 0, cases[i].most, ROLE_NORMAL, cases[i].text);
        cr_expect_eq(rows, cases[i].rows, "case %zu", i);
        expect(&cells, cases[i].shown);
    }
}
