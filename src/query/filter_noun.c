/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "query/filter_parser.h"

/* Words of tcpdump and nfdump behind "src" and "dst", or by themselves. */
static const struct {
    const char *word;
    uint8_t either, src, dst; /* enum field_symbol */
    bool net, range;
} nouns[] = {
    { "net", FIELD_IP, FIELD_SRC, FIELD_DST, true, false },
    { "network", FIELD_IP, FIELD_SRC, FIELD_DST, true, false },
    { "portrange", FIELD_PORT, FIELD_SPORT, FIELD_DPORT, false, true },
    { "ip", FIELD_IP, FIELD_SRC, FIELD_DST, false, false },
    { "addr", FIELD_IP, FIELD_SRC, FIELD_DST, false, false },
    { "host", FIELD_IP, FIELD_SRC, FIELD_DST, false, false },
    { "port", FIELD_PORT, FIELD_SPORT, FIELD_DPORT, false, false },
    { "as", FIELD_AS, FIELD_SRC_AS, FIELD_DST_AS, false, false },
    { "asn", FIELD_AS, FIELD_SRC_AS, FIELD_DST_AS, false, false },
};

int filter_noun_protocol(const char *word, size_t length)
{
    static const struct {
        const char *word;
        int number;
    } others[] = { { "icmp6", 58 }, { "icmpv6", 58 }, { "ip6-icmp", 58 }, { "ospf", 89 } };
    char lower[32];
    if (length > 0 && word[0] == '\\') { /* as tcpdump wants them */
        word++;
        length--;
    }
    if (length == 0 || length >= sizeof lower)
        return -1;
    for (size_t i = 0; i < length; i++)
        lower[i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] - 'A' + 'a') : word[i];
    lower[length] = '\0';
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].word, lower) == 0)
            return others[i].number;
    for (int i = 0; i < 256; i++) {
        const char *name = names_protocol((uint8_t)i);
        if (name && strcmp(name, lower) == 0)
            return i;
    }
    return -1;
}

/* Looks a field up under two words: "src ip", "in if". */
static bool find_two(const struct filter_parser *p, struct field *field)
{
    char both[96];
    struct token next = filter_parser_next(p);
    if (next.kind != TOKEN_WORD || p->now.length + next.length + 2 > sizeof both ||
        memchr(p->text + next.at, '.', next.length))
        return false;
    int length = snprintf(both, sizeof both, "%.*s.%.*s", (int)p->now.length, p->text + p->now.at,
                          (int)next.length, p->text + next.at);
    return field_find(both, (size_t)length, field) && field->symbol != FIELD_ELEMENT;
}

static int find_noun(const struct filter_parser *p)
{
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
        if (filter_parser_is(p, nouns[i].word))
            return (int)i;
    return -1;
}

static bool is_direction(const struct filter_parser *p, const struct token *token)
{
    return filter_token_is(p->text, token, "src") || filter_token_is(p->text, token, "dst");
}

/* "src or dst port", "src and dst net": `now` is the first word. */
static bool take_both_directions(struct filter_parser *p, struct filter_noun *noun)
{
    struct token begin = p->now, middle = filter_parser_next(p);
    bool every = filter_token_is(p->text, &middle, "and");
    if (!is_direction(p, &begin) || (!every && !filter_token_is(p->text, &middle, "or")))
        return false;
    filter_parser_advance(p);
    struct token second = filter_parser_next(p);
    if (!is_direction(p, &second)) {
        p->now = begin;
        return false;
    }
    filter_parser_advance(p);
    filter_parser_advance(p);
    int found = find_noun(p);
    *noun = (struct filter_noun) { .field = { .symbol = FIELD_IP }, .every = every };
    if (found >= 0) {
        noun->field.symbol = nouns[found].either;
        noun->net = nouns[found].net;
        noun->range = nouns[found].range;
        filter_parser_advance(p);
    }
    return true;
}

/* "src net", "dst portrange", and what else the table of fields does not know. */
static bool take_direction(struct filter_parser *p, struct filter_noun *noun)
{
    struct token begin = p->now;
    bool src = filter_parser_is(p, "src"), direction = is_direction(p, &begin);
    if (direction)
        filter_parser_advance(p);
    int found = find_noun(p);
    if (found < 0 || (!direction && !nouns[found].net && !nouns[found].range)) {
        p->now = begin;
        return false;
    }
    *noun = (struct filter_noun) { .net = nouns[found].net, .range = nouns[found].range };
    noun->field.symbol = !direction ? nouns[found].either : src ? nouns[found].src : nouns[found].dst;
    filter_parser_advance(p);
    return true;
}

bool filter_noun_take(struct filter_parser *p, struct filter_noun *noun)
{
    *noun = (struct filter_noun) { .net = false };
    if (p->now.kind != TOKEN_WORD)
        return false;
    if (take_both_directions(p, noun) || take_direction(p, noun))
        return true;
    if (find_two(p, &noun->field)) {
        filter_parser_advance(p);
        filter_parser_advance(p);
        return true;
    }
    if (!field_find(p->text + p->now.at, p->now.length, &noun->field))
        return false;
    filter_parser_advance(p);
    return true;
}
