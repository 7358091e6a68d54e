/* SPDX-License-Identifier: MIT */
#include "view/batch/json.h"

#include "base/time.h"
#include "view/format.h"

void json_key(struct strbuf *out, const char *key)
{
    size_t length = strlen(key);
    char *room = strbuf_room(out, length + 4);
    if (json_due(out))
        *room++ = ',';
    *room++ = '"';
    memcpy(room, key, length);
    memcpy(room + length, "\":", 3);
    out->length = (size_t)(room + length + 2 - out->data);
}

void json_number(struct strbuf *out, const char *key, uint64_t value)
{
    json_key(out, key);
    strbuf_unsigned(out, value);
}

void json_signed(struct strbuf *out, const char *key, int64_t value)
{
    json_key(out, key);
    strbuf_signed(out, value);
}

void json_bool(struct strbuf *out, const char *key, bool value)
{
    json_key(out, key);
    strbuf_text(out, value ? "true" : "false");
}

void json_word(struct strbuf *out, const char *key, const char *word)
{
    json_key(out, key);
    strbuf_char(out, '"');
    strbuf_text(out, word);
    strbuf_char(out, '"');
}

void json_string(struct strbuf *out, const char *key, const char *text)
{
    json_key(out, key);
    strbuf_json(out, text, strlen(text));
}

void json_time(struct strbuf *out, const char *key, int64_t ns)
{
    json_key(out, key);
    strbuf_char(out, '"');
    format_utc_time(out, ns);
    strbuf_char(out, '"');
}

void json_address(struct strbuf *out, const char *key, const struct addr *address)
{
    if (address->family == 0)
        return;
    json_key(out, key);
    strbuf_char(out, '"');
    format_address(out, address);
    strbuf_char(out, '"');
}

void json_digits_seconds(struct strbuf *out, int64_t ns)
{
    uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    uint64_t fraction = magnitude % TIME_SECOND;
    char digits[9];
    size_t n = sizeof digits;
    for (size_t i = n; i > 0; i--) {
        digits[i - 1] = (char)('0' + fraction % 10);
        fraction /= 10;
    }
    while (n > 0 && digits[n - 1] == '0')
        n--;
    if (ns < 0)
        strbuf_char(out, '-');
    strbuf_unsigned(out, magnitude / TIME_SECOND);
    if (n > 0) {
        strbuf_char(out, '.');
        strbuf_add(out, digits, n);
    }
}

void json_seconds(struct strbuf *out, const char *key, int64_t ns)
{
    json_key(out, key);
    json_digits_seconds(out, ns);
}
