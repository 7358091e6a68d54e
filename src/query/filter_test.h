/* SPDX-License-Identifier: MIT */
/*
 * What a value is compared with: spans of numbers, addresses, texts, bits. A test says whether one value passes;
 * what a missing value means, and "!=", is the business of those who ask. Private to src/query/filter*.c.
 */
#ifndef QUERY_FILTER_TEST_H
#define QUERY_FILTER_TEST_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "nfdec/columns.h"
#include "nfdec/record.h"
#include "query/field.h"

enum filter_test_kind {
    TEST_SPANS,    /* numbers, within one of the spans */
    TEST_BITS_ALL, /* all bits of `bits` are set */
    TEST_BITS_ANY, /* one of them is */
    TEST_ADDRESS,
    TEST_FLOAT,
    TEST_OCTETS, /* one of the words, as octets; MAC addresses, too */
    TEST_TEXT,   /* one of the words, or a pattern; case does not count */
    TEST_LABEL,  /* the name of a number, as TEXT */
};

enum filter_match { MATCH_EQUAL, MATCH_CONTAINS, MATCH_PATTERN };

struct filter_span {
    uint64_t low, high; /* keys, see filter_key() */
};
struct filter_span4 {
    uint32_t low, high;
};
struct filter_span6 {
    uint8_t low[16], high[16];
};
struct filter_span_float {
    double low, high;
    bool above, below; /* without the ends themselves */
};
struct filter_word {
    const char *text; /* for TEXT in lower case */
    size_t length;
};

struct filter_test {
    uint8_t kind;  /* enum filter_test_kind */
    uint8_t match; /* enum filter_match, of texts and octets */
    bool is_signed;
    uint64_t bits;
    struct filter_span *spans; /* in order, apart from each other */
    struct filter_span4 *spans4;
    struct filter_span6 *spans6;
    struct filter_span_float *floats;
    struct filter_word *words;
    regex_t *pattern;
    size_t span_count, span4_count, span6_count, float_count, word_count;
};

/* Numbers with and without sign in one order. */
static inline uint64_t filter_key(const struct filter_test *test, uint64_t value)
{
    return test->is_signed ? value ^ UINT64_C(1) << 63 : value;
}

/* A value of a field of kinds TIME, DURATION, NUMBER, COUNTER, FLAGS, BOOLEAN, SIGNED. */
bool filter_test_number(const struct filter_test *test, uint64_t value);

#define TEST_WORDS (NFDEC_ROWS / 64)

/* The same for many: bits 0 ... rows - 1, those behind are 0. */
void filter_test_numbers(const struct filter_test *test, const uint64_t *values, uint32_t rows,
                         uint64_t bits[TEST_WORDS]);

/* What the test says to all numbers from low to high (as int64 where it is signed). */
enum filter_verdict { VERDICT_MIXED, VERDICT_NONE, VERDICT_ALL };
enum filter_verdict filter_test_between(const struct filter_test *test, uint64_t low, uint64_t high);

bool filter_test_address(const struct filter_test *test, const struct addr *address);
bool filter_test_ip4(const struct filter_test *test, uint32_t address);
bool filter_test_ip6(const struct filter_test *test, const uint8_t address[16]);
void filter_test_ip4s(const struct filter_test *test, const uint64_t *values, uint32_t rows,
                      uint64_t bits[TEST_WORDS]);
bool filter_test_text(const struct filter_test *test, const char *text, size_t length);

/* A value of a record. False, too, where it is of another kind than the test. *comparable: it is of its kind. */
bool filter_test_value(const struct filter_test *test, const struct nfdec_value *value, bool *comparable);

/* Puts spans in order and joins those that touch. */
void filter_test_settle(struct filter_test *test);

#endif
