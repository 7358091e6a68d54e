/* SPDX-License-Identifier: MIT */
#include "query/filter_lexer.h"

#include <string.h>

static bool word_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_.:/-+\\%@*", c)) || (unsigned char)c >= 0x80;
}

/* A range: "80..90" are three. */
static bool is_range(const char *text)
{
    return text[0] == '.' && text[1] == '.';
}

/* "SYN|ACK" is one word, "a||b" are three. */
static bool joins(const char *text)
{
    return text[0] == '|' && word_character(text[1]);
}

static struct token quoted(const char *text, size_t at)
{
    char quote = text[at];
    size_t end = at + 1;
    while (text[end] && text[end] != quote)
        end += text[end] == '\\' && text[end + 1] ? 2 : 1;
    return text[end] ? (struct token) { .kind = TOKEN_QUOTED, .at = at, .length = end + 1 - at }
                     : (struct token) { .kind = TOKEN_OPEN_QUOTE, .at = at, .length = end - at };
}

static struct token symbol(const char *text, size_t at)
{
    static const char *const pairs[] = { "==", "!=", "<=", ">=", "<>", "&&", "||", ".." };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strncmp(text + at, pairs[i], 2) == 0)
            return (struct token) { .kind = TOKEN_SYMBOL, .at = at, .length = 2 };
    return (struct token) { .kind = TOKEN_SYMBOL, .at = at, .length = 1 };
}

struct token filter_token_at(const char *text, size_t at)
{
    at += strspn(text + at, " \t\r\n");
    if (!text[at])
        return (struct token) { .kind = TOKEN_END, .at = at };
    if (text[at] == '"' || text[at] == '\'')
        return quoted(text, at);
    size_t end = at;
    while (!is_range(text + end) && (word_character(text[end]) || (end > at && joins(text + end))))
        end++;
    if (end == at)
        return symbol(text, at);
    return (struct token) { .kind = TOKEN_WORD, .at = at, .length = end - at };
}

bool filter_token_is(const char *text, const struct token *token, const char *word)
{
    if (token->kind != TOKEN_WORD && token->kind != TOKEN_SYMBOL)
        return false;
    for (size_t i = 0; i < token->length; i++) {
        char c = text[token->at + i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!word[i] || c != word[i])
            return false;
    }
    return word[token->length] == '\0';
}
