/* SPDX-License-Identifier: MIT */
/* The words of a filter. Private to src/query/filter*.c. */
#ifndef QUERY_FILTER_LEXER_H
#define QUERY_FILTER_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,       /* letters, digits, and what addresses, times and ranges are made of */
    TOKEN_QUOTED,     /* "..." or '...'; a backslash takes the next octet as it is */
    TOKEN_SYMBOL,     /* an operator, or one character */
    TOKEN_OPEN_QUOTE, /* a quotation that does not end */
};

struct token {
    enum token_kind kind;
    size_t at, length; /* in the text, quotes included */
};

/* The token at or behind `at`. */
struct token filter_token_at(const char *text, size_t at);

/* Whether it is that word (whatever the case) or symbol. */
bool filter_token_is(const char *text, const struct token *token, const char *word);

#endif
