/* SPDX-License-Identifier: MIT */
/* The structure of a filter: or, and, not, parentheses, comparisons. */
#include "query/filter_parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/suggest.h"

#define DEPTH_MOST 64u    /* parentheses and "not" within each other */
#define NODES_MOST 4096u  /* of a filter */
#define TEXT_MOST  65536u /* octets */

static struct filter_node *parse_or(struct filter_parser *p);

struct token filter_parser_next(const struct filter_parser *p)
{
    return filter_token_at(p->text, p->now.at + p->now.length);
}

void filter_parser_advance(struct filter_parser *p)
{
    p->now = filter_parser_next(p);
}

bool filter_parser_is(const struct filter_parser *p, const char *word)
{
    return filter_token_is(p->text, &p->now, word);
}

bool filter_parser_take(struct filter_parser *p, const char *word)
{
    if (!filter_parser_is(p, word))
        return false;
    filter_parser_advance(p);
    return true;
}

void *filter_parser_memory(struct filter_parser *p, size_t size)
{
    return arena_take(&p->filter->memory, size);
}

__attribute__((format(printf, 4, 0))) static bool fail(struct filter_parser *p, size_t at, size_t length,
                                                       const char *format, va_list arguments)
{
    if (p->failed)
        return false;
    p->failed = true;
    p->error->state = length == 0 ? FILTER_INCOMPLETE : FILTER_WRONG;
    p->error->at = at;
    p->error->length = length;
    vsnprintf(p->error->reason, sizeof p->error->reason, format, arguments);
    return false;
}

bool filter_parser_fail(struct filter_parser *p, size_t at, size_t length, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(p, at, length, format, arguments);
    va_end(arguments);
    return false;
}

bool filter_parser_fail_token(struct filter_parser *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail(p, p->now.at, p->now.length, format, arguments);
    va_end(arguments);
    return false;
}

void filter_parser_suggest(struct filter_parser *p, const char *word)
{
    if (word && !*p->error->suggestion)
        snprintf(p->error->suggestion, sizeof p->error->suggestion, "%s", word);
}

/* Says what is missing at the end of the text, for those who complete it. */
static void expect(struct filter_parser *p, unsigned what, const struct field *about)
{
    if (p->now.kind != TOKEN_END || p->failed)
        return;
    p->expected |= what;
    if (about)
        p->about = *about;
}

static struct filter_node *new_node(struct filter_parser *p, enum filter_node_kind kind)
{
    if (p->filter->node_count >= NODES_MOST) {
        filter_parser_fail_token(p, "more than %u questions in one filter", NODES_MOST);
        return NULL;
    }
    struct filter_node *node = filter_parser_memory(p, sizeof *node);
    node->kind = (uint8_t)kind;
    node->number = p->filter->node_count++;
    return node;
}

static struct filter_node *new_leaf(struct filter_parser *p, const struct filter_noun *noun, size_t at,
                                    size_t length)
{
    struct filter_node *node = new_node(p, NODE_LEAF);
    if (!node)
        return NULL;
    struct filter_leaf *leaf = filter_parser_memory(p, sizeof *leaf);
    leaf->field = noun->field;
    leaf->every = noun->every;
    leaf->at = at;
    leaf->length = length;
    leaf->number = p->filter->leaf_count++;
    leaf->next = p->filter->leaves;
    p->filter->leaves = leaf;
    node->leaf = leaf;
    return node;
}

static struct filter_node *join(struct filter_parser *p, enum filter_node_kind kind, struct filter_node *a,
                                struct filter_node *b)
{
    if (!a || !b)
        return NULL;
    if (a->kind == kind && kind != NODE_NOT) { /* one more of the same row */
        struct filter_node *last = a->child;
        while (last->next)
            last = last->next;
        last->next = b;
        return a;
    }
    struct filter_node *node = new_node(p, kind);
    if (!node)
        return NULL;
    node->child = a;
    a->next = b;
    return node;
}

static struct filter_node *negated(struct filter_parser *p, struct filter_node *child)
{
    struct filter_node *node = child ? new_node(p, NODE_NOT) : NULL;
    if (node)
        node->child = child;
    return node;
}

/* proto == number, from a protocol's name alone. */
static struct filter_node *protocol_node(struct filter_parser *p, int number, size_t at, size_t length)
{
    struct filter_noun noun = { .field = { .symbol = FIELD_PROTO } };
    struct filter_node *node = new_leaf(p, &noun, at, length);
    if (!node)
        return NULL;
    node->leaf->test.spans = filter_parser_memory(p, sizeof(struct filter_span));
    node->leaf->test.spans[0] = (struct filter_span) { (uint64_t)number, (uint64_t)number };
    node->leaf->test.span_count = 1;
    return node;
}

