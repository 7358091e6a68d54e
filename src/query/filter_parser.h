/* SPDX-License-Identifier: MIT */
/*
 * The state of reading a filter, and its parts: filter_parser.c the structure, filter_noun.c what is asked for,
 * filter_value.c and filter_time.c what it is compared with. Private to src/query/filter*.c.
 */
#ifndef QUERY_FILTER_PARSER_H
#define QUERY_FILTER_PARSER_H

#include "query/filter_lexer.h"
#include "query/filter_tree.h"

enum filter_operator {
    OPERATOR_NONE, /* a value stands behind the field */
    OPERATOR_EQUAL,
    OPERATOR_UNEQUAL,
    OPERATOR_BELOW,
    OPERATOR_AT_MOST,
    OPERATOR_ABOVE,
    OPERATOR_AT_LEAST,
    OPERATOR_IN,
    OPERATOR_CONTAINS,
    OPERATOR_MATCHES,
    OPERATOR_HAS, /* all bits */
    OPERATOR_ANY, /* one of the bits */
    OPERATOR_COUNT
};

/* What a comparison asks for. */
struct filter_noun {
    struct field field;
    bool every; /* "src and dst": both sides */
    bool net;   /* "net": an address may be cut short, 10.1 */
    bool range; /* "portrange": the value is a range */
};

struct filter_parser {
    struct filter *filter;
    const char *text;
    struct token now;
    unsigned depth;
    struct filter_noun last; /* of the last comparison by a value alone: "port 80 or 443" */
    bool has_last;
    bool failed;
    struct filter_error *error;
    unsigned expected;  /* at the end of the text: enum filter_expected */
    struct field about; /* whose operator or value is expected */
};

void filter_parser_advance(struct filter_parser *p);
struct token filter_parser_next(const struct filter_parser *p); /* the one behind `now` */
bool filter_parser_is(const struct filter_parser *p, const char *word);
bool filter_parser_take(struct filter_parser *p, const char *word); /* advances where it is */

/* Always false, so that callers can return it; only the first error counts. At the end of the text it is "incomplete". */
bool filter_parser_fail(struct filter_parser *p, size_t at, size_t length, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool filter_parser_fail_token(struct filter_parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void filter_parser_suggest(struct filter_parser *p, const char *word);

void *filter_parser_memory(struct filter_parser *p, size_t size);

/* The operator that a token is; OPERATOR_NONE: none. */
enum filter_operator filter_parser_operator(const char *text, const struct token *token);
bool filter_operator_fits(enum filter_operator operator, const struct field * field);
const char *filter_operator_word(enum filter_operator operator);
const char *filter_operator_help(enum filter_operator operator);

/* What begins at `now`, taken: a field, perhaps in two words. False with nothing taken: there is none. */
struct filter_node *filter_parser_run(struct filter_parser *p); /* NULL: failed */

bool filter_noun_take(struct filter_parser *p, struct filter_noun *noun);

/* The protocol number that a word stands for; -1: none. */
int filter_noun_protocol(const char *word, size_t length);

/* The value or values that begin at `now`, into the test of a leaf whose field and operator are known. */
bool filter_value_take(struct filter_parser *p, const struct filter_noun *noun, enum filter_operator operator,
                       struct filter_leaf * leaf);

/* A span of time as it was typed: a day, a minute, a second or a part of one. Takes one word or two. */
bool filter_time_take(struct filter_parser *p, int64_t *first, int64_t *last);
/* "5s", "1h30m", "250" ms */
bool filter_duration_take(struct filter_parser *p, int64_t *ns);

#endif
