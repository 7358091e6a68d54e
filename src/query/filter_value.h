/* SPDX-License-Identifier: MIT */
/* Reading the values of a comparison. Private to src/query/filter*.c. */
#ifndef QUERY_FILTER_VALUE_H
#define QUERY_FILTER_VALUE_H

#include "query/filter_parser.h"

struct value_reader {
    struct filter_parser *p;
    const struct filter_noun *noun;
    enum filter_operator operator;
    struct filter_leaf *leaf; /* whose test it fills */
};

/* Room for one more in an array of the filter's memory that has so many. */
void *filter_value_grow(struct filter_parser *p, void *array, size_t count, size_t size);

/* The word in hand, terminated; false: none, or too long. */
bool filter_value_word(struct filter_parser *p, char *word, size_t size);
char *filter_value_text(struct filter_parser *p, size_t *length);

/* "... is not <what>". Always false. */
bool filter_value_fail(struct value_reader *r, const char *what);

void filter_value_add_span(struct value_reader *r, uint64_t low, uint64_t high);
void filter_value_add_word(struct value_reader *r, const char *text, size_t length);

/* Whether numbers of a field may have names from options data. */
bool filter_value_has_names(const struct field *field);

/* Behind a value: ".." or "-" and the end of a range? Takes it. */
bool filter_value_range_goes_on(struct filter_parser *p);

/* About a range that began at `at`. Always false. */
bool filter_value_fail_order(struct value_reader *r, size_t at);

/* One value each, by kind of field. */
bool filter_value_take_number(struct value_reader *r);
bool filter_value_take_flags(struct value_reader *r);
bool filter_value_take_signed(struct value_reader *r);
bool filter_value_take_float(struct value_reader *r);
bool filter_value_take_boolean(struct value_reader *r);
bool filter_value_take_address(struct value_reader *r);
bool filter_value_take_text(struct value_reader *r);
bool filter_value_take_label(struct value_reader *r);
bool filter_value_take_octets(struct value_reader *r);

#endif
