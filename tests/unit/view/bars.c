/* SPDX-License-Identifier: MIT */
/* Bars. */
#include <criterion/criterion.h>

#include "view/bars.h"

static void expect(uint64_t value, uint64_t most, bool ascii, const char *wanted)
{
    struct strbuf out = { 0 };
    bar_put(&out, value, most, 4, ascii);
    cr_expect_str_eq(out.data, wanted, "%llu of %llu: '%s'", (unsigned long long)value,
                     (unsigned long long)most, out.data);
    strbuf_release(&out);
}

Test(bars, eighths)
{
    expect(0, 100, false, "    ");
    expect(1, 100000, false, "▏   ");
    expect(25, 100, false, "█   ");
    expect(50, 100, false, "██  ");
    expect(47, 100, false, "█▉  ");
    expect(100, 100, false, "████");
    expect(101, 100, false, "████");
    expect(UINT64_MAX, UINT64_MAX, false, "████");
    expect(1, 0, false, "    ");
}

Test(bars, ascii)
{
    expect(0, 100, true, "    ");
    expect(1, 100, true, "#   ");
    expect(26, 100, true, "##  ");
    expect(100, 100, true, "####");
}