/* "ipv4", "ipv6": an address of that family. */
static struct filter_node *family_node(struct filter_parser *p, bool six)
{
    struct filter_noun noun = { .field = { .symbol = FIELD_IP } };
    struct filter_node *node = new_leaf(p, &noun, p->now.at, p->now.length);
    if (!node)
        return NULL;
    struct filter_test *test = &node->leaf->test;
    test->kind = TEST_ADDRESS;
    if (six) {
        test->spans6 = filter_parser_memory(p, sizeof *test->spans6);
        memset(test->spans6->high, 0xFF, sizeof test->spans6->high);
        test->span6_count = 1;
    } else {
        test->spans4 = filter_parser_memory(p, sizeof *test->spans4);
        test->spans4->high = UINT32_MAX;
        test->span4_count = 1;
    }
    filter_parser_advance(p);
    return node;
}

/* From `at` to the end of the word before the one in hand. */
static size_t length_from(const struct filter_parser *p, size_t at)
{
    size_t end = p->now.at;
    while (end > at && strchr(" \t\r\n", p->text[end - 1]))
        end--;
    return end - at;
}

static bool fail_field(struct filter_parser *p)
{
    if (p->now.kind == TOKEN_END)
        return filter_parser_fail_token(p, "a field is missing here");
    if (p->now.kind != TOKEN_WORD)
        return filter_parser_fail_token(p, "a field belongs here, not '%.*s'", (int)p->now.length,
                                        p->text + p->now.at);
    filter_parser_fail_token(p, "there is no field '%.*s'", (int)(p->now.length < 60 ? p->now.length : 60),
                             p->text + p->now.at);
    filter_parser_suggest(p, field_nearest(p->text + p->now.at, p->now.length));
    return false;
}

static bool is_operator(const struct filter_parser *p, const struct token *token)
{
    return filter_parser_operator(p->text, token) != OPERATOR_NONE;
}

/* "in" behind "not" too. */
static enum filter_operator take_operator(struct filter_parser *p, bool *negate)
{
    struct token next = filter_parser_next(p);
    *negate = (filter_parser_is(p, "not") || filter_parser_is(p, "!")) &&
              (filter_token_is(p->text, &next, "in") || filter_token_is(p->text, &next, "contains") ||
               filter_token_is(p->text, &next, "matches") || filter_token_is(p->text, &next, "has"));
    if (*negate)
        filter_parser_advance(p);
    enum filter_operator operator= filter_parser_operator(p->text, &p->now);
    if (operator!= OPERATOR_NONE)
        filter_parser_advance(p);
    return operator;
}

static bool check_operator(struct filter_parser *p, const struct token *token, enum filter_operator operator,
                           const struct field * field)
{
    char name[FIELD_NAME];
    if (operator== OPERATOR_NONE || filter_operator_fits(operator, field))
        return true;
    enum field_kind kind = field_kind(field);
    if (kind == FIELD_KIND_LIST)
        return filter_parser_fail(p, token->at, token->length, "%s is a list: ask 'has' or 'missing'",
                                  field_name(field, name));
    return filter_parser_fail(p, token->at, token->length, "'%.*s' does not go with %s, which is %s %s",
                              (int)token->length, p->text + token->at, field_name(field, name),
                              strchr("aeiou", field_kind_name(kind)[0]) ? "an" : "a", field_kind_name(kind));
}

/* Behind a field: an operator and a value, a value alone, or nothing behind what is true or false. */
static struct filter_node *take_comparison(struct filter_parser *p, const struct filter_noun *noun, size_t at,
                                           size_t length)
{
    struct filter_node *node = new_leaf(p, noun, at, length);
    if (!node)
        return NULL;
    struct token where = p->now;
    struct field field = noun->field;
    bool negate = false;
    expect(p, FILTER_EXPECT_OPERATOR | FILTER_EXPECT_VALUE, &field);
    enum filter_operator operator= take_operator(p, &negate);
    if (!check_operator(p, &where, operator, & field))
        return NULL;
    if (operator!= OPERATOR_NONE)
        expect(p, FILTER_EXPECT_VALUE, &field);
    bool alone = operator== OPERATOR_NONE &&(p->now.kind == TOKEN_END || p->now.kind == TOKEN_SYMBOL ||
                                             filter_parser_is(p, "and") || filter_parser_is(p, "or"));
    bool opens = filter_parser_is(p, "{") || filter_parser_is(p, "[");
    if (alone && !opens && field_kind(&field) == FIELD_KIND_BOOLEAN) {
        node->leaf->test.spans = filter_parser_memory(p, sizeof(struct filter_span));
        node->leaf->test.spans[0] = (struct filter_span) { 1, 1 };
        node->leaf->test.span_count = 1;
        expect(p, FILTER_EXPECT_CONNECTIVE, NULL);
        return node;
    }
    node->leaf->negate = (operator== OPERATOR_UNEQUAL) != negate;
    if (!filter_value_take(p, noun, operator, node->leaf))
        return NULL;
    expect(p, FILTER_EXPECT_CONNECTIVE, NULL);
    p->has_last = operator== OPERATOR_NONE;
    p->last = *noun;
    return node;
}

