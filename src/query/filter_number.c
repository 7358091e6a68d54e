/* SPDX-License-Identifier: MIT */
/* Numbers with their units and names, flags, fractions, true and false. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "names/services.h"
#include "query/filter_value.h"

/* "5", "0x1F", "1.5M", "64Ki"; *end is behind it. False: it is no whole number, or too large. */
static bool read_number(const char *text, uint64_t *value, const char **end)
{
    static const char units[] = "kMGTPE";
    uint64_t number = 0, scale = 1, over = 1, digits = 0;
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X'), point = false;
    const char *at = text + (hex ? 2 : 0);
    for (;; at++) {
        unsigned digit = *at >= '0' && *at <= '9'          ? (unsigned)(*at - '0')
                         : hex && *at >= 'a' && *at <= 'f' ? (unsigned)(*at - 'a') + 10
                         : hex && *at >= 'A' && *at <= 'F' ? (unsigned)(*at - 'A') + 10
                                                           : 16;
        if (digit == 16 && *at == '.' && !hex && !point && digits) {
            point = true;
            continue;
        }
        if (digit == 16)
            break;
        if (__builtin_mul_overflow(number, hex ? 16u : 10u, &number) ||
            __builtin_add_overflow(number, digit, &number) ||
            (point && __builtin_mul_overflow(over, 10u, &over)))
            return false;
        digits++;
    }
    const char *unit = *at && !hex ? strchr(units, *at == 'K'   ? 'k'
                                                   : *at == 'm' ? 'M'
                                                   : *at == 'g' ? 'G'
                                                                : *at)
                                   : NULL;
    if (unit && digits) {
        bool binary = at[1] == 'i';
        at += binary ? 2 : 1;
        for (const char *u = units; u <= unit; u++)
            scale *= binary ? 1024u : 1000u;
    }
    *end = at;
    if (!digits || __builtin_mul_overflow(number, scale, &number) || number % over != 0)
        return false;
    *value = number / over;
    return true;
}

/* The largest number a field can have. */
static uint64_t most_of(const struct field *field)
{
    if (field->symbol == FIELD_ELEMENT) {
        switch (field->element ? field->element->type : NFDEC_UNSIGNED64) {
        case NFDEC_UNSIGNED8:
            return UINT8_MAX;
        case NFDEC_UNSIGNED16:
            return UINT16_MAX;
        case NFDEC_UNSIGNED32:
            return UINT32_MAX;
        default:
            return UINT64_MAX;
        }
    }
    switch (field->symbol) {
    case FIELD_PORT:
    case FIELD_SPORT:
    case FIELD_DPORT:
    case FIELD_CLIENT_PORT:
    case FIELD_SERVER_PORT:
    case FIELD_EXPORTER_PORT:
    case FIELD_TEMPLATE:
    case FIELD_VERSION:
        return UINT16_MAX;
    case FIELD_PROTO:
    case FIELD_ICMP_TYPE:
    case FIELD_ICMP_CODE:
        return UINT8_MAX;
    default:
        return UINT64_MAX;
    }
}

static bool is_iana(const struct field *field, uint16_t id)
{
    return field->symbol == FIELD_ELEMENT && field->element && field->pen == 0 && field->id == id;
}

static bool is_port(const struct field *field)
{
    return field->symbol == FIELD_PORT || field->symbol == FIELD_SPORT || field->symbol == FIELD_DPORT ||
           field->symbol == FIELD_CLIENT_PORT || field->symbol == FIELD_SERVER_PORT || is_iana(field, 7) ||
           is_iana(field, 11) ||
           (field->symbol == FIELD_ELEMENT && field->id >= 180 && field->id <= 183 &&
            is_iana(field, field->id));
}

/* Ports of a service, of any transport protocol. */
static bool take_service(struct value_reader *r, const char *word)
{
    size_t before = r->leaf->test.span_count;
    uint16_t port;
    for (size_t i = 0; services_port(word, i, &port); i++)
        filter_value_add_span(r, port, port);
    return r->leaf->test.span_count > before;
}

/* "13:453", an engine and its selector (RFC 6759) */
static bool take_application(struct value_reader *r, const char *word)
{
    const char *end;
    uint64_t engine, selector;
    if (!read_number(word, &engine, &end) || *end != ':' || !read_number(end + 1, &selector, &end) || *end ||
        engine > UINT8_MAX || selector >= 1u << 24)
        return false;
    filter_value_add_span(r, engine << 24 | selector, engine << 24 | selector);
    return true;
}

