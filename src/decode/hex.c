/* SPDX-License-Identifier: MIT */
/*
 * Octets from what people paste: plain hex in any grouping, and hex dumps (xxd, hexdump -C, od -t x1,
 * tcpdump -x and -X, Wireshark), whose lines begin with an offset and may end with a text column.
 */
#include "nfdec/decoder.h"

#include <stdbool.h>
#include <string.h>

struct reader {
    const char *text;
    size_t end; /* of the text, or of the line in hand */
    size_t at;  /* next character; of a failed reader: the culprit */
    uint8_t *out;
    size_t size, count;
};

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_prefix(const struct reader *r, size_t at)
{
    return r->end - at >= 3 && (r->text[at] == '0' || r->text[at] == '\\') &&
           (r->text[at + 1] == 'x' || r->text[at + 1] == 'X') && digit(r->text[at + 2]) >= 0;
}

/* How many hex digits stand at `at`. */
static size_t digits_at(const struct reader *r, size_t at)
{
    size_t n = 0;
    while (at + n < r->end && digit(r->text[at + n]) >= 0)
        n++;
    return n;
}

static size_t blanks_at(const struct reader *r, size_t at)
{
    size_t n = 0;
    while (at + n < r->end && is_blank(r->text[at + n]))
        n++;
    return n;
}

static bool put(struct reader *r, unsigned octet)
{
    if (r->count == r->size)
        return false;
    r->out[r->count++] = (uint8_t)octet;
    return true;
}

/* Takes n digits, n even; false: there is no room for their octets. */
static bool take_pairs(struct reader *r, size_t n)
{
    for (; n >= 2; n -= 2) {
        if (!put(r, (unsigned)digit(r->text[r->at]) << 4 | (unsigned)digit(r->text[r->at + 1])))
            return false;
        r->at += 2;
    }
    return true;
}

/* A token of plain hex; a single digit is an octet only where it has a prefix, as in "0x5". */
static bool take_plain(struct reader *r)
{
    bool prefixed = is_prefix(r, r->at);
    if (prefixed)
        r->at += 2;
    size_t n = digits_at(r, r->at);
    if (n == 0)
        return false;
    if (prefixed && n == 1) {
        if (!put(r, (unsigned)digit(r->text[r->at])))
            return false;
        r->at++;
        return true;
    }
    return take_pairs(r, n) && n % 2 == 0;
}

static bool read_plain(struct reader *r)
{
    while (r->at < r->end) {
        if (r->text[r->at] != '\0' && strchr(" \t\r\n\f\v:,;-", r->text[r->at]))
            r->at++;
        else if (!take_plain(r))
            return false;
    }
    return true;
}

/* The offset column of a dump's line. */
struct offset {
    uint64_t value;
    size_t digits;
    size_t behind; /* place of what follows the column */
    bool colon;
};

/* False: the line does not begin with an offset. The reader stays where it is. */
static bool read_offset(const struct reader *r, struct offset *offset)
{
    size_t at = r->at + (is_prefix(r, r->at) ? 2 : 0);
    size_t n = digits_at(r, at);
    if (n < 3 || n > 16)
        return false;
    *offset = (struct offset) { .digits = n };
    for (size_t i = 0; i < n; i++)
        offset->value = offset->value << 4 | (unsigned)digit(r->text[at + i]);
    at += n;
    offset->colon = at < r->end && r->text[at] == ':';
    offset->behind = at + offset->colon;
    return offset->behind == r->end || is_blank(r->text[offset->behind]);
}

static void find_line_end(struct reader *r, size_t text_end)
{
    const char *feed = memchr(r->text + r->at, '\n', text_end - r->at);
    r->end = feed ? (size_t)(feed - r->text) : text_end;
}

/*
 * Whether a line is the first one of a dump. Plain hex has no colon with a blank behind it, and no export
 * message begins with zeros: a first column of zeros that is set apart, or of another width, is an offset.
 */
static bool begins_dump(const struct reader *r)
{
    struct offset offset;
    if (!read_offset(r, &offset))
        return false;
    if (offset.colon)
        return true;
    size_t gap = blanks_at(r, offset.behind);
    if (offset.value != 0 || offset.behind + gap == r->end)
        return false;
    return gap >= 2 || digits_at(r, offset.behind + gap) != offset.digits;
}

/* What is known of a dump while its lines are read. */
struct dump {
    uint64_t base;      /* offset of the first line */
    size_t line_octets; /* of the line before */
    bool begun;
    bool squeezed; /* "*": the line before repeats up to the next offset */
};

static bool repeat_line(struct reader *r, const struct dump *dump, uint64_t count)
{
    if (!dump->squeezed || dump->line_octets == 0 || count > r->size)
        return false;
    for (; r->count < count; r->count++)
        r->out[r->count] = r->out[r->count - dump->line_octets];
    return true;
}

/* Behind two blanks: an octet of the second half (hexdump -C, Wireshark), or else the text column. */
static bool second_half(const struct reader *r, size_t at, size_t gap, size_t octets, size_t width)
{
    if (gap != 2 || octets != 8 || width != 2 || digits_at(r, at) != 2)
        return false;
    return at + 2 == r->end || is_blank(r->text[at + 2]);
}

static bool read_groups(struct reader *r, struct dump *dump)
{
    size_t octets = 0, width = 0;
    while (r->at < r->end) {
        size_t gap = blanks_at(r, r->at);
        size_t at = r->at + gap;
        if (at == r->end || r->text[at] == '|')
            break;
        if (octets > 0 && gap >= 2 && !second_half(r, at, gap, octets, width))
            break;
        r->at = at;
        width = digits_at(r, at);
        if (width == 0 || width % 2 != 0 || (at + width < r->end && !is_blank(r->text[at + width])) ||
            !take_pairs(r, width))
            return false;
        octets += width / 2;
    }
    if (octets > 0)
        dump->line_octets = octets;
    return true;
}

static bool read_dump_line(struct reader *r, struct dump *dump)
{
    struct offset offset;
    r->at += blanks_at(r, r->at);
    if (r->at == r->end)
        return true;
    if (r->text[r->at] == '*' && r->at + 1 + blanks_at(r, r->at + 1) == r->end) {
        dump->squeezed = true;
        return true;
    }
    if (!read_offset(r, &offset))
        return false;
    if (!dump->begun)
        *dump = (struct dump) { .base = offset.value, .begun = true };
    uint64_t wanted = offset.value - dump->base;
    if (offset.value < dump->base || wanted < r->count)
        return false;
    if (wanted > r->count && !repeat_line(r, dump, wanted))
        return false;
    dump->squeezed = false;
    r->at = offset.behind;
    return read_groups(r, dump);
}

static bool read_dump(struct reader *r, size_t text_end)
{
    struct dump dump = { .begun = false };
    while (r->at < text_end) {
        find_line_end(r, text_end);
        if (!read_dump_line(r, &dump))
            return false;
        r->at = r->end < text_end ? r->end + 1 : text_end;
    }
    return true;
}

enum nfdec_status nfdec_hex_decode(const char *text, size_t text_length, uint8_t *out, size_t size,
                                   size_t *length)
{
    struct reader r = { .text = text, .out = out, .size = size };
    while (r.at < text_length && (is_blank(text[r.at]) || text[r.at] == '\n'))
        r.at++;
    find_line_end(&r, text_length);
    bool dump = begins_dump(&r);
    r.end = text_length;
    if (!(dump ? read_dump(&r, text_length) : read_plain(&r)) || r.count == 0) {
        *length = r.at;
        return NFDEC_BAD_HEX;
    }
    *length = r.count;
    return NFDEC_OK;
}
