/* SPDX-License-Identifier: MIT */
#include "view/tui/screen/copy.h"

#include <stdint.h>

#include "base/strbuf.h"

static void add_base64(struct strbuf *out, const char *text, size_t length)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        uint32_t three = 0;
        for (size_t k = 0; k < 3; k++)
            three = three << 8 | (i + k < length ? (uint8_t)text[i + k] : 0u);
        for (size_t k = 0; k < 4; k++)
            strbuf_char(out, i + k > length ? '=' : digit[three >> (18 - 6 * k) & 63]);
    }
}

void copy_text(const struct display *display, const char *text, size_t length)
{
    struct strbuf out = { 0 };
    strbuf_text(&out, "\033]52;c;");
    add_base64(&out, text, length < COPY_MOST ? length : COPY_MOST);
    strbuf_char(&out, '\a');
    display->ops->send(display->self, out.data, out.length);
    strbuf_release(&out);
}
