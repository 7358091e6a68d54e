/* SPDX-License-Identifier: MIT */
/* Times as people write them, in local time unless they say otherwise; durations. */
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "query/filter_value.h"

/* Reads so many digits; false: they are not there, or the number is not from `least` to `most`. */
static bool read_digits(const char **text, unsigned digits, int least, int most, int *number)
{
    *number = 0;
    for (unsigned i = 0; i < digits; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        *number = *number * 10 + (c - '0');
    }
    *text += digits;
    return *number >= least && *number <= most;
}

struct typed_time {
    struct tm parts;
    int64_t fraction;  /* ns */
    int64_t precision; /* ns from the first to the one behind the last */
    int offset;        /* seconds east of UTC */
    bool zone;         /* it says one */
};

static bool read_date(const char **text, struct typed_time *t)
{
    int year, month, day;
    char between;
    if (!read_digits(text, 4, 1970, 2261, &year) || ((between = **text) != '-' && between != '/'))
        return false;
    ++*text;
    if (!read_digits(text, 2, 1, 12, &month) || **text != between)
        return false;
    ++*text;
    if (!read_digits(text, 2, 1, 31, &day))
        return false;
    t->parts.tm_year = year - 1900;
    t->parts.tm_mon = month - 1;
    t->parts.tm_mday = day;
    t->precision = 86400 * TIME_SECOND;
    return true;
}

/* ".125": to its last digit. */
static bool read_fraction(const char **text, struct typed_time *t)
{
    int64_t unit = TIME_SECOND;
    const char *at = *text + 1;
    for (; *at >= '0' && *at <= '9' && unit > 1; at++) {
        unit /= 10;
        t->fraction += unit * (*at - '0');
    }
    if (unit == TIME_SECOND || (*at >= '0' && *at <= '9'))
        return false;
    t->precision = unit;
    *text = at;
    return true;
}

/* "17:20", "17:20:05", as nfscope writes it "17:20.05", with a fraction behind seconds */
static bool read_clock(const char **text, struct typed_time *t)
{
    if (!read_digits(text, 2, 0, 23, &t->parts.tm_hour) || **text != ':')
        return false;
    ++*text;
    if (!read_digits(text, 2, 0, 59, &t->parts.tm_min))
        return false;
    t->precision = 60 * TIME_SECOND;
    if (**text != ':' && **text != '.')
        return true;
    ++*text;
    if (!read_digits(text, 2, 0, 59, &t->parts.tm_sec))
        return false;
    t->precision = TIME_SECOND;
    return **text != '.' || read_fraction(text, t);
}

static bool read_zone(const char **text, struct typed_time *t)
{
    int hours, minutes;
    if (!**text)
        return true;
    t->zone = true;
    if (**text == 'Z' || **text == 'z') {
        ++*text;
        return true;
    }
    int sign = **text == '+' ? 1 : **text == '-' ? -1 : 0;
    ++*text;
    if (!sign || !read_digits(text, 2, 0, 14, &hours))
        return false;
    *text += **text == ':';
    if (!read_digits(text, 2, 0, 59, &minutes))
        return false;
    t->offset = sign * (hours * 3600 + minutes * 60);
    return true;
}

/* False: there is no such day, or 64 bits do not reach. */
static bool span_of(struct typed_time *t, int64_t *first, int64_t *last)
{
    struct tm parts = t->parts;
    parts.tm_isdst = -1;
    time_t seconds = t->zone ? timegm(&parts) : mktime(&parts);
    if (parts.tm_mday != t->parts.tm_mday || parts.tm_mon != t->parts.tm_mon)
        return false;
    int64_t ns;
    if (__builtin_mul_overflow((int64_t)seconds - t->offset, TIME_SECOND, &ns) ||
        __builtin_add_overflow(ns, t->fraction, &ns) || __builtin_add_overflow(ns, t->precision - 1, last))
        return false;
    *first = ns;
    return true;
}

