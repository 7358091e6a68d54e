/* SPDX-License-Identifier: MIT */
#include "query/filter_test.h"

#include <stdlib.h>
#include <string.h>

#include "base/vectors.h"

#define FEW_SPANS    8u   /* are compared with one by one; of more the right one is searched */
#define PATTERN_TEXT 4096 /* octets of a text that a pattern is held against */

static int compare_spans(const void *a, const void *b)
{
    const struct filter_span *x = a, *y = b;
    return x->low < y->low ? -1 : x->low > y->low;
}

void filter_test_settle(struct filter_test *test)
{
    struct filter_span *spans = test->spans;
    size_t kept = 0;
    if (test->span_count < 2)
        return;
    qsort(spans, test->span_count, sizeof *spans, compare_spans);
    for (size_t i = 1; i < test->span_count; i++) {
        struct filter_span *last = &spans[kept];
        if (last->high == UINT64_MAX || spans[i].low <= last->high + 1) {
            if (spans[i].high > last->high)
                last->high = spans[i].high;
        } else {
            spans[++kept] = spans[i];
        }
    }
    test->span_count = kept + 1;
}

/* The first span that does not end before the key; span_count: none. */
static size_t span_at(const struct filter_test *test, uint64_t key)
{
    size_t low = 0, high = test->span_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (test->spans[middle].high < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool filter_test_number(const struct filter_test *test, uint64_t value)
{
    switch (test->kind) {
    case TEST_BITS_ALL:
        return (value & test->bits) == test->bits;
    case TEST_BITS_ANY:
        return value & test->bits;
    case TEST_SPANS: {
        uint64_t key = filter_key(test, value);
        size_t at = span_at(test, key);
        return at < test->span_count && key >= test->spans[at].low;
    }
    default:
        return false;
    }
}

/* Values from `from` on by `length`: sixty-four answers a word. */
WIDE_VECTORS static void within(const uint64_t *values, uint32_t rows, uint64_t from, uint64_t length,
                                uint64_t *bits)
{
    for (uint32_t at = 0; at < rows; at += 64) {
        uint64_t word = 0;
        uint32_t count = rows - at < 64 ? rows - at : 64;
        if (count == 64) {
            for (uint32_t i = 0; i < 64; i++)
                word |= (uint64_t)(values[at + i] - from <= length) << i;
        } else {
            for (uint32_t i = 0; i < count; i++)
                word |= (uint64_t)(values[at + i] - from <= length) << i;
        }
        bits[at / 64] |= word;
    }
}

WIDE_VECTORS static void with_bits(const uint64_t *values, uint32_t rows, uint64_t mask, uint64_t wanted,
                                   uint64_t *bits)
{
    for (uint32_t at = 0; at < rows; at += 64) {
        uint64_t word = 0;
        uint32_t count = rows - at < 64 ? rows - at : 64;
        for (uint32_t i = 0; i < count; i++)
            word |= (uint64_t)((values[at + i] & mask) == wanted) << i;
        bits[at / 64] |= word;
    }
}

static void search_each(const struct filter_test *test, const uint64_t *values, uint32_t rows, uint64_t *bits)
{
    for (uint32_t i = 0; i < rows; i++)
        bits[i / 64] |= (uint64_t)filter_test_number(test, values[i]) << i % 64;
}

/* All but those behind `rows`. */
static void invert(uint64_t *bits, uint32_t rows)
{
    for (uint32_t at = 0; at < rows; at += 64)
        bits[at / 64] = ~bits[at / 64] & (rows - at < 64 ? (UINT64_C(1) << (rows - at)) - 1 : UINT64_MAX);
}

void filter_test_numbers(const struct filter_test *test, const uint64_t *values, uint32_t rows,
                         uint64_t bits[TEST_WORDS])
{
    memset(bits, 0, TEST_WORDS * sizeof *bits);
    if (test->kind == TEST_BITS_ALL) {
        with_bits(values, rows, test->bits, test->bits, bits);
    } else if (test->kind == TEST_BITS_ANY) {
        with_bits(values, rows, test->bits, 0, bits);
        invert(bits, rows);
    } else if (test->kind == TEST_SPANS && test->span_count > FEW_SPANS) {
        search_each(test, values, rows, bits);
    } else if (test->kind == TEST_SPANS) {
        for (size_t i = 0; i < test->span_count; i++)
            within(values, rows, filter_key(test, test->spans[i].low),
                   test->spans[i].high - test->spans[i].low, bits);
    }
}

enum filter_verdict filter_test_between(const struct filter_test *test, uint64_t low, uint64_t high)
{
    if (low == high)
        return filter_test_number(test, low) ? VERDICT_ALL : VERDICT_NONE;
    if (test->kind != TEST_SPANS)
        return VERDICT_MIXED;
    uint64_t first = filter_key(test, low), last = filter_key(test, high);
    size_t at = span_at(test, first);
    if (first > last)
        return VERDICT_MIXED;
    if (at == test->span_count || test->spans[at].low > last)
        return VERDICT_NONE;
    return test->spans[at].low <= first && test->spans[at].high >= last ? VERDICT_ALL : VERDICT_MIXED;
}

bool filter_test_ip4(const struct filter_test *test, uint32_t address)
{
    for (size_t i = 0; i < test->span4_count; i++)
        if (address - test->spans4[i].low <= test->spans4[i].high - test->spans4[i].low)
            return true;
    return false;
}

bool filter_test_ip6(const struct filter_test *test, const uint8_t address[16])
{
    for (size_t i = 0; i < test->span6_count; i++)
        if (memcmp(address, test->spans6[i].low, 16) >= 0 && memcmp(address, test->spans6[i].high, 16) <= 0)
            return true;
    return false;
}

void filter_test_ip4s(const struct filter_test *test, const uint64_t *values, uint32_t rows,
                      uint64_t bits[TEST_WORDS])
{
    memset(bits, 0, TEST_WORDS * sizeof *bits);
    for (size_t i = 0; i < test->span4_count; i++)
        within(values, rows, test->spans4[i].low, test->spans4[i].high - test->spans4[i].low, bits);
}

bool filter_test_address(const struct filter_test *test, const struct addr *address)
{
    const uint8_t *o = address->octets;
    if (address->family == 4)
        return filter_test_ip4(test,
                               (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3]);
    return address->family == 6 && filter_test_ip6(test, o);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal_caseless(const char *text, const struct filter_word *word)
{
    for (size_t i = 0; i < word->length; i++)
        if (lower(text[i]) != word->text[i])
            return false;
    return true;
}

bool filter_test_text(const struct filter_test *test, const char *text, size_t length)
{
    if (test->match == MATCH_PATTERN) {
        regmatch_t whole = { .rm_so = 0, .rm_eo = (regoff_t)(length < PATTERN_TEXT ? length : PATTERN_TEXT) };
        return regexec(test->pattern, text, 0, &whole, REG_STARTEND) == 0;
    }
    for (size_t i = 0; i < test->word_count; i++) {
        const struct filter_word *word = &test->words[i];
        if (word->length > length || (test->match == MATCH_EQUAL && word->length != length))
            continue;
        for (size_t at = 0; at + word->length <= length; at++)
            if (equal_caseless(text + at, word))
                return true;
    }
    return false;
}

static bool test_octets(const struct filter_test *test, const uint8_t *octets, size_t length)
{
    for (size_t i = 0; i < test->word_count; i++) {
        const struct filter_word *word = &test->words[i];
        if (test->match == MATCH_EQUAL ? word->length == length && memcmp(octets, word->text, length) == 0
                                       : memmem(octets, length, word->text, word->length) != NULL)
            return true;
    }
    return false;
}

static bool test_float(const struct filter_test *test, double value)
{
    for (size_t i = 0; i < test->float_count; i++) {
        const struct filter_span_float *span = &test->floats[i];
        if ((span->above ? value > span->low : value >= span->low) &&
            (span->below ? value < span->high : value <= span->high))
            return true;
    }
    return false;
}

bool filter_test_value(const struct filter_test *test, const struct nfdec_value *value, bool *comparable)
{
    bool numbers = test->kind == TEST_SPANS || test->kind == TEST_BITS_ALL || test->kind == TEST_BITS_ANY;
    *comparable = true;
    switch (value->kind) {
    case NFDEC_VALUE_UNSIGNED:
    case NFDEC_VALUE_BOOLEAN:
        if (numbers)
            return filter_test_number(test, value->u);
        break;
    case NFDEC_VALUE_SIGNED:
    case NFDEC_VALUE_TIME:
        if (numbers)
            return filter_test_number(test, (uint64_t)value->i);
        break;
    case NFDEC_VALUE_FLOAT:
        if (test->kind == TEST_FLOAT)
            return test_float(test, value->f);
        break;
    case NFDEC_VALUE_IPV4:
    case NFDEC_VALUE_IPV6:
        if (test->kind == TEST_ADDRESS) {
            struct addr address = addr_from(value->octets, value->kind == NFDEC_VALUE_IPV4 ? 4 : 16);
            return filter_test_address(test, &address);
        }
        break;
    case NFDEC_VALUE_STRING:
        if (test->kind == TEST_TEXT)
            return filter_test_text(test, (const char *)value->octets, value->length);
        break;
    case NFDEC_VALUE_MAC:
    case NFDEC_VALUE_OCTETS:
        if (test->kind == TEST_OCTETS)
            return test_octets(test, value->octets, value->length);
        break;
    case NFDEC_VALUE_LIST:
        break;
    }
    *comparable = false;
    return false;
}
