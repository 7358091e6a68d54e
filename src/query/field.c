/* SPDX-License-Identifier: MIT */
#include "query/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"

#define WORD 64u /* longer names are nobody's */

enum { NFDEC_COL_NONE = NFDEC_COLUMN_COUNT };

const struct field_info field_table[FIELD_COUNT] = {
#define FIELD(sym, json, head, what, of, has, from, others, about)                                           \
    [FIELD_##sym] = { .name = json,                                                                          \
                      .title = head,                                                                         \
                      .unit = of,                                                                            \
                      .aliases = others,                                                                     \
                      .help = about,                                                                         \
                      .kind = FIELD_KIND_##what,                                                             \
                      .where = FIELD_OF_##has,                                                               \
                      .column = NFDEC_COL_##from },
#include "query/fields.def"
#undef FIELD
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool ignored(char c)
{
    return c == '.' || c == '_' || c == '-';
}

/* A name as it was typed. */
struct typed {
    const char *text;
    size_t length;
    bool caseless; /* case does not count */
};

/* Whether two names are one: what stands between words does not count. */
static bool same_name(const char *a, size_t a_length, const struct typed *typed)
{
    size_t i = 0, j = 0;
    for (;; i++, j++) {
        while (i < a_length && ignored(a[i]))
            i++;
        while (j < typed->length && ignored(typed->text[j]))
            j++;
        if (i == a_length || j == typed->length)
            return i == a_length && j == typed->length;
        if (a[i] != (typed->caseless ? lower(typed->text[j]) : typed->text[j]))
            return false;
    }
}

static bool has_alias(const char *aliases, const struct typed *typed)
{
    while (*aliases) {
        size_t word = strcspn(aliases, " ");
        if (same_name(aliases, word, typed))
            return true;
        aliases += word + (aliases[word] == ' ');
    }
    return false;
}

static bool find_in_table(const struct typed *typed, struct field *out)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        const struct field_info *info = &field_table[i];
        if (!same_name(info->name, strlen(info->name), typed) && !has_alias(info->aliases, typed))
            continue;
        *out = (struct field) { .symbol = (uint8_t)i };
        return true;
    }
    return false;
}

/* Of IANA or a vendor, by its name as it is spelled. */
static const struct nfdec_element *element_spelled(const char *name)
{
    const struct nfdec_element *element;
    for (size_t i = 0; (element = nfdec_element_at(i)) != NULL; i++)
        if (strcmp(element->name, name) == 0)
            return element;
    return NULL;
}