/* Seconds since 1970, with a fraction. */
static bool read_epoch(const char *text, int64_t *first, int64_t *last)
{
    struct typed_time t = { .precision = TIME_SECOND };
    int64_t seconds = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow(seconds, 10, &seconds) ||
            __builtin_add_overflow(seconds, *at - '0', &seconds))
            return false;
    if (at == text || (*at == '.' && !read_fraction(&at, &t)) || *at ||
        __builtin_mul_overflow(seconds, TIME_SECOND, first) ||
        __builtin_add_overflow(*first, t.fraction, first) ||
        __builtin_add_overflow(*first, t.precision - 1, last))
        return false;
    return true;
}

static bool is_clock(const char *text)
{
    return text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9' && text[2] == ':';
}

bool filter_time_take(struct filter_parser *p, int64_t *first, int64_t *last)
{
    struct typed_time t = { .precision = 0 };
    char word[64];
    size_t length = 0;
    const char *at = p->text + p->now.at;
    char quoted[64];
    if (p->now.kind == TOKEN_QUOTED && p->now.length < sizeof quoted) {
        length = p->now.length - 2;
        memcpy(word, at + 1, length);
        word[length] = '\0';
    } else if (!filter_value_word(p, word, sizeof word)) {
        return false;
    }
    if (read_epoch(word, first, last)) {
        filter_parser_advance(p);
        return true;
    }
    at = word;
    if (!read_date(&at, &t))
        return false;
    struct filter_parser before = *p;
    filter_parser_advance(p);
    if (*at == 'T' || *at == ' ' || *at == '.') { /* nfdump: 2026/11/20.17:20:05 */
        at++;
        if (!read_clock(&at, &t)) {
            *p = before;
            return false;
        }
    } else if (!*at && p->now.kind == TOKEN_WORD && is_clock(p->text + p->now.at) &&
               filter_value_word(p, quoted, sizeof quoted)) {
        at = quoted;
        if (!read_clock(&at, &t))
            return false; /* `now` is the clock, which is to blame */
        filter_parser_advance(p);
    }
    if (!*at && filter_parser_take(p, "utc"))
        t.zone = true;
    if (read_zone(&at, &t) && !*at && span_of(&t, first, last))
        return true;
    *p = before;
    return false;
}

bool filter_duration_take(struct filter_parser *p, int64_t *ns)
{
    static const struct {
        const char *unit;
        int64_t ns;
    } units[] = { { "ms", 1000000 },
                  { "us", 1000 },
                  { "ns", 1 },
                  { "sec", TIME_SECOND },
                  { "s", TIME_SECOND },
                  { "min", 60 * TIME_SECOND },
                  { "m", 60 * TIME_SECOND },
                  { "h", 3600 * TIME_SECOND },
                  { "d", 86400 * TIME_SECOND } };
    char word[64];
    const char *at = word;
    *ns = 0;
    if (!filter_value_word(p, word, sizeof word))
        return false;
    bool minus = *at == '-';
    at += minus;
    do {
        int64_t number = 0, scale = 1, unit = 0;
        const char *begin = at;
        bool point = false;
        for (; (*at >= '0' && *at <= '9') || (*at == '.' && !point && at > begin); at++) {
            point |= *at == '.';
            if (*at == '.')
                continue;
            if (__builtin_mul_overflow(number, 10, &number) ||
                __builtin_add_overflow(number, *at - '0', &number) ||
                (point && __builtin_mul_overflow(scale, 10, &scale)))
                return false;
        }
        if (at == begin)
            return false;
        for (size_t i = 0; !unit && i < sizeof units / sizeof *units; i++) {
            size_t length = strlen(units[i].unit);
            if (strncmp(at, units[i].unit, length) != 0)
                continue;
            unit = units[i].ns;
            at += length;
        }
        if (!unit && !*at && begin == word + minus)
            unit = 1000000; /* as nfdump */
        if (!unit || __builtin_mul_overflow(number, unit, &number) || number % scale != 0 ||
            __builtin_add_overflow(*ns, number / scale, ns))
            return false;
    } while (*at);
    if (minus)
        *ns = -*ns;
    filter_parser_advance(p);
    return true;
}
