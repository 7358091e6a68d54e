/* SPDX-License-Identifier: MIT */
/* The operators of a filter, and what fields they go with. */
#include "query/filter_value.h"

static const char operator_words[OPERATOR_COUNT][9] = {
    [OPERATOR_EQUAL] = "==",        [OPERATOR_UNEQUAL] = "!=",
    [OPERATOR_BELOW] = "<",         [OPERATOR_AT_MOST] = "<=",
    [OPERATOR_ABOVE] = ">",         [OPERATOR_AT_LEAST] = ">=",
    [OPERATOR_IN] = "in",           [OPERATOR_CONTAINS] = "contains",
    [OPERATOR_MATCHES] = "matches", [OPERATOR_HAS] = "has",
    [OPERATOR_ANY] = "&",
};

const char *filter_operator_word(enum filter_operator operator)
{
    return operator_words[operator];
}

const char *filter_operator_help(enum filter_operator operator)
{
    static const char *const help[OPERATOR_COUNT] = {
        [OPERATOR_EQUAL] = "is",
        [OPERATOR_UNEQUAL] = "is there, and is not",
        [OPERATOR_BELOW] = "less than",
        [OPERATOR_AT_MOST] = "at most",
        [OPERATOR_ABOVE] = "more than",
        [OPERATOR_AT_LEAST] = "at least",
        [OPERATOR_IN] = "one of a list: {80, 443}",
        [OPERATOR_CONTAINS] = "has this text in it",
        [OPERATOR_MATCHES] = "matches a regular expression",
        [OPERATOR_HAS] = "has all of these bits",
        [OPERATOR_ANY] = "has one of these bits",
    };
    return help[operator];
}

enum filter_operator filter_parser_operator(const char *text, const struct token *token)
{
    static const struct {
        const char *word;
        uint8_t operator;
    } others[] = { { "=", OPERATOR_EQUAL },    { "eq", OPERATOR_EQUAL },   { "is", OPERATOR_EQUAL },
                   { "<>", OPERATOR_UNEQUAL }, { "ne", OPERATOR_UNEQUAL }, { "lt", OPERATOR_BELOW },
                   { "le", OPERATOR_AT_MOST }, { "gt", OPERATOR_ABOVE },   { "ge", OPERATOR_AT_LEAST },
                   { "~", OPERATOR_MATCHES } };
    for (unsigned i = OPERATOR_NONE + 1; i < OPERATOR_COUNT; i++)
        if (filter_token_is(text, token, operator_words[i]))
            return (enum filter_operator)i;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (filter_token_is(text, token, others[i].word))
            return (enum filter_operator)others[i].operator;
    return OPERATOR_NONE;
}

bool filter_value_has_names(const struct field *field)
{
    switch (field->symbol) {
    case FIELD_INPUT:
    case FIELD_OUTPUT:
    case FIELD_INTERFACE:
    case FIELD_APPLICATION:
    case FIELD_VRF:
    case FIELD_SAMPLER:
        return true;
    default:
        return false;
    }
}

bool filter_operator_fits(enum filter_operator operator, const struct field * field)
{
    enum {
        EQUAL = 1u << OPERATOR_EQUAL | 1u << OPERATOR_UNEQUAL | 1u << OPERATOR_IN,
        ORDER = EQUAL | 1u << OPERATOR_BELOW | 1u << OPERATOR_AT_MOST | 1u << OPERATOR_ABOVE |
                1u << OPERATOR_AT_LEAST,
        BITS = 1u << OPERATOR_HAS | 1u << OPERATOR_ANY,
        TEXT = 1u << OPERATOR_CONTAINS | 1u << OPERATOR_MATCHES,
    };
    static const uint16_t fits[FIELD_KIND_COUNT] = {
        [FIELD_KIND_TIME] = ORDER,
        [FIELD_KIND_DURATION] = ORDER,
        [FIELD_KIND_ADDRESS] = EQUAL,
        [FIELD_KIND_NUMBER] = ORDER | BITS,
        [FIELD_KIND_COUNTER] = ORDER | BITS,
        [FIELD_KIND_FLAGS] = ORDER | BITS,
        [FIELD_KIND_TEXT] = EQUAL | TEXT,
        [FIELD_KIND_BOOLEAN] = EQUAL,
        [FIELD_KIND_SIGNED] = ORDER,
        [FIELD_KIND_FLOAT] = ORDER,
        [FIELD_KIND_MAC] = EQUAL | 1u << OPERATOR_CONTAINS,
        [FIELD_KIND_OCTETS] = EQUAL | 1u << OPERATOR_CONTAINS,
        [FIELD_KIND_LIST] = 0,
    };
    unsigned all = fits[field_kind(field)] | (filter_value_has_names(field) ? TEXT : 0);
    return operator== OPERATOR_NONE ? all != 0 : all>> operator& 1;
}
