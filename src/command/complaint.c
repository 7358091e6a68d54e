/* SPDX-License-Identifier: MIT */
#include "command/complaint.h"

#include <stdarg.h>
#include <stdio.h>

#define INDENT "    "
#define WINDOW 72 /* octets of a long text that are shown */
#define BEFORE 48 /* of them before the caret */

void complaint_release(struct complaint *complaint)
{
    strbuf_release(&complaint->text);
}

bool complain(struct complaint *complaint, enum complaint_status status, const char *format, ...)
{
    char line[1024]; /* enough for every message of this program; a longer one is cut */
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t shown = length < 0 ? 0 : (size_t)length < sizeof line ? (size_t)length : sizeof line - 1;

    complaint->status = (int)status;
    strbuf_clear(&complaint->text);
    strbuf_text(&complaint->text, "nfscope: ");
    strbuf_clean(&complaint->text, line, shown);
    strbuf_char(&complaint->text, '\n');
    return false;
}

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80; /* UTF-8 */
}

/* Columns that text takes, every character being one wide. */
static size_t columns(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += !continues_character(text[i]);
    return count;
}

bool complain_at(struct complaint *complaint, const char *text, size_t length, size_t at)
{
    if (at > length)
        at = length;
    size_t begin = at > BEFORE && length > WINDOW ? at - BEFORE : 0;
    while (begin > 0 && continues_character(text[begin]))
        begin--;
    size_t end = length - begin > WINDOW ? begin + WINDOW : length;
    while (end < length && end > at && continues_character(text[end]))
        end--;

    struct strbuf *out = &complaint->text;
    strbuf_text(out, begin > 0 ? INDENT "..." : INDENT);
    size_t start = out->length;
    strbuf_clean(out, text + begin, at - begin);
    size_t column = columns(out->data + start, out->length - start);
    strbuf_clean(out, text + at, end - at);
    strbuf_text(out, end < length ? "...\n" : "\n");
    strbuf_format(out, "%s%*s^\n", begin > 0 ? INDENT "   " : INDENT, (int)column, "");
    return false;
}
