/* SPDX-License-Identifier: MIT */
#include "view/batch/hexdump.h"

#include "base/digits.h"

#define LINE 16u

static void hex_digits(struct strbuf *out, size_t value, unsigned digits)
{
    while (digits-- > 0)
        strbuf_char(out, digits_hex[value >> 4 * digits & 0xF]);
}

void hexdump(struct strbuf *out, const uint8_t *octets, size_t length)
{
    for (size_t at = 0; at < length; at += LINE) {
        size_t n = length - at < LINE ? length - at : LINE;
        strbuf_text(out, "  ");
        hex_digits(out, at, 4);
        strbuf_char(out, ' ');
        for (size_t i = 0; i < LINE; i++) {
            strbuf_text(out, i == LINE / 2 ? "  " : " ");
            if (i < n)
                hex_digits(out, octets[at + i], 2);
            else
                strbuf_text(out, "  ");
        }
        strbuf_text(out, "  ");
        for (size_t i = 0; i < n; i++) {
            uint8_t octet = octets[at + i];
            strbuf_char(out, octet >= 0x20 && octet < 0x7F ? (char)octet : '.');
        }
        strbuf_char(out, '\n');
    }
}
