/* SPDX-License-Identifier: MIT */
#include "view/bars.h"

__extension__ typedef unsigned __int128 wide;

void bar_put(struct strbuf *out, uint64_t value, uint64_t most, unsigned width, bool ascii)
{
    static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    unsigned units = ascii ? width : 8 * width, filled = 0;
    if (most > 0 && value > 0) {
        wide rounded = (wide)value * units + (ascii ? most - 1 : most / 2);
        filled = (unsigned)(rounded / most);
        filled = filled > units ? units : filled < 1 ? 1 : filled;
    }
    unsigned whole = ascii ? filled : filled / 8, part = ascii ? 0 : filled % 8;
    for (unsigned i = 0; i < whole; i++)
        strbuf_text(out, ascii ? "#" : "█");
    strbuf_text(out, eighths[part]);
    for (unsigned i = whole + (part > 0); i < width; i++)
        strbuf_char(out, ' ');
}
