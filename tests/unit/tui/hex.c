/* SPDX-License-Identifier: MIT */
#include "view/tui/packet/hex.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>

static const uint8_t octets[40] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ\x01\xFF";

static char *drawn(struct hex *hex, int height, int width, bool roles)
{
    struct cells cells = { 0 };
    struct strbuf out = { 0 };
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"));
    cells_size(&cells, height, width);
    hex_draw(hex, &cells, cells_all(&cells));
    if (roles)
        cells_roles(&cells, &out);
    else
        cells_text(&cells, &out);
    cells_release(&cells);
    return out.data;
}

Test(hex, sixteen_in_a_row)
{
    struct hex hex = { .octets = octets, .length = sizeof octets };
    hex_mark(&hex, 14, 4);
    char *text = drawn(&hex, 3, 72, false);
    cr_expect_str_eq(text, "0000  41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e[4f 50  ABCDEFGHIJKLMNOP\n"
                           "0010  51 52]53 54 55 56 57 58  59 5a 01 ff 00 00 00 00  QRSTUVWXYZ······\n"
                           "0020  00 00 00 00 00 00 00 00                           ········\n");
    free(text);
}

Test(hex, eight_in_a_row_where_it_is_narrow)
{
    struct hex hex = { .octets = octets, .length = 10 };
    hex_mark(&hex, 8, 1);
    char *text = drawn(&hex, 2, HEX_NARROW, false);
    cr_expect_str_eq(text, "0000  41 42 43 44 45 46 47 48  ABCDEFGH\n"
                           "0008 [49]4a                    IJ\n");
    free(text);
}

Test(hex, three_strengths)
{
    struct hex hex = { .octets = octets, .length = 8, .layer_marked = 6, .focus = true };
    hex_mark(&hex, 2, 3);
    hex.cursor = 3;
    char *roles = drawn(&hex, 1, HEX_NARROW, true);
    cr_expect_str_eq(roles, "dddd..LLLLLvFF.cc.FFvLL........LLFcFLdd\n");
    free(roles);
}

Test(hex, the_mark_is_in_sight)
{
    uint8_t many[4096] = { 0 };
    struct hex hex = { .octets = many, .length = sizeof many };
    hex_mark(&hex, 2000, 4);
    free(drawn(&hex, 3, 72, false));
    cr_expect(hex.top <= 2000 / 16 && 2000 / 16 < hex.top + 3);
}

Test(hex, the_cursor_stays_within)
{
    struct hex hex = { .octets = octets, .length = 20, .focus = true };
    free(drawn(&hex, 2, 72, false));
    cr_expect(hex_act(&hex, REQUEST_OCTET_BACK, 0));
    cr_expect_eq(hex.cursor, 0);
    cr_expect(hex_act(&hex, REQUEST_DOWN, 0));
    cr_expect_eq(hex.cursor, 16);
    cr_expect(hex_act(&hex, REQUEST_DOWN, 0));
    cr_expect_eq(hex.cursor, 16);
    cr_expect(hex_act(&hex, REQUEST_LAST, 0));
    cr_expect_eq(hex.cursor, 19);
    cr_expect(hex_act(&hex, REQUEST_OCTET_NEXT, 0));
    cr_expect_eq(hex.cursor, 19);
    cr_expect(hex_act(&hex, REQUEST_PAGE_UP, 0));
    cr_expect_eq(hex.cursor, 0);
    cr_expect_not(hex_act(&hex, REQUEST_ENTER, 0));
}

Test(hex, a_click_finds_its_octet)
{
    struct hex hex = { .octets = octets, .length = 20 };
    free(drawn(&hex, 2, 72, false));
    cr_expect_eq(hex_at(&hex, 0, 6), 0);
    cr_expect_eq(hex_at(&hex, 0, 6 + 3 * 8 + 1), 8);
    cr_expect_eq(hex_at(&hex, 1, 56), 16);
    cr_expect_eq(hex_at(&hex, 1, 71), UINT32_MAX, "behind the last octet");
    cr_expect_eq(hex_at(&hex, 5, 6), UINT32_MAX);
}

Test(hex, nothing_at_all)
{
    struct hex hex = { .octets = NULL, .length = 0, .focus = true };
    hex_mark(&hex, 0, 0);
    free(drawn(&hex, 2, 72, false));
    cr_expect(hex_act(&hex, REQUEST_DOWN, 0));
    cr_expect_eq(hex.cursor, 0);
}
