/* SPDX-License-Identifier: MIT */
#include "base/suggest.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *const words[] = { "connections", "flows", "records", "packets", "read", "hex" };

static const char *nearest(const char *word)
{
    const char *found = suggest_word(word, words, sizeof words / sizeof *words);
    return found ? found : "";
}

Test(suggest, distance_counts_edits)
{
    cr_assert_eq(suggest_distance("flows", "flows"), 0);
    cr_assert_eq(suggest_distance("flow", "flows"), 1);
    cr_assert_eq(suggest_distance("flowss", "flows"), 1);
    cr_assert_eq(suggest_distance("flaws", "flows"), 1);
    cr_assert_eq(suggest_distance("folws", "flows"), 1, "a swap of neighbours is one edit");
    cr_assert_eq(suggest_distance("", "flows"), 5);
    cr_assert_eq(suggest_distance("abc", "xyz"), 3);
}

Test(suggest, distance_of_long_words_is_large)
{
    char long_word[100];
    memset(long_word, 'a', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    cr_assert_geq(suggest_distance(long_word, "flows"), 99);
    cr_assert_str_eq(nearest(long_word), "");
}

Test(suggest, of_two_as_near_the_one_that_was_begun)
{
    static const char *const fields[] = { "port", "proto", "sport" };
    cr_assert_str_eq(suggest_word("prot", fields, 3), "proto");
    cr_assert_str_eq(suggest_word("prt", fields, 3), "port");
}

Test(suggest, mistyped_words_are_recognised)
{
    cr_assert_str_eq(nearest("conections"), "connections");
    cr_assert_str_eq(nearest("flow"), "flows");
    cr_assert_str_eq(nearest("pakcets"), "packets");
    cr_assert_str_eq(nearest("raed"), "read");
}

Test(suggest, beginnings_are_recognised)
{
    cr_assert_str_eq(nearest("conn"), "connections");
    cr_assert_str_eq(nearest("pa"), "packets");
    cr_assert_str_eq(nearest("p"), "");
}

Test(suggest, what_is_far_is_not_suggested)
{
    cr_assert_str_eq(nearest("interface"), "");
    cr_assert_str_eq(nearest("csv"), "");
    cr_assert_str_eq(nearest(""), "");
}