/* A number by a name that the field's numbers have. */
static bool take_named(struct value_reader *r, const char *word)
{
    static const struct {
        const char *word;
        uint8_t symbol;
        uint64_t number;
    } names[] = { { "v1", FIELD_VERSION, 1 },        { "v5", FIELD_VERSION, 5 },
                  { "v7", FIELD_VERSION, 7 },        { "v9", FIELD_VERSION, 9 },
                  { "ipfix", FIELD_VERSION, 10 },    { "v10", FIELD_VERSION, 10 },
                  { "ingress", FIELD_DIRECTION, 0 }, { "egress", FIELD_DIRECTION, 1 } };
    const struct field *field = &r->noun->field;
    if (is_port(field))
        return take_service(r, word);
    if (field->symbol == FIELD_PROTO || is_iana(field, 4)) {
        int protocol = filter_noun_protocol(word, strlen(word));
        if (protocol >= 0)
            filter_value_add_span(r, (uint64_t)protocol, (uint64_t)protocol);
        return protocol >= 0;
    }
    if (field->symbol == FIELD_APPLICATION && take_application(r, word))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].symbol != field->symbol || !filter_token_is(r->p->text, &r->p->now, names[i].word))
            continue;
        filter_value_add_span(r, names[i].number, names[i].number);
        return true;
    }
    return false;
}

static const char *number_wanted(const struct field *field)
{
    if (is_port(field))
        return "a port or the name of a service";
    if (field->symbol == FIELD_PROTO || is_iana(field, 4))
        return "a protocol";
    return filter_value_has_names(field) ? "a number or a name" : "a number";
}

static bool fail_most(struct value_reader *r, uint64_t most)
{
    char name[FIELD_NAME];
    return filter_parser_fail_token(
        r->p, "'%.*s' is too large: %s goes up to %llu", (int)(r->p->now.length < 60 ? r->p->now.length : 60),
        r->p->text + r->p->now.at, field_name(&r->noun->field, name), (unsigned long long)most);
}

/* One number, or the first and last of a range within a word; `end` is behind it. */
static bool read_range(const char *word, uint64_t *low, uint64_t *high)
{
    const char *end;
    if (!read_number(word, low, &end))
        return false;
    *high = *low;
    if (*end == '-' && end[1])
        return read_number(end + 1, high, &end) && !*end;
    return !*end;
}

bool filter_value_take_number(struct value_reader *r)
{
    struct filter_parser *p = r->p;
    char word[128];
    uint64_t low, high, most = most_of(&r->noun->field);
    size_t at = p->now.at;
    bool text_wanted = r->operator== OPERATOR_CONTAINS || r->operator== OPERATOR_MATCHES;
    if (!text_wanted && filter_value_word(p, word, sizeof word) && read_range(word, &low, &high)) {
        if (low > most || high > most)
            return fail_most(r, most);
        filter_parser_advance(p);
        if (low == high && filter_value_range_goes_on(p)) {
            uint64_t same;
            if (!filter_value_word(p, word, sizeof word) || !read_range(word, &high, &same) || same != high)
                return filter_value_fail(r, number_wanted(&r->noun->field));
            if (high > most)
                return fail_most(r, most);
            filter_parser_advance(p);
        }
        if (low > high)
            return filter_value_fail_order(r, at);
        filter_value_add_span(r, low, high);
        return true;
    }
    bool quoted = p->now.kind == TOKEN_QUOTED;
    if (!text_wanted && !quoted && filter_value_word(p, word, sizeof word) && take_named(r, word)) {
        filter_parser_advance(p);
        return true;
    }
    if (filter_value_has_names(&r->noun->field) && (quoted || p->now.kind == TOKEN_WORD))
        return filter_value_take_label(r);
    return filter_value_fail(r, number_wanted(&r->noun->field));
}

/* A name of a TCP flag, or letters of several. */
static uint64_t flags_of(const char *word, size_t length)
{
    static const char letters[] = "FSRPAUECN";
    static const char names[][4] = { "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS" };
    uint64_t bits = 0;
    char upper[16];
    if (length == 0 || length >= sizeof upper)
        return 0;
    for (size_t i = 0; i < length; i++)
        upper[i] = word[i] >= 'a' && word[i] <= 'z' ? (char)(word[i] - 'a' + 'A') : word[i];
    upper[length] = '\0';
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(upper, names[i]) == 0)
            return UINT64_C(1) << i;
    for (size_t i = 0; i < length; i++) {
        const char *letter = strchr(letters, upper[i]);
        if (!letter)
            return 0;
        bits |= UINT64_C(1) << (letter - letters);
    }
    return bits;
}

