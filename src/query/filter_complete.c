/* SPDX-License-Identifier: MIT */
/* What can stand at a place of a filter that is being typed: the parser says what it waited for at the end. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "query/connection.h"
#include "query/filter_parser.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void add(struct filter_completion *out, const char *text, const char *help)
{
    for (size_t i = 0; i < out->count; i++)
        if (strcmp(out->item[i].text, text) == 0)
            return;
    if (out->count == FILTER_COMPLETIONS)
        return;
    out->item[out->count].text = text;
    out->item[out->count++].help = help;
}

static bool begins(const char *text, const char *typed, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (lower(typed[i]) != lower(text[i]))
            return false;
    return true;
}

static void offer(struct filter_completion *out, const char *typed, size_t length, const char *text,
                  const char *help)
{
    if (begins(text, typed, length) && strlen(text) > length)
        add(out, text, help);
}

/* Whether one of these words begins so; as for field_find(), ". _ -" do not count. */
static bool word_begins(const char *words, const char *typed, size_t length)
{
    for (const char *word = words; *word; word += strcspn(word, " "), word += *word == ' ') {
        const char *at = word;
        size_t i = 0;
        for (; i < length; i++) {
            if (strchr("._-", typed[i]))
                continue;
            at += strspn(at, "._-");
            if (*at != lower(typed[i]))
                break;
            at++;
        }
        if (i == length)
            return true;
    }
    return false;
}

/* Fields by their names, the one that is typed in full first; then those that have another name like it. */
static void offer_table(struct filter_completion *out, const char *typed, size_t length)
{
    for (unsigned i = 0; i < FIELD_COUNT && length > 0; i++)
        if (begins(field_table[i].name, typed, length) && strlen(field_table[i].name) == length)
            add(out, field_table[i].name, field_table[i].help);
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        offer(out, typed, length, field_table[i].name, field_table[i].help);
    for (unsigned i = 0; i < FIELD_COUNT && length > 0; i++)
        if (word_begins(field_table[i].aliases, typed, length))
            add(out, field_table[i].name, field_table[i].help);
}

static void offer_fields(struct filter_completion *out, const char *typed, size_t length)
{
    static const struct {
        const char *word, *help;
    } words[] = { { "not", "the opposite of what follows" },
                  { "has", "there is such a value" },
                  { "missing", "there is no such value" },
                  { "tcp", "protocol 6" },
                  { "udp", "protocol 17" },
                  { "icmp", "protocol 1" },
                  { "ipv4", "an address of IPv4" },
                  { "ipv6", "an address of IPv6" },
                  { "host", "source or destination address, client or server" },
                  { "net", "source or destination network" },
                  { "any", "everything" } };
    const struct nfdec_element *element;
    offer_table(out, typed, length);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        offer(out, typed, length, words[i].word, words[i].help);
    for (size_t i = 0; length > 0 && (element = nfdec_element_at(i)) != NULL; i++)
        offer(out, typed, length, element->name, element->units);
}

static void offer_operators(struct filter_completion *out, const char *typed, size_t length)
{
    for (unsigned i = OPERATOR_NONE + 1; i < OPERATOR_COUNT; i++)
        if (filter_operator_fits((enum filter_operator)i, &out->field))
            offer(out, typed, length, filter_operator_word((enum filter_operator)i),
                  filter_operator_help((enum filter_operator)i));
}

