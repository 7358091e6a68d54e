/* SPDX-License-Identifier: MIT */
#include "view/tui/input/keymap.h"

#include <criterion/criterion.h>
#include <string.h>

Test(keymap, own_keys_come_first_and_take_the_place_of_those_of_the_table)
{
    char sort[] = "S n", quit[] = "";
    struct own_keys own = { .keys = { [REQUEST_SORT] = sort, [REQUEST_QUIT] = quit } };
    cr_expect_eq(keymap_find(&own, 'S', IN_SORT), REQUEST_SORT);
    cr_expect_eq(keymap_find(&own, 'n', IN_SORT | IN_FIND), REQUEST_SORT, "before the table");
    cr_expect_eq(keymap_find(&own, 'n', IN_FIND), REQUEST_FIND_NEXT, "where it holds");
    cr_expect_eq(keymap_find(&own, 's', IN_SORT), REQUEST_NONE);
    cr_expect_eq(keymap_find(&own, 'Q', IN_ALL), REQUEST_NONE);
    char name[KEY_NAME];
    cr_expect_eq(keymap_first_key(&own, REQUEST_QUIT, name), 0);
    cr_expect_eq(keymap_named("page-down", 9), REQUEST_PAGE_DOWN);
    cr_expect_eq(keymap_named("page-dow", 8), REQUEST_NONE);
    cr_expect_eq(keymap_named("", 0), REQUEST_NONE);
    cr_expect(keymap_all_keys("S F6 ^T Esc"));
    cr_expect_not(keymap_all_keys("S Foo"));
}

Test(keymap, names_and_keys_go_both_ways)
{
    static const char *const names[] = { "Up", "PgDn", "S-Tab", "Space", "Enter", "Esc",
                                         "F1", "F12",  "^F",    "g",     "?",     "é" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[KEY_NAME];
        uint32_t key = key_of_name(names[i], strlen(names[i]));
        cr_assert_neq(key, KEY_CODE_NONE, "%s", names[i]);
        key_label(key, name);
        cr_expect_str_eq(name, names[i]);
    }
    cr_expect_eq(key_of_name("F13", 3), KEY_CODE_NONE);
    cr_expect_eq(key_of_name("Updown", 6), KEY_CODE_NONE);
}

Test(keymap, every_key_of_the_table_is_one_and_is_found)
{
    for (int i = 1; i < REQUEST_COUNT; i++) {
        const char *keys = keymap[i].keys;
        while (*keys) {
            size_t length = strcspn(keys, " ");
            uint32_t key = key_of_name(keys, length);
            cr_assert_neq(key, KEY_CODE_NONE, "'%.*s'", (int)length, keys);
            cr_expect_neq(keymap_find(NULL, key, keymap[i].contexts), REQUEST_NONE);
            keys += length + strspn(keys + length, " ");
        }
    }
}

/* Of two lines with a key in common the first must not hide the second one wherever that holds. */
Test(keymap, no_key_is_hidden)
{
    for (int i = 1; i < REQUEST_COUNT; i++) {
        bool reached = false;
        const char *keys = keymap[i].keys;
        while (*keys && !reached) {
            size_t length = strcspn(keys, " ");
            uint32_t key = key_of_name(keys, length);
            for (unsigned bit = 0; bit < 32 && !reached; bit++)
                reached =
                    keymap[i].contexts >> bit & 1 && keymap_find(NULL, key, 1u << bit) == (enum request)i;
            keys += length + strspn(keys + length, " ");
        }
        cr_expect(reached, "'%s' (%s)", keymap[i].keys, keymap[i].help);
    }
}

Test(keymap, commands_are_found_by_name)
{
    cr_expect_eq(keymap_command("quit", 4), REQUEST_QUIT);
    cr_expect_eq(keymap_command("quits", 5), REQUEST_NONE);
}