/* "S", "SA", "SYN|ACK", "0x12" */
static bool read_flags(struct value_reader *r, const char *word, uint64_t *bits)
{
    const char *end;
    const struct field *field = &r->noun->field;
    bool tcp = field->symbol == FIELD_TCP_FLAGS || field->symbol == FIELD_REVERSE_FLAGS || is_iana(field, 6);
    if (read_number(word, bits, &end) && !*end)
        return true;
    *bits = 0;
    while (tcp && *word) {
        size_t length = strcspn(word, "|+-/");
        uint64_t more = flags_of(word, length);
        if (!more)
            return false;
        *bits |= more;
        word += length + (word[length] != '\0');
    }
    return *bits != 0;
}

/* Flags alone, and of "has" and "&", are bits; of all else they are numbers. */
bool filter_value_take_flags(struct value_reader *r)
{
    struct filter_test *test = &r->leaf->test;
    char word[64];
    uint64_t bits;
    bool flags = field_kind(&r->noun->field) == FIELD_KIND_FLAGS;
    bool tcp = flags && r->noun->field.symbol != FIELD_ELEMENT;
    if (!filter_value_word(r->p, word, sizeof word) || !read_flags(r, word, &bits))
        return filter_value_fail(r, tcp ? "TCP flags (FSRPAUECN, SYN|ACK) or a number" : "a number");
    filter_parser_advance(r->p);
    bool all = r->operator== OPERATOR_HAS ||(r->operator== OPERATOR_NONE && bits != 0);
    if (!all && r->operator!= OPERATOR_ANY) {
        filter_value_add_span(r, bits, bits);
        return true;
    }
    test->kind = r->operator== OPERATOR_ANY ? TEST_BITS_ANY : TEST_BITS_ALL;
    test->bits |= bits;
    return true;
}

bool filter_value_take_signed(struct value_reader *r)
{
    char word[64];
    int64_t ends[2] = { 0 };
    size_t at = r->p->now.at;
    for (unsigned i = 0; i < 2; i++) {
        const char *end;
        uint64_t number;
        if (!filter_value_word(r->p, word, sizeof word))
            return filter_value_fail(r, "a number");
        bool minus = word[0] == '-';
        if (!read_number(word + minus, &number, &end) || *end || number > INT64_MAX)
            return filter_value_fail(r, "a number");
        ends[i] = minus ? -(int64_t)number : (int64_t)number;
        filter_parser_advance(r->p);
        if (i == 0 && !filter_parser_take(r->p, "..")) {
            ends[1] = ends[0];
            break;
        }
    }
    if (ends[0] > ends[1])
        return filter_value_fail_order(r, at);
    filter_value_add_span(r, filter_key(&r->leaf->test, (uint64_t)ends[0]),
                          filter_key(&r->leaf->test, (uint64_t)ends[1]));
    return true;
}

bool filter_value_take_float(struct value_reader *r)
{
    struct filter_test *test = &r->leaf->test;
    struct filter_span_float span = { .low = -HUGE_VAL, .high = HUGE_VAL };
    double ends[2];
    char word[64], *end;
    for (unsigned i = 0; i < 2; i++) {
        if (!filter_value_word(r->p, word, sizeof word))
            return filter_value_fail(r, "a number");
        ends[i] = strtod(word, &end);
        if (end == word || *end || isnan(ends[i]))
            return filter_value_fail(r, "a number");
        filter_parser_advance(r->p);
        if (i == 0 && !filter_parser_take(r->p, "..")) {
            ends[1] = ends[0];
            break;
        }
    }
    bool up = r->operator== OPERATOR_ABOVE || r->operator== OPERATOR_AT_LEAST;
    bool down = r->operator== OPERATOR_BELOW || r->operator== OPERATOR_AT_MOST;
    span.low = down ? span.low : ends[0];
    span.high = up ? span.high : ends[1];
    span.above = r->operator== OPERATOR_ABOVE;
    span.below = r->operator== OPERATOR_BELOW;
    test->floats = filter_value_grow(r->p, test->floats, test->float_count, sizeof *test->floats);
    test->floats[test->float_count++] = span;
    return true;
}

bool filter_value_take_boolean(struct value_reader *r)
{
    static const struct {
        const char *word;
        uint64_t value;
    } words[] = { { "true", 1 }, { "yes", 1 }, { "1", 1 }, { "false", 0 }, { "no", 0 }, { "0", 0 } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!filter_parser_is(r->p, words[i].word))
            continue;
        filter_parser_advance(r->p);
        filter_value_add_span(r, words[i].value, words[i].value);
        return true;
    }
    return filter_value_fail(r, "true or false");
}