static void offer_values(struct filter_completion *out, const char *typed, size_t length)
{
    static const char *const flags[] = { "SYN", "ACK", "FIN", "RST", "PSH", "URG" };
    static const char *const booleans[] = { "true", "false" };
    static const char *const versions[] = { "v5", "v9", "ipfix", "v1", "v7" };
    static const char *const directions[] = { "ingress", "egress" };
    static const char *const protocols[] = { "tcp", "udp", "icmp", "ipv6-icmp", "gre", "esp", "sctp" };
    const struct {
        bool wanted;
        const char *const *words;
        size_t count;
    } lists[] = {
        { field_kind(&out->field) == FIELD_KIND_FLAGS, flags, sizeof flags / sizeof *flags },
        { field_kind(&out->field) == FIELD_KIND_BOOLEAN, booleans, sizeof booleans / sizeof *booleans },
        { out->field.symbol == FIELD_VERSION, versions, sizeof versions / sizeof *versions },
        { out->field.symbol == FIELD_DIRECTION, directions, sizeof directions / sizeof *directions },
        { out->field.symbol == FIELD_PROTO, protocols, sizeof protocols / sizeof *protocols },
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t j = 0; lists[i].wanted && j < lists[i].count; j++)
            offer(out, typed, length, lists[i].words[j], "");
    for (unsigned i = 0; out->field.symbol == FIELD_REASON && i < PAIR_REASONS; i++)
        offer(out, typed, length, query_reason_word((enum pair_reason)i), "");
}

/* Units of a number that is being typed. */
static void offer_units(struct filter_completion *out, const char *text, size_t cursor)
{
    static const char *const sizes[] = { "k", "M", "G", "T" };
    static const char *const times[] = { "ms", "s", "m", "h", "d" };
    bool duration = field_kind(&out->field) == FIELD_KIND_DURATION;
    const char *const *units = duration ? times : sizes;
    enum field_kind kind = field_kind(&out->field);
    if (kind != FIELD_KIND_COUNTER && !duration && out->field.symbol != FIELD_BPS &&
        out->field.symbol != FIELD_PPS)
        return;
    for (size_t at = out->from; at < cursor; at++)
        if (text[at] < '0' || text[at] > '9')
            return;
    if (out->from == cursor)
        return;
    for (size_t i = 0; i < (duration ? 5 : 4); i++)
        offer(out, "", 0, units[i], "unit");
    out->from = cursor;
}

/* The word that ends at the cursor begins here. */
static size_t word_begin(const char *text, size_t cursor)
{
    size_t at = 0;
    for (;;) {
        struct token token = filter_token_at(text, at);
        if (token.kind == TOKEN_END || token.at >= cursor)
            return cursor;
        if (token.at + token.length >= cursor)
            return token.kind == TOKEN_WORD || token.kind == TOKEN_OPEN_QUOTE ? token.at : cursor;
        at = token.at + token.length;
    }
}

/* What the parser waits for at the end of the first `length` octets. */
static void expected_at(const char *text, size_t length, struct filter_completion *out)
{
    struct filter_error error = { .state = FILTER_VALID };
    struct filter *filter = alloc_new(sizeof *filter);
    char *begin = alloc_new(length + 1);
    memcpy(begin, text, length);
    struct filter_parser p = { .filter = filter, .text = begin, .error = &error };
    (void)filter_parser_run(&p);
    out->expected = p.expected;
    out->field = p.about;
    filter_free(filter);
    free(begin);
}

void filter_complete(const char *text, size_t cursor, struct filter_completion *out)
{
    size_t length = strlen(text);
    cursor = cursor < length ? cursor : length;
    *out = (struct filter_completion) { .from = word_begin(text, cursor) };
    const char *typed = text + out->from;
    size_t typed_length = cursor - out->from;
    expected_at(text, out->from, out);
    if (out->expected & FILTER_EXPECT_FIELD)
        offer_fields(out, typed, typed_length);
    if (out->expected & FILTER_EXPECT_OPERATOR)
        offer_operators(out, typed, typed_length);
    if (out->expected & FILTER_EXPECT_VALUE) {
        offer_values(out, typed, typed_length);
        offer_units(out, text, cursor);
    }
    if (out->expected & FILTER_EXPECT_CONNECTIVE) {
        offer(out, typed, typed_length, "and", "both hold");
        offer(out, typed, typed_length, "or", "one of them holds");
    }
}