static struct filter_node *take_presence(struct filter_parser *p, bool missing)
{
    struct filter_noun noun;
    filter_parser_advance(p);
    size_t at = p->now.at;
    expect(p, FILTER_EXPECT_FIELD, NULL);
    if (!filter_noun_take(p, &noun)) {
        fail_field(p);
        return NULL;
    }
    struct filter_node *node = new_leaf(p, &noun, at, length_from(p, at));
    if (!node)
        return NULL;
    node->leaf->has = true;
    expect(p, FILTER_EXPECT_CONNECTIVE, NULL);
    return missing ? negated(p, node) : node;
}

/* "tcp", "udp dst port 53", "tcp.port == 80": a protocol, and what belongs to it. NULL and no failure: it is none. */
static struct filter_node *take_protocol(struct filter_parser *p)
{
    const char *word = p->text + p->now.at, *dot = memchr(word, '.', p->now.length);
    struct token begin = p->now;
    size_t length = dot ? (size_t)(dot - word) : p->now.length;
    int number = filter_noun_protocol(word, length);
    struct filter_noun noun = { .net = false };
    bool belongs = false;
    if (number < 0)
        return NULL;
    if (dot) {
        belongs = field_find(dot + 1, p->now.length - length - 1, &noun.field) &&
                  (noun.field.symbol == FIELD_PORT || noun.field.symbol == FIELD_SPORT ||
                   noun.field.symbol == FIELD_DPORT);
        if (!belongs)
            return NULL;
        filter_parser_advance(p);
    } else {
        filter_parser_advance(p);
        belongs = filter_parser_is(p, "port") || filter_parser_is(p, "src") || filter_parser_is(p, "dst") ||
                  filter_parser_is(p, "portrange") || filter_parser_is(p, "sport") ||
                  filter_parser_is(p, "dport");
        if (belongs && !filter_noun_take(p, &noun))
            return NULL;
    }
    struct filter_node *node = protocol_node(p, number, begin.at, length);
    expect(p, FILTER_EXPECT_CONNECTIVE, NULL);
    return belongs ? join(p, NODE_AND, node, take_comparison(p, &noun, begin.at, length_from(p, begin.at)))
                   : node;
}

/* "port 80 or 443": a value of the field before it. */
static bool is_another_value(struct filter_parser *p, bool is_field)
{
    struct token next = filter_parser_next(p), here = p->now;
    struct filter_noun noun;
    bool digit = p->now.kind == TOKEN_WORD && p->text[p->now.at] >= '0' && p->text[p->now.at] <= '9';
    if (!p->has_last || is_operator(p, &next))
        return false;
    if (digit || p->now.kind == TOKEN_QUOTED)
        return true;
    const char *word = p->text + here.at, *dot = memchr(word, '.', here.length);
    bool protocol = filter_noun_protocol(word, dot ? (size_t)(dot - word) : here.length) >= 0;
    if (p->now.kind != TOKEN_WORD || is_field || protocol)
        return false;
    bool two_words = filter_noun_take(p, &noun);
    p->now = here;
    return !two_words;
}

