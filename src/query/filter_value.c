/* SPDX-License-Identifier: MIT */
/* What a field is compared with: one value, or a list of them. */
#include "query/filter_value.h"

#include <string.h>

#define ITEMS_MOST 65536u /* of a list */

void *filter_value_grow(struct filter_parser *p, void *array, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0)
        return array;
    void *more = filter_parser_memory(p, (count ? 2 * count : 1) * size);
    if (count)
        memcpy(more, array, count * size);
    return more;
}

bool filter_value_word(struct filter_parser *p, char *word, size_t size)
{
    if (p->now.kind != TOKEN_WORD || p->now.length >= size)
        return false;
    memcpy(word, p->text + p->now.at, p->now.length);
    word[p->now.length] = '\0';
    return true;
}

bool filter_value_fail(struct value_reader *r, const char *what)
{
    struct filter_parser *p = r->p;
    char name[FIELD_NAME];
    field_name(&r->noun->field, name);
    if (p->now.kind == TOKEN_END)
        return filter_parser_fail_token(p, "%s is to be compared with %s, which is missing",
                                        field_name(&r->noun->field, name), what);
    if (p->now.kind == TOKEN_OPEN_QUOTE) {
        filter_parser_fail_token(p, "this quotation does not end");
        p->error->state = FILTER_INCOMPLETE;
        return false;
    }
    return filter_parser_fail_token(p, "'%.*s' is not %s, with which %s is compared",
                                    (int)(p->now.length < 60 ? p->now.length : 60), p->text + p->now.at, what,
                                    field_name(&r->noun->field, name));
}

/* A span of keys by what the operator makes of the span that was typed. */
void filter_value_add_span(struct value_reader *r, uint64_t low, uint64_t high)
{
    struct filter_test *test = &r->leaf->test;
    struct filter_span span = { low, high };
    switch (r->operator) {
    case OPERATOR_BELOW:
        if (low == 0)
            return; /* nothing is */
        span = (struct filter_span) { 0, low - 1 };
        break;
    case OPERATOR_AT_MOST:
        span.low = 0;
        break;
    case OPERATOR_ABOVE:
        if (high == UINT64_MAX)
            return;
        span = (struct filter_span) { high + 1, UINT64_MAX };
        break;
    case OPERATOR_AT_LEAST:
        span.high = UINT64_MAX;
        break;
    default:
        break;
    }
    test->spans = filter_value_grow(r->p, test->spans, test->span_count, sizeof *test->spans);
    test->spans[test->span_count++] = span;
}

/* Behind a value: ".." and the end of a range? */
bool filter_value_range_goes_on(struct filter_parser *p)
{
    return filter_parser_take(p, "..") || filter_parser_take(p, "-");
}

bool filter_value_fail_order(struct value_reader *r, size_t at)
{
    return filter_parser_fail(r->p, at, r->p->now.at - at,
                              "a range goes from the smaller value to the larger one");
}

static bool take_time(struct value_reader *r)
{
    struct filter_test *test = &r->leaf->test;
    int64_t first, last, other;
    size_t at = r->p->now.at;
    bool duration = field_kind(&r->noun->field) == FIELD_KIND_DURATION;
    const char *wanted = duration ? "a duration (250ms, 5s, 1h30m; a bare number is in ms)"
                                  : "a time (2026-11-20, 2026-11-20 17:20:05, with Z in UTC)";
    if (duration ? !filter_duration_take(r->p, &first) : !filter_time_take(r->p, &first, &last))
        return filter_value_fail(r, wanted);
    if (duration)
        last = first;
    if (filter_value_range_goes_on(r->p)) {
        if (duration ? !filter_duration_take(r->p, &last) : !filter_time_take(r->p, &other, &last))
            return filter_value_fail(r, wanted);
        if (last < first)
            return filter_value_fail_order(r, at);
    }
    filter_value_add_span(r, filter_key(test, (uint64_t)first), filter_key(test, (uint64_t)last));
    return true;
}