static bool equal_caseless(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

/* As it is spelled; else as it is spelled but for case. */
static const struct nfdec_element *element_named(const char *name)
{
    const struct nfdec_element *element = nfdec_element_find_name(name);
    for (size_t i = 0; !element; i++) {
        const struct nfdec_element *other = nfdec_element_at(i);
        if (!other)
            break;
        if (equal_caseless(other->name, name))
            element = other;
    }
    return element;
}

static bool take_element(const struct nfdec_element *element, bool reverse, struct field *out)
{
    if (!element || (reverse && (element->pen != 0 || !nfdec_element_reversible(element->id))))
        return false;
    *out = (struct field) { .symbol = FIELD_ELEMENT,
                            .reverse = reverse,
                            .id = element->id,
                            .pen = element->pen,
                            .element = element };
    return true;
}

/* A decimal number up to `most`, the whole of the text or up to a dot; -1: none. */
static int64_t number_at(const char **text, uint32_t most)
{
    uint64_t value = 0;
    const char *at = *text;
    for (; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (uint64_t)(*at - '0');
        if (value > most)
            return -1;
    }
    if (at == *text)
        return -1;
    *text = at;
    return (int64_t)value;
}

/* "231", "0.231", "9.12345", "29305.1" */
static bool find_number(const char *name, struct field *out)
{
    int64_t pen = 0, id = number_at(&name, UINT32_MAX);
    if (id >= 0 && *name == '.') {
        pen = id;
        name++;
        id = number_at(&name, UINT16_MAX);
    }
    if (id < 0 || id > UINT16_MAX || *name)
        return false;
    bool reverse = pen == NFDEC_PEN_REVERSE;
    const struct nfdec_element *element = nfdec_element_find(reverse ? 0 : (uint32_t)pen, (uint16_t)id);
    if (!element && pen == 0)
        element = nfdec_element_find_v9((uint16_t)id);
    *out = (struct field) { .symbol = FIELD_ELEMENT,
                            .reverse = reverse,
                            .id = (uint16_t)id,
                            .pen = reverse ? 0 : (uint32_t)pen,
                            .element = element };
    return true;
}

/* "reverseOctetDeltaCount" (RFC 5103): the first letter behind is a capital one. */
static bool find_reverse(char *name, struct field *out)
{
    static const char prefix[] = "reverse";
    char *rest = name + strlen(prefix);
    if (strncmp(name, prefix, strlen(prefix)) != 0 || *rest < 'A' || *rest > 'Z')
        return false;
    *rest = lower(*rest);
    return take_element(element_named(rest), true, out);
}

bool field_find(const char *name, size_t length, struct field *out)
{
    char word[WORD];
    struct typed typed = { .text = name, .length = length };
    if (length == 0 || length >= sizeof word || memchr(name, '\0', length))
        return false;
    if (find_in_table(&typed, out))
        return true;
    memcpy(word, name, length);
    word[length] = '\0';
    if (word[0] >= '0' && word[0] <= '9')
        return find_number(word, out);
    if (take_element(element_spelled(word), false, out))
        return true;
    typed.caseless = true;
    return find_in_table(&typed, out) || take_element(element_named(word), false, out) ||
           find_reverse(word, out);
}

/* The nearest so far, of many words one by one. */
struct nearest {
    const char *wanted, *word;
    size_t distance;
};

static void consider(struct nearest *nearest, const char *word)
{
    size_t distance = suggest_distance(nearest->wanted, word);
    if (distance >= nearest->distance)
        return;
    nearest->distance = distance;
    nearest->word = word;
}

const char *field_nearest(const char *name, size_t length)
{
    char word[WORD];
    const char *names[FIELD_COUNT];
    if (length >= sizeof word)
        return NULL;
    for (size_t i = 0; i < length; i++)
        word[i] = lower(name[i]);
    word[length] = '\0';
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        names[i] = field_table[i].name;
    const char *found = suggest_word(word, names, FIELD_COUNT);
    if (found)
        return found;
    memcpy(word, name, length);
    struct nearest nearest = { .wanted = word, .distance = length / 4 + 1 };
    const struct nfdec_element *element;
    for (size_t i = 0; (element = nfdec_element_at(i)) != NULL; i++)
        consider(&nearest, element->name);
    return nearest.word;
}

static enum field_kind kind_of_type(const struct nfdec_element *element)
{
    static const uint8_t kind[NFDEC_TYPE_COUNT] = {
        [NFDEC_OCTET_ARRAY] = FIELD_KIND_OCTETS,
        [NFDEC_UNSIGNED8] = FIELD_KIND_NUMBER,
        [NFDEC_UNSIGNED16] = FIELD_KIND_NUMBER,
        [NFDEC_UNSIGNED32] = FIELD_KIND_NUMBER,
        [NFDEC_UNSIGNED64] = FIELD_KIND_NUMBER,
        [NFDEC_SIGNED8] = FIELD_KIND_SIGNED,
        [NFDEC_SIGNED16] = FIELD_KIND_SIGNED,
        [NFDEC_SIGNED32] = FIELD_KIND_SIGNED,
        [NFDEC_SIGNED64] = FIELD_KIND_SIGNED,
        [NFDEC_FLOAT32] = FIELD_KIND_FLOAT,
        [NFDEC_FLOAT64] = FIELD_KIND_FLOAT,
        [NFDEC_BOOLEAN] = FIELD_KIND_BOOLEAN,
        [NFDEC_MAC_ADDRESS] = FIELD_KIND_MAC,
        [NFDEC_STRING] = FIELD_KIND_TEXT,
        [NFDEC_SECONDS] = FIELD_KIND_TIME,
        [NFDEC_MILLISECONDS] = FIELD_KIND_TIME,
        [NFDEC_MICROSECONDS] = FIELD_KIND_TIME,
        [NFDEC_NANOSECONDS] = FIELD_KIND_TIME,
        [NFDEC_IPV4_ADDRESS] = FIELD_KIND_ADDRESS,
        [NFDEC_IPV6_ADDRESS] = FIELD_KIND_ADDRESS,
        [NFDEC_BASIC_LIST] = FIELD_KIND_LIST,
        [NFDEC_SUB_TEMPLATE_LIST] = FIELD_KIND_LIST,
        [NFDEC_SUB_TEMPLATE_MULTI_LIST] = FIELD_KIND_LIST,
        [NFDEC_UNSIGNED256] = FIELD_KIND_OCTETS,
    };
    enum field_kind found = (enum field_kind)kind[element->type];
    if (found != FIELD_KIND_NUMBER)
        return found;
    switch (element->semantics) {
    case NFDEC_TOTAL_COUNTER:
    case NFDEC_DELTA_COUNTER:
        return FIELD_KIND_COUNTER;
    case NFDEC_FLAGS:
        return FIELD_KIND_FLAGS;
    default:
        return FIELD_KIND_NUMBER;
    }
}

enum field_kind field_kind(const struct field *field)
{
    if (field->symbol < FIELD_COUNT)
        return (enum field_kind)field_table[field->symbol].kind;
    return field->element ? kind_of_type(field->element) : FIELD_KIND_OCTETS;
}

const char *field_name(const struct field *field, char buffer[FIELD_NAME])
{
    if (field->symbol < FIELD_COUNT)
        return field_table[field->symbol].name;
    if (!field->element) {
        snprintf(buffer, FIELD_NAME, "%u.%u", field->reverse ? NFDEC_PEN_REVERSE : field->pen, field->id);
        return buffer;
    }
    if (!field->reverse)
        return field->element->name;
    snprintf(buffer, FIELD_NAME, "reverse%s", field->element->name);
    if (buffer[7] >= 'a' && buffer[7] <= 'z')
        buffer[7] = (char)(buffer[7] - 'a' + 'A');
    return buffer;
}

void field_sides(enum field_symbol symbol, bool connections, enum field_symbol sides[2])
{
    static const struct {
        uint8_t flows[2], connections[2];
    } pairs[FIELD_COUNT] = {
        [FIELD_IP] = { { FIELD_SRC, FIELD_DST }, { FIELD_CLIENT_IP, FIELD_SERVER_IP } },
        [FIELD_PORT] = { { FIELD_SPORT, FIELD_DPORT }, { FIELD_CLIENT_PORT, FIELD_SERVER_PORT } },
        [FIELD_AS] = { { FIELD_SRC_AS, FIELD_DST_AS }, { FIELD_SRC_AS, FIELD_DST_AS } },
        [FIELD_INTERFACE] = { { FIELD_INPUT, FIELD_OUTPUT }, { FIELD_INPUT, FIELD_OUTPUT } },
    };
    for (unsigned i = 0; i < 2; i++)
        sides[i] = (enum field_symbol)(connections ? pairs[symbol].connections[i] : pairs[symbol].flows[i]);
}

bool field_is_spec(const struct field *field, const struct nfdec_field_spec *spec)
{
    if (spec->scope || spec->reverse != field->reverse)
        return false;
    if (field->element)
        return spec->element == field->element;
    return !spec->element && spec->id == field->id && spec->pen == field->pen;
}

const char *field_kind_name(enum field_kind kind)
{
    static const char *const names[FIELD_KIND_COUNT] = {
        [FIELD_KIND_TIME] = "time",
        [FIELD_KIND_DURATION] = "duration",
        [FIELD_KIND_ADDRESS] = "address",
        [FIELD_KIND_NUMBER] = "number",
        [FIELD_KIND_COUNTER] = "counter",
        [FIELD_KIND_FLAGS] = "flags",
        [FIELD_KIND_TEXT] = "text",
        [FIELD_KIND_BOOLEAN] = "boolean",
        [FIELD_KIND_SIGNED] = "signed number",
        [FIELD_KIND_FLOAT] = "fraction",
        [FIELD_KIND_MAC] = "MAC address",
        [FIELD_KIND_OCTETS] = "octets",
        [FIELD_KIND_LIST] = "list",
    };
    return names[kind];
}