static struct filter_node *take_term(struct filter_parser *p)
{
    struct token begin = p->now, next = filter_parser_next(p);
    struct filter_noun noun;
    struct field field;
    bool named = p->now.kind == TOKEN_WORD && field_find(p->text + p->now.at, p->now.length, &field);
    if (filter_parser_is(p, "has") || filter_parser_is(p, "exists"))
        return take_presence(p, false);
    if (filter_parser_is(p, "missing"))
        return take_presence(p, true);
    bool six = filter_parser_is(p, "ipv6") || filter_parser_is(p, "ip6") || filter_parser_is(p, "inet6");
    bool four = filter_parser_is(p, "ipv4") || filter_parser_is(p, "ip4") || filter_parser_is(p, "inet");
    four |= filter_parser_is(p, "ip") &&
            (next.kind == TOKEN_END || filter_token_is(p->text, &next, "and") ||
             filter_token_is(p->text, &next, "or") || filter_token_is(p->text, &next, ")"));
    bool may_go_on = filter_parser_is(p, "ip") && next.kind == TOKEN_END;
    if ((six || four) && !may_go_on)
        return family_node(p, six);
    if (filter_parser_is(p, "any")) {
        filter_parser_advance(p);
        return new_node(p, NODE_ALL);
    }
    if (is_another_value(p, named)) {
        noun = p->last;
        struct filter_node *node = new_leaf(p, &noun, begin.at, begin.length);
        return node && filter_value_take(p, &noun, OPERATOR_NONE, node->leaf) ? node : NULL;
    }
    bool number = named && p->text[begin.at] >= '0' && p->text[begin.at] <= '9';
    if (!(number && !is_operator(p, &next)) && filter_noun_take(p, &noun))
        return take_comparison(p, &noun, begin.at, length_from(p, begin.at));
    struct filter_node *node = p->now.kind == TOKEN_WORD ? take_protocol(p) : NULL;
    if (!node && number)
        filter_parser_fail_token(p, "'%.*s' stands alone: a field belongs in front of it", (int)begin.length,
                                 p->text + begin.at);
    else if (!node)
        fail_field(p);
    return node;
}

static struct filter_node *parse_not(struct filter_parser *p)
{
    struct filter_node *node = NULL;
    expect(p, FILTER_EXPECT_FIELD, NULL);
    if (++p->depth > DEPTH_MOST) {
        filter_parser_fail_token(p, "more than %u levels of 'not' and parentheses", DEPTH_MOST);
    } else if (filter_parser_take(p, "not") || filter_parser_take(p, "!")) {
        node = negated(p, parse_not(p));
    } else if (filter_parser_is(p, "(")) {
        size_t at = p->now.at;
        filter_parser_advance(p);
        node = parse_or(p);
        if (node && !filter_parser_take(p, ")")) {
            if (p->now.kind == TOKEN_END)
                filter_parser_fail(p, at, 1, "this parenthesis is not closed");
            else
                filter_parser_fail_token(p, "'and', 'or' or ')' belongs in front of '%.*s'",
                                         (int)p->now.length, p->text + p->now.at);
            if (p->now.kind == TOKEN_END)
                p->error->state = FILTER_INCOMPLETE;
            node = NULL;
        }
        if (node)
            expect(p, FILTER_EXPECT_CONNECTIVE, NULL);
    } else {
        node = take_term(p);
    }
    p->depth--;
    return p->failed ? NULL : node;
}

static struct filter_node *parse_and(struct filter_parser *p)
{
    struct filter_node *node = parse_not(p);
    while (node && (filter_parser_take(p, "and") || filter_parser_take(p, "&&"))) {
        struct filter_node *more = parse_not(p);
        /* what stands in parentheses is no row of ours, but means the same */
        node = join(p, NODE_AND, node, more);
    }
    return node;
}

static struct filter_node *parse_or(struct filter_parser *p)
{
    struct filter_node *node = parse_and(p);
    while (node && (filter_parser_take(p, "or") || filter_parser_take(p, "||")))
        node = join(p, NODE_OR, node, parse_and(p));
    return node;
}

struct filter_node *filter_parser_run(struct filter_parser *p)
{
    size_t length = strlen(p->text);
    if (length > TEXT_MOST) {
        filter_parser_fail(p, TEXT_MOST, 1, "a filter of more than %u octets", TEXT_MOST);
        return NULL;
    }
    p->now = filter_token_at(p->text, 0);
    if (p->now.kind == TOKEN_END) {
        p->expected = FILTER_EXPECT_FIELD;
        filter_parser_fail(p, p->now.at, 0, "the filter is empty");
        return NULL;
    }
    struct filter_node *node = parse_or(p);
    if (!node || p->now.kind == TOKEN_END)
        return node;
    if (filter_parser_is(p, ")"))
        filter_parser_fail_token(p, "nothing is open here that it could close");
    else
        filter_parser_fail_token(p, "'and' or 'or' belongs in front of '%.*s'", (int)p->now.length,
                                 p->text + p->now.at);
    return NULL;
}
