/* SPDX-License-Identifier: MIT */
/* What is typed into, chosen from and read in: editor, menu, pager, marks. */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "view/tui/panel/editor.h"
#include "view/tui/panel/marks.h"
#include "view/tui/panel/menu.h"
#include "view/tui/panel/pager.h"

static void press(struct editor *editor, const char *names)
{
    while (*names) {
        size_t length = strcspn(names, " ");
        struct event event = { .kind = EVENT_KEY, .key = key_of_name(names, length) };
        cr_assert_neq(event.key, KEY_CODE_NONE);
        cr_assert(editor_take(editor, &event), "'%.*s'", (int)length, names);
        names += length + strspn(names + length, " ");
    }
}

Test(editor, edits_whole_characters)
{
    static const struct {
        const char *keys, *text;
        size_t cursor;
    } cases[] = {
        { "a é b Left Left x", "axéb", 2 },
        { "a é b BkSp BkSp", "a", 1 },
        { "a b c Home Del", "bc", 0 },
        { "a b ^A é End c", "éabc", 5 },
        { "a Space b Space c ^W", "a b ", 4 },
        { "a b c Left ^K", "ab", 2 },
        { "a b ^U", "", 0 },
        { "Left Right BkSp Del x", "x", 1 },
        { "中 Left a", "a中", 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct editor editor = { .cursor = 0 };
        editor_set(&editor, "");
        press(&editor, cases[i].keys);
        cr_expect_str_eq(editor.text.data, cases[i].text, "case %zu: %s", i, editor.text.data);
        cr_expect_eq(editor.cursor, cases[i].cursor, "case %zu: %zu", i, editor.cursor);
        editor_release(&editor);
    }
}

Test(editor, takes_a_paste_and_leaves_other_keys)
{
    struct editor editor = { .cursor = 0 };
    struct event paste = { .kind = EVENT_PASTE, .text = "port 53", .length = 7 };
    struct event enter = { .kind = EVENT_KEY, .key = KEY_CODE_ENTER };
    editor_set(&editor, "x");
    cr_expect(editor_take(&editor, &paste));
    cr_expect_str_eq(editor.text.data, "xport 53");
    cr_expect_not(editor_take(&editor, &enter));
    editor_release(&editor);
}

Test(editor, history_comes_back_with_what_was_typed)
{
    struct editor_history history = { .count = 0 };
    struct editor editor = { .history = &history };
    editor_remember(&history, "one");
    editor_remember(&history, "two");
    editor_remember(&history, "two"); /* not twice */
    editor_remember(&history, "");
    cr_expect_eq(history.count, 2);
    editor_set(&editor, "now");
    press(&editor, "Up");
    cr_expect_str_eq(editor.text.data, "two");
    press(&editor, "Up Up");
    cr_expect_str_eq(editor.text.data, "one");
    press(&editor, "Down Down Down");
    cr_expect_str_eq(editor.text.data, "now");
    for (int i = 0; i < 3 * EDITOR_HISTORY; i++) {
        char line[16];
        snprintf(line, sizeof line, "%d", i);
        editor_remember(&history, line);
    }
    cr_expect_eq(history.count, EDITOR_HISTORY);
    press(&editor, "Down Up Down Down"); /* it has grown meanwhile */
    editor_release(&editor);
    editor_history_release(&history);
}

Test(editor, is_scrolled_to_its_cursor)
{
    struct cells cells = { 0 };
    struct editor editor = { .cursor = 0 };
    struct strbuf text = { 0 };
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
    cells_size(&cells, 1, 12);
    editor_set(&editor, "0123456789abcdef");
    editor_draw(&editor, &cells, cells_all(&cells), 0, 2);
    cells_text(&cells, &text);
    cr_expect_str_eq(text.data, "  …89abcdef\n");
    cr_expect_eq(cells.cursor_column, 11);
    strbuf_release(&text);
    editor_release(&editor);
    cells_release(&cells);
}

static enum menu_answer choose(struct menu *menu, uint32_t key)
{
    struct event event = { .kind = EVENT_KEY, .key = key };
    return menu_take(menu, &event);
}

Test(menu, goes_round_and_has_keys)
{
    struct menu menu;
    menu_begin(&menu, "title");
    menu_add(&menu, 'a', "first", 10);
    menu_add(&menu, 0, "second", 20);
    cr_expect_eq(choose(&menu, KEY_CODE_UP), MENU_OPEN);
    cr_expect_eq(menu.cursor, 1);
    cr_expect_eq(choose(&menu, KEY_CODE_DOWN), MENU_OPEN);
    cr_expect_eq(menu.cursor, 0);
    cr_expect_eq(choose(&menu, KEY_CODE_SPACE), MENU_OPEN, "nothing to tick");
    cr_expect_eq(choose(&menu, 'j'), MENU_OPEN);
    cr_expect_eq(choose(&menu, KEY_CODE_ENTER), MENU_CHOSEN);
    cr_expect_eq(menu.item[menu.cursor].tag, 20);
    cr_expect_eq(choose(&menu, 'a'), MENU_CHOSEN);
    cr_expect_eq(menu.item[menu.cursor].tag, 10);
    cr_expect_eq(choose(&menu, KEY_CODE_ESC), MENU_LEFT);
}

Test(menu, any_size_is_drawn)
{
    struct menu menu;
    menu_begin(&menu, "title");
    for (int i = 0; i < 2 * MENU_ITEMS; i++)
        menu_add(&menu, 0, "a line of some length", i);
    cr_expect_eq(menu.count, MENU_ITEMS);
    menu.cursor = MENU_ITEMS - 1;
    for (int height = 1; height < 8; height++)
        for (int width = 1; width < 40; width++) {
            struct cells cells = { 0 };
            cells_size(&cells, height, width);
            menu_draw(&menu, &cells, cells_all(&cells));
            cells_release(&cells);
        }
}

Test(menu, takes_clicks_and_the_wheel)
{
    struct menu menu;
    struct cells cells = { 0 };
    menu_begin(&menu, "choose");
    menu_add(&menu, 'a', "one", 1);
    menu_add(&menu, 'b', "two", 2);
    cells_size(&cells, 10, 40);
    menu_draw(&menu, &cells, cells_all(&cells)); /* in the rows 6 to 9, frame included */
    struct event click = { .kind = EVENT_CLICK, .row = 8, .column = 3 };
    cr_expect_eq(menu_take(&menu, &click), MENU_CHOSEN);
    cr_expect_eq(menu.item[menu.cursor].tag, 2);
    struct event wheel = { .kind = EVENT_WHEEL, .delta = -3 };
    cr_expect_eq(menu_take(&menu, &wheel), MENU_OPEN);
    cr_expect_eq(menu.item[menu.cursor].tag, 1);
    menu.ticks = true;
    cr_expect_eq(menu_take(&menu, &click), MENU_TICKED);
    cr_expect(menu.item[1].ticked);
    click.row = 2;
    cr_expect_eq(menu_take(&menu, &click), MENU_LEFT, "beside it");
    cells_release(&cells);
}

Test(pager, wraps_scrolls_and_finds)
{
    struct pager pager = { .count = 0 };
    struct cells cells = { 0 };
    pager_wrap(&pager, ROLE_NORMAL, "one two three four", 9);
    pager_add(&pager, ROLE_NORMAL, "Needle");
    cr_expect_eq(pager.count, 4);
    cells_size(&cells, 2, 20);
    pager_draw(&pager, &cells, cells_all(&cells));
    cr_expect(pager_act(&pager, REQUEST_LAST, NULL));
    cr_expect_eq(pager.top, 2);
    cr_expect(pager_act(&pager, REQUEST_FIRST, NULL));
    cr_expect_eq(pager.top, 0);
    cr_expect(pager_find(&pager, "needle", true));
    cr_expect_eq(pager.found, pager.count, "the line is marked, which cannot become the first one shown");
    cr_expect(pager_find(&pager, "o", true));
    cr_expect_eq(pager.found, 1, "and on from there, from the start again");
    cr_expect(pager_find(&pager, "o", true));
    cr_expect_eq(pager.found, 3);
    cr_expect(pager_find(&pager, "o", false));
    cr_expect_eq(pager.found, 1);
    cr_expect_not(pager_find(&pager, "nowhere", true));
    cr_expect_not(pager_act(&pager, REQUEST_LEFT, NULL));
    cells_release(&cells);
    pager_release(&pager);
}

Test(marks, a_set)
{
    struct marks marks = { .count = 0 };
    for (uint64_t id = 0; id < 1000; id++)
        marks_toggle(&marks, id * id);
    cr_expect_eq(marks.count, 1000);
    for (uint64_t id = 0; id < 1000; id += 2)
        marks_toggle(&marks, id * id);
    cr_expect_eq(marks.count, 500);
    for (uint64_t id = 0; id < 1000; id++)
        cr_expect_eq(marks_has(&marks, id * id), id % 2 == 1);
    cr_expect_not(marks_has(&marks, 3));
    marks_clear(&marks);
    cr_expect_not(marks_has(&marks, 1));
}
