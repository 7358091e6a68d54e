/* SPDX-License-Identifier: MIT */
#include "view/format.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/digits.h"
#include "base/time.h"
#include "names/names.h"

#define KIBI  1024u
#define EXACT 53 /* bits of a number that a double holds */

void format_size(struct strbuf *out, uint64_t octets)
{
    static const char unit[] = "KMG";
    if (octets < KIBI) {
        strbuf_unsigned(out, octets);
        strbuf_char(out, 'B');
        return;
    }
    unsigned i = 0;
    while (i < sizeof unit - 2 && octets >> 10 * (i + 2))
        i++;
    unsigned shift = 10 * (i + 1);
    if (octets >> EXACT) {
        strbuf_format(out, "%.2f%c", (double)octets / (double)(UINT64_C(1) << shift), unit[i]);
        return;
    }
    /* as printf rounds: to the nearest, and what is in the middle to the even one */
    uint64_t hundredths = octets * 100 >> shift, half = UINT64_C(1) << (shift - 1);
    uint64_t rest = (octets * 100 & (2 * half - 1)) + (hundredths & 1);
    hundredths += rest > half;
    strbuf_unsigned(out, hundredths / 100);
    const char *digits = &digits_pair[2 * (hundredths % 100)];
    strbuf_add(out, (char[]) { '.', digits[0], digits[1], unit[i] }, 4);
}

void format_duration(struct strbuf *out, int64_t ns)
{
    uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t seconds = magnitude / TIME_SECOND;
    if (ns < 0)
        strbuf_char(out, '-');
    if (seconds < 60) {
        strbuf_unsigned(out, seconds);
        strbuf_text(out, " sec");
    } else if (magnitude <= 3600 * (uint64_t)TIME_SECOND) {
        strbuf_format(out, "%02u:%02u min", (unsigned)(seconds / 60), (unsigned)(seconds % 60));
    } else {
        strbuf_format(out, "%llu:%02u.%02u hours", (unsigned long long)(seconds / 3600),
                      (unsigned)(seconds % 3600 / 60), (unsigned)(seconds % 60));
    }
}

void format_span(struct strbuf *out, int64_t from, int64_t to)
{
    int64_t ns;
    if (__builtin_sub_overflow(to, from, &ns))
        ns = to < from ? INT64_MIN : INT64_MAX;
    format_duration(out, ns);
}

/* Rounds towards the past, so that times before 1970 come out right too. */
static int64_t whole_seconds(int64_t ns)
{
    int64_t seconds = ns / TIME_SECOND;
    return ns % TIME_SECOND < 0 ? seconds - 1 : seconds;
}

/* Of a number below 100. */
static void put_two(char *out, int value)
{
    memcpy(out, &digits_pair[2 * value], 2);
}

void format_parts(struct strbuf *out, const struct tm *parts, bool date, char mark)
{
    char text[] = "0000-00-00 00:00:00";
    put_two(text, (parts->tm_year + 1900) / 100);
    put_two(text + 2, (parts->tm_year + 1900) % 100);
    put_two(text + 5, parts->tm_mon + 1);
    put_two(text + 8, parts->tm_mday);
    put_two(text + 11, parts->tm_hour);
    put_two(text + 14, parts->tm_min);
    put_two(text + 17, parts->tm_sec);
    text[16] = mark;
    size_t from = date ? 0 : 11;
    strbuf_add(out, text + from, sizeof text - 1 - from);
}

void format_local_time(struct strbuf *out, int64_t ns)
{
    time_t seconds = (time_t)whole_seconds(ns);
    struct tm parts;
    if (!localtime_r(&seconds, &parts)) {
        strbuf_char(out, '-');
        return;
    }
    format_parts(out, &parts, true, '.');
}

void format_utc_time(struct strbuf *out, int64_t ns)
{
    unsigned digits = 9;
    int64_t rest = ns % TIME_SECOND;
    while (digits > 0 && rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    char text[TIME_TEXT];
    strbuf_add(out, text, time_text(ns, digits, text));
}

void format_seconds(struct strbuf *out, int64_t ns)
{
    uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t milliseconds = magnitude / 1000000;
    if (ns < 0 && milliseconds > 0)
        strbuf_char(out, '-');
    strbuf_unsigned(out, milliseconds / 1000);
    unsigned fraction = (unsigned)(milliseconds % 1000);
    if (fraction > 0) {
        char digits[4] = { '.', (char)('0' + fraction / 100), (char)('0' + fraction / 10 % 10),
                           (char)('0' + fraction % 10) };
        size_t n = sizeof digits;
        while (digits[n - 1] == '0')
            n--;
        strbuf_add(out, digits, n);
    }
    strbuf_text(out, " s");
}

void format_tcp_flags(struct strbuf *out, uint16_t flags)
{
    static const char letters[] = "CEUAPRSF";
    if (flags & 0x100)
        strbuf_char(out, 'N');
    for (unsigned i = 0; i < 8; i++)
        strbuf_char(out, flags & 0x80u >> i ? letters[i] : '.');
}

void format_protocol(struct strbuf *out, uint8_t protocol)
{
    const char *name = names_protocol(protocol);
    if (name)
        strbuf_text(out, name);
    else
        strbuf_unsigned(out, protocol);
}

void format_address(struct strbuf *out, const struct addr *address)
{
    char text[ADDR_TEXT];
    strbuf_add(out, text, addr_text(address, text));
}

void format_endpoint(struct strbuf *out, const struct addr *address, uint16_t port)
{
    if (address->family == 6)
        strbuf_char(out, '[');
    format_address(out, address);
    if (address->family == 6)
        strbuf_char(out, ']');
    strbuf_char(out, ':');
    strbuf_unsigned(out, port);
}

void format_count(struct strbuf *out, uint64_t count, const char *one)
{
    strbuf_unsigned(out, count);
    strbuf_char(out, ' ');
    strbuf_text(out, one);
    if (count != 1)
        strbuf_char(out, 's');
}

const char *format_version(uint16_t version)
{
    switch (version) {
    case 1:
        return "v1";
    case 5:
        return "v5";
    case 7:
        return "v7";
    case 9:
        return "v9";
    case 10:
        return "IPFIX";
    default:
        return "?";
    }
}

void format_pad(struct strbuf *out, size_t from, size_t width)
{
    size_t length = out->length - from;
    if (length >= width)
        return;
    memset(strbuf_room(out, width - length), ' ', width - length);
    out->length += width - length;
}

void format_right(struct strbuf *out, size_t from, size_t width)
{
    size_t length = out->length - from;
    if (length >= width)
        return;
    size_t blanks = width - length;
    strbuf_room(out, blanks);
    memmove(out->data + from + blanks, out->data + from, length);
    memset(out->data + from, ' ', blanks);
    out->length += blanks;
    out->data[out->length] = '\0';
}

void format_upper(struct strbuf *out, size_t from)
{
    for (size_t i = from; i < out->length; i++)
        if (out->data[i] >= 'a' && out->data[i] <= 'z')
            out->data[i] = (char)(out->data[i] - 'a' + 'A');
}

void format_wrapped(struct strbuf *out, const char *text, size_t margin, size_t at, size_t width)
{
    bool begins = true;
    while (*text) {
        size_t word = strcspn(text, " ");
        if (!begins && at + 1 + word > width) {
            strbuf_format(out, "\n%*s", (int)margin, "");
            at = margin;
        } else if (!begins) {
            strbuf_char(out, ' ');
            at++;
        }
        strbuf_add(out, text, word);
        at += word;
        text += word + strspn(text + word, " ");
        begins = false;
    }
}