static bool take_one(struct value_reader *r)
{
    enum field_kind kind = field_kind(&r->noun->field);
    switch (kind) {
    case FIELD_KIND_TIME:
    case FIELD_KIND_DURATION:
        return take_time(r);
    case FIELD_KIND_ADDRESS:
        return filter_value_take_address(r);
    case FIELD_KIND_NUMBER:
    case FIELD_KIND_COUNTER:
        if (r->operator== OPERATOR_HAS || r->operator== OPERATOR_ANY)
            return filter_value_take_flags(r);
        return filter_value_take_number(r);
    case FIELD_KIND_FLAGS:
        if (r->operator!= OPERATOR_NONE && r->operator!= OPERATOR_HAS && r->operator!= OPERATOR_ANY &&
            r->p->now.kind == TOKEN_WORD && r->p->text[r->p->now.at] >= '0' &&
            r->p->text[r->p->now.at] <= '9')
            return filter_value_take_number(r);
        return filter_value_take_flags(r);
    case FIELD_KIND_TEXT:
        return filter_value_take_text(r);
    case FIELD_KIND_BOOLEAN:
        return filter_value_take_boolean(r);
    case FIELD_KIND_SIGNED:
        return filter_value_take_signed(r);
    case FIELD_KIND_FLOAT:
        return filter_value_take_float(r);
    case FIELD_KIND_MAC:
    case FIELD_KIND_OCTETS:
        return filter_value_take_octets(r);
    case FIELD_KIND_LIST:
    case FIELD_KIND_COUNT:
        break;
    }
    return filter_parser_fail_token(r->p, "a list has no value to compare: ask 'has' or 'missing'");
}

static bool take_list(struct value_reader *r, const char *close)
{
    struct filter_parser *p = r->p;
    size_t items = 0;
    while (!filter_parser_is(p, close)) {
        if (p->now.kind == TOKEN_END) {
            filter_parser_fail_token(p, "the list is not closed: '%s' is missing", close);
            return false;
        }
        if (++items > ITEMS_MOST)
            return filter_parser_fail_token(p, "more than %u values in a list", ITEMS_MOST);
        if (!take_one(r))
            return false;
        if (filter_parser_take(p, ",") && filter_parser_is(p, close))
            return filter_parser_fail_token(p, "a value is missing behind ','");
    }
    if (items == 0)
        return filter_parser_fail_token(p, "the list is empty");
    filter_parser_advance(p);
    return true;
}

bool filter_value_take(struct filter_parser *p, const struct filter_noun *noun, enum filter_operator operator,
                       struct filter_leaf * leaf)
{
    static const uint8_t kinds[FIELD_KIND_COUNT] = {
        [FIELD_KIND_ADDRESS] = TEST_ADDRESS, [FIELD_KIND_TEXT] = TEST_TEXT,
        [FIELD_KIND_FLOAT] = TEST_FLOAT,     [FIELD_KIND_MAC] = TEST_OCTETS,
        [FIELD_KIND_OCTETS] = TEST_OCTETS,
    };
    struct value_reader r = { .p = p, .noun = noun, .operator= operator, .leaf = leaf };
    enum field_kind kind = field_kind(&noun->field);
    leaf->test.kind = kinds[kind];
    leaf->test.is_signed =
        kind == FIELD_KIND_TIME || kind == FIELD_KIND_DURATION || kind == FIELD_KIND_SIGNED;
    bool several = operator== OPERATOR_NONE || operator== OPERATOR_EQUAL || operator== OPERATOR_UNEQUAL ||
    operator== OPERATOR_IN ||
    operator== OPERATOR_CONTAINS;
    const char *close = filter_parser_is(p, "{")   ? "}"
                        : filter_parser_is(p, "[") ? "]"
                        : filter_parser_is(p, "(") ? ")"
                                                   : NULL;
    if (!close || !several || (*close == ')' && operator!= OPERATOR_IN)) {
        if (!take_one(&r))
            return false;
    } else {
        filter_parser_advance(p);
        if (operator== OPERATOR_NONE)
            r.operator= OPERATOR_IN; /* flags {S, SA}: one of them */
        if (!take_list(&r, close))
            return false;
    }
    filter_test_settle(&leaf->test);
    return true;
}
