/* SPDX-License-Identifier: MIT */
/* Texts, patterns, names of numbers, octets. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/filter_value.h"

#define PATTERN_MOST 256u /* octets of a regular expression */
#define REPEATS_MOST 1000u

/* A word as it stands, or what is between quotes; NULL: neither. *length of it. */
char *filter_value_text(struct filter_parser *p, size_t *length)
{
    if (p->now.kind != TOKEN_WORD && p->now.kind != TOKEN_QUOTED)
        return NULL;
    bool quoted = p->now.kind == TOKEN_QUOTED;
    const char *from = p->text + p->now.at + quoted, *end = from + p->now.length - (quoted ? 2 : 0);
    char *text = filter_parser_memory(p, p->now.length + 1);
    *length = 0;
    for (; from < end; from++) {
        if (quoted && *from == '\\' && from + 1 < end &&
            (from[1] == '\\' || from[1] == '"' || from[1] == '\''))
            from++;
        text[(*length)++] = *from;
    }
    return text;
}

void filter_value_add_word(struct value_reader *r, const char *text, size_t length)
{
    struct filter_test *test = &r->leaf->test;
    test->words = filter_value_grow(r->p, test->words, test->word_count, sizeof *test->words);
    test->words[test->word_count++] = (struct filter_word) { .text = text, .length = length };
}

/*
 * What regcomp() and regexec() take endless time or memory for is not taken: references back, and repetitions of
 * repetitions.
 */
static const char *pattern_danger(const char *pattern)
{
    uint64_t repeats = 1;
    for (const char *at = pattern; *at; at++) {
        if (*at == '\\') {
            if (at[1] >= '1' && at[1] <= '9')
                return "patterns cannot refer back";
            at += at[1] != '\0';
        } else if (*at == '{') {
            char *end;
            unsigned long first = strtoul(at + 1, &end, 10),
                          second = *end == ',' ? strtoul(end + 1, &end, 10) : 0;
            unsigned long most = first > second ? first : second;
            repeats *= most > REPEATS_MOST ? REPEATS_MOST + 1 : most ? most : 1;
            if (repeats > REPEATS_MOST)
                return "the pattern repeats too much";
        }
    }
    return NULL;
}

static bool take_pattern(struct value_reader *r)
{
    struct filter_parser *p = r->p;
    struct filter *filter = p->filter;
    size_t length;
    char reason[128], *text = filter_value_text(p, &length);
    if (!text || length == 0)
        return filter_value_fail(r, "a regular expression");
    if (length > PATTERN_MOST)
        return filter_parser_fail_token(p, "a pattern of more than %u octets", PATTERN_MOST);
    const char *danger = pattern_danger(text);
    if (danger)
        return filter_parser_fail_token(p, "%s", danger);
    regex_t *pattern = alloc_new(sizeof *pattern);
    int status = regcomp(pattern, text, REG_EXTENDED | REG_ICASE | REG_NOSUB);
    if (status != 0) {
        regerror(status, pattern, reason, sizeof reason);
        free(pattern);
        if (reason[0] >= 'A' && reason[0] <= 'Z')
            reason[0] = (char)(reason[0] - 'A' + 'a');
        return filter_parser_fail_token(p, "bad pattern: %s", reason);
    }
    filter->regexes =
        alloc_grow(filter->regexes, filter->regex_count, &filter->regex_capacity, sizeof(regex_t *));
    filter->regexes[filter->regex_count++] = pattern;
    r->leaf->test.pattern = pattern;
    r->leaf->test.match = MATCH_PATTERN;
    filter_parser_advance(p);
    return true;
}

bool filter_value_take_text(struct value_reader *r)
{
    size_t length;
    if (r->operator== OPERATOR_MATCHES)
        return take_pattern(r);
    char *text = filter_value_text(r->p, &length);
    if (!text)
        return filter_value_fail(r, "a text");
    if (r->operator== OPERATOR_CONTAINS) {
        if (length == 0)
            return filter_value_fail(r, "a text with something in it");
        r->leaf->test.match = MATCH_CONTAINS;
    }
    for (size_t i = 0; i < length; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] - 'A' + 'a');
    filter_value_add_word(r, text, length);
    filter_parser_advance(r->p);
    return true;
}

bool filter_value_take_label(struct value_reader *r)
{
    r->leaf->test.kind = TEST_LABEL;
    return filter_value_take_text(r);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "00:1b:44:11:3a:b7", "001b.4411.3ab7", "0x0a0b"; of what is no MAC address a text between quotes, too. */
bool filter_value_take_octets(struct value_reader *r)
{
    struct filter_parser *p = r->p;
    bool mac = field_kind(&r->noun->field) == FIELD_KIND_MAC;
    size_t length, count = 0, digits = 0;
    char *text = filter_value_text(p, &length);
    if (text && (p->now.kind == TOKEN_WORD || mac)) {
        size_t at = length > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 2 : 0;
        for (; at < length; at++) {
            int digit = hex_digit(text[at]);
            if (digit < 0 && digits % 2 == 0 && digits && strchr(":-.", text[at]))
                continue;
            if (digit < 0) {
                digits = 1;
                break;
            }
            count = digits / 2;
            unsigned high = digits % 2 ? (unsigned)(unsigned char)text[count] << 4 : 0;
            text[count] = (char)(high | (unsigned)digit);
            digits++;
        }
        length = digits % 2 ? 0 : digits / 2;
    }
    if (!text || length == 0 || (mac && r->operator!= OPERATOR_CONTAINS && length != 6))
        return filter_value_fail(r, mac ? "a MAC address" : "octets in hex, or a text in quotes");
    if (r->operator== OPERATOR_CONTAINS)
        r->leaf->test.match = MATCH_CONTAINS;
    filter_value_add_word(r, text, length);
    filter_parser_advance(p);
    return true;
}
